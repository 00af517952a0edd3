#!/bin/sh
# Pin the newest allowed version of every requirement, with hashes, for Python 3.11 and later.
# No address of an index is written: whoever installs uses the index they have configured.
set -eu
cd "$(dirname "$0")/.."
uv=${1:-uv}
command -v "$uv" >/dev/null || { echo 'uv is needed: python3 -m pip install uv' >&2; exit 1; }
export UV_CUSTOM_COMPILE_COMMAND='make lock'
compile() {
    "$uv" pip compile --quiet --upgrade --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --no-emit-index-url --no-emit-find-links "$@"
}
compile requirements/build.in --output-file requirements/build.txt
compile pyproject.toml --constraint requirements/build.txt --output-file requirements/run.txt
# The test requirements hold the run requirements too, at the same versions.
compile pyproject.toml --group pyproject.toml:test --constraint requirements/build.txt \
    --constraint requirements/run.txt --output-file requirements/test.txt
