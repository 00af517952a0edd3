"""Signing in as people do: address and password, then the code of their app."""

import time
from datetime import UTC, datetime

from playwright.sync_api import Page

from tests.journeys.country import Account
from tocsin.access.factors import STEP, code_of

_used: dict[str, int] = {}


def sign_in(page: Page, account: Account) -> None:
    """To whatever comes after the second step."""
    page.goto("/sign-in/")
    page.locator("#email").fill(account.email)
    page.locator("#password").fill(account.password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.locator("input[name=code]").fill(next_code(account))
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def next_code(account: Account) -> str:
    """A code that was not used yet: each is good once, and from a step early to a step late."""
    now = int(time.time()) // STEP
    step = max(now - 1, _used.get(account.email, 0) + 1)
    while step > int(time.time()) // STEP + 1:
        time.sleep(1)
    _used[account.email] = step
    return code_of(account.totp_secret, datetime.fromtimestamp(step * STEP, UTC))
