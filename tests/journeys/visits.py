"""What a visit to a page in Chromium amounted to."""

import re
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, Response

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
MOST_QUERIES = 20
LISTEN = """
    window.policyReports = [];
    document.addEventListener('securitypolicyviolation', event =>
        window.policyReports.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Visit:
    """`queries`, `milliseconds`: as the server says; of a file they are not looked at.

    `violations`: of axe's rules, in words, in light and in dark; `reports`: of the
    Content-Security-Policy; `errors`: of scripts, and what could not be loaded.
    """

    role: str
    name: str
    address: str
    status: int
    is_page: bool = True
    queries: int = 0
    milliseconds: float = 0.0
    violations: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """What is wrong with it; nothing, if all is well."""
        found = [*self.violations, *self.reports, *self.errors]
        if self.status >= 400:
            found.append(f"status {self.status}")
        if self.queries > MOST_QUERIES:
            found.append(f"{self.queries} queries")
        return found

    def __str__(self) -> str:
        return (
            f"{self.role:16} {self.name:26} {self.status} "
            f"{len(self.violations):3} axe {len(self.reports):3} CSP {self.queries:4} queries "
            f"{self.milliseconds:7.1f} ms  {self.address}"
        )


class Visitor:
    """One browser page and whoever is signed in there."""

    def __init__(self, page: Page, role: str) -> None:
        self.page, self.role = page, role
        self._errors: list[str] = []
        page.add_init_script(LISTEN)
        page.on("pageerror", lambda error: self._errors.append(f"script: {error}"))
        page.on("requestfailed", lambda request: self._errors.append(f"not loaded: {request.url}"))

    def visit(self, name: str, address: str) -> Visit:
        """Go there, look at it in light and in dark, and say what was found."""
        self._errors.clear()
        try:
            response = self.page.goto(address)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            return self._file(name, address)
        assert response is not None
        visit = Visit(self.role, name, address, response.status)
        self._cost(visit, response)
        if "html" not in response.headers.get("content-type", ""):
            visit.is_page = False
            return visit
        visit.reports = list(self.page.evaluate("window.policyReports ?? []"))
        visit.errors = list(self._errors)
        self._look(visit)
        return visit

    def links(self) -> list[str]:
        """What the page leads to and what it shows within itself, in their order."""
        found: list[str] = self.page.eval_on_selector_all(
            "a[href], iframe[src], img[src]", "found => found.map(each => each.href ?? each.src)"
        )
        return found

    def _file(self, name: str, address: str) -> Visit:
        answer = self.page.context.request.get(address)
        return Visit(self.role, name, address, answer.status, is_page=False)

    def _cost(self, visit: Visit, response: Response) -> None:
        timing = response.headers.get("server-timing", "")
        queries = re.search(r'sql;desc="(\d+)"', timing)
        whole = re.search(r"app;dur=([\d.]+)", timing)
        visit.queries = int(queries[1]) if queries else 0
        visit.milliseconds = float(whole[1]) if whole else 0.0

    def _look(self, visit: Visit) -> None:
        """All rules in light; in dark only what colours decide."""
        self.page.emulate_media(color_scheme="light")
        visit.violations = violations(self.page, {"type": "tag", "values": list(RULES)})
        self.page.emulate_media(color_scheme="dark")
        dark = violations(self.page, {"type": "rule", "values": ["color-contrast"]})
        visit.violations += [f"dark: {each}" for each in dark]
        self.page.emulate_media(color_scheme="light")


def violations(page: Page, only: dict[str, Any]) -> list[str]:
    """What axe finds, each with the first place that it was found at."""
    found = Axe().run(page, options={"runOnly": only, "resultTypes": ["violations"]})
    return [
        f"{each['id']}: {each['help']} at {each['nodes'][0]['target']}"
        f" ({len(each['nodes'])} places)"
        for each in found.response["violations"]
    ]
