"""Debian's Chromium before the demo office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'privileging[test]'")

from argon2 import PasswordHasher
from hands import Hand, Keys, Site, launched, served
from playwright.sync_api import sync_playwright

from privileging.services import people


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def site(demo_template: tuple[Path, Any], tmp_path: Path) -> Iterator[Site]:
    """The demo office, served; a copy of this test's own."""
    with served(demo_template, tmp_path / "demo.db") as found:
        yield found


@pytest.fixture(scope="module")
def shared_site(demo_template: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same, for tests that only look."""
    with served(demo_template, tmp_path_factory.mktemp("site") / "demo.db") as found:
        yield found


@pytest.fixture(params=["mouse", "keyboard"])
def hand(request: pytest.FixtureRequest, chromium_browser: Any, site: Site) -> Iterator[Hand]:
    """A person with the mouse, then one by keyboard alone. The browser must have nothing to complain about."""
    context = chromium_browser.new_context(locale="en-US")
    person = (Hand if request.param == "mouse" else Keys)(context.new_page(), site.url)
    yield person
    context.close()
    assert person.faults == []
