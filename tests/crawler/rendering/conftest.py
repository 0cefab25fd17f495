"""A browser for the tests that need one, and bounds that keep them quick."""

from dataclasses import replace

import pytest

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import BrowserChoice, find_browser


@pytest.fixture(scope="session")
def choice() -> BrowserChoice:
    try:
        return find_browser("auto")
    except BrowserUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def bounds() -> Bounds:
    return replace(
        DEFAULT_BOUNDS,
        render_seconds=25.0,
        navigation_seconds=8.0,
        step_seconds=6.0,
        settle_seconds=2.0,
        browser_visits=20,
        browser_patience=25.0,
    )
