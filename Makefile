# Every target works on a fresh machine with Python and make: it first brings .venv up to date.
# Another interpreter:  PYTHON=python3.12 make test     Another place:  VENV=.venv-3.12 make test

VENV ?= .venv
UV ?= uv
BIN := $(VENV)/bin
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$python && break; done)
endif
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo serve test lint types imports tests journeys bench kill format lock docs messages clean run-env test-env

help: ## Show this list
	@echo 'make TARGET [ARGS="..."]'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r name text; do printf '  %-10s %s\n' "$$name" "$$text"; done

install: run-env ## Make .venv ready to run tocsin (again after an update)

demo: run-env ## Run the demo country through the real pipeline and serve its pages (ARGS="--no-serve")
	@$(BIN)/tocsin demo $(ARGS)

serve: run-env ## Serve the pages of TOCSIN_HOME
	@$(BIN)/tocsin serve $(ARGS)

test: lint types imports tests ## Check everything: lint, types, imports, tests

lint: test-env ## Check style and formatting
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo 'run: make format'; exit 1; }

types: test-env ## Check types, strictly
	@$(BIN)/mypy src tests tools $(wildcard benchmarks)

imports: test-env ## Check that each room imports only from the rooms before it
	@$(BIN)/lint-imports --no-logo

tests: test-env ## Run the tests (ARGS="tests/intake -k csv")
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

journeys: test-env ## Go through every page and task in Chromium, and print a line a page
	@$(BIN)/pytest -m journey --no-header -q tests/journeys $(ARGS)

bench: test-env ## Measure against the floor and IntelMQ (takes long; ARGS are passed on)
	@$(BIN)/python -m benchmarks $(ARGS)

kill: test-env ## Kill ingestion, answers, sending and the database 100 times, and compare with a quiet run
	@$(BIN)/python -m benchmarks.kill $(ARGS)

format: test-env ## Format the code and mend what can be mended
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

lock: ## Choose the newest allowed versions and pin them with their hashes (needs uv)
	@tools/lock.sh "$(UV)"

docs: test-env ## Write the reference pages anew from the program
	@$(BIN)/python tools/reference.py

messages: test-env ## Take up new texts into the translations and compile them
	@$(BIN)/python -m tocsin.messages update
	@$(BIN)/python -m tocsin.messages compile

clean: ## Remove the environment and what the checks left behind (never your data)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find src tests benchmarks tools -name __pycache__ -prune -exec rm -rf {} +

run-env test-env:
	@test -n '$(PYTHON)' || { echo 'No Python 3.11 to 3.13 was found. Install one (apt-get install python3),' \
		'or name it: PYTHON=/path/to/python3 make $(MAKECMDGOALS)'; exit 1; }
	@$(PYTHON) tools/bootstrap.py $(@:-env=) --venv $(VENV)
