"""A person at a real browser: with the mouse, or by keyboard alone; and a server for them, in a thread."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from demo_office import NOW, SECRET, Clock
from flask import Flask
from playwright.sync_api import Locator, Page, Playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from privileging.exchange.demo import PASSWORD
from privileging.store.driver import Store, open_store
from web import create_app
from web.desk import Demo

LAUNCH = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MOST_TABS = 400


class Quiet(WSGIRequestHandler):
    def log_request(self, *args: Any) -> None:
        pass


class Site:
    """The demo, served on this machine."""

    def __init__(self, url: str, store: Store, app: Flask) -> None:
        self.url, self.store, self.app = url, store, app


@contextmanager
def served(template: tuple[Path, Demo], path: Path) -> Iterator[Site]:
    """A copy of the demo office, served from a thread at a free port until the block ends."""
    shutil.copyfile(template[0], path)
    store = open_store(str(path), durable=False)
    app = create_app(store, secret=SECRET, demo=template[1], now=Clock(NOW))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", store, app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        store.close()


def chromium() -> str:
    """Debian's Chromium; without it the test is skipped, or fails where everything must be there."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        missing = "needs Chromium: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return str(found)


def launched(playwright: Playwright) -> Any:
    return playwright.chromium.launch(executable_path=chromium(), args=[*LAUNCH])


class Hand:
    """What a person does on a page. ``faults`` collects what the browser complains about."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.faults: list[str] = []
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "the server responded with a status of 4" not in text:
            self.faults.append(f"{kind}: {text}")

    def _answered(self, status: int, url: str) -> None:
        if status >= 500:
            self.faults.append(f"{status}: {url}")

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def sign_in(self, account: str) -> None:
        self.page.context.clear_cookies()
        self.go("/sign-in")
        self.fill("Account", account)
        self.fill("Password", PASSWORD)
        self.press("button", "Sign in")
        self.sees("Worklist")

    def sees(self, heading: str) -> None:
        """Waits until a heading says this."""
        self.page.get_by_role("heading", name=heading).first.wait_for(timeout=10_000)

    def reads(self, text: str) -> None:
        """Waits until the page says this."""
        self.page.get_by_text(text).first.wait_for(timeout=10_000)

    def press(self, role: Any, name: str, *, within: Locator | None = None) -> None:
        """Follows a link, presses a button, opens a summary."""
        self._press(self._found(role, name, within), role)

    def _found(self, role: Any, name: str, within: Locator | None) -> Locator:
        place = within or self.page.locator("main, header, .demo")
        if role == "summary":
            return place.locator("summary", has_text=name).first
        return place.get_by_role(role, name=name).first

    def fill(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Types into the field of this label."""
        self._fill((within or self.page.locator("main")).get_by_label(label).first, text)

    def tick(self, label: str, *, within: Locator | None = None) -> None:
        """Ticks a box, chooses a radio button."""
        self._tick((within or self.page.locator("main")).get_by_label(label, exact=True).first)

    def choose(self, label: str, value: str) -> None:
        """Chooses from a list."""
        self._choose(self.page.locator("main").get_by_label(label).first, value)

    def attach(self, field: Locator, path: Path) -> None:
        """Chooses a file."""
        with self.page.expect_file_chooser() as chosen:
            self._press(field, "button")
        chosen.value.set_files(path)

    def _press(self, at: Locator, role: str) -> None:
        at.click()

    def _fill(self, at: Locator, text: str) -> None:
        at.fill(text)

    def _tick(self, at: Locator) -> None:
        at.check()

    def _choose(self, at: Locator, value: str) -> None:
        at.select_option(value)


class Keys(Hand):
    """The same by keyboard alone: Tab, arrows, Enter and Space; what has the focus must be seen to have it."""

    def _to(self, at: Locator, *, group: bool = False) -> None:
        """Tabs on until the element has the focus (or another radio button of its group)."""
        at.wait_for(timeout=10_000)
        there = (
            "el => el === document.activeElement"
            if not group
            else "el => document.activeElement.name === el.name && document.activeElement.form === el.form"
        )
        for _ in range(MOST_TABS):
            if at.evaluate(there):
                self._is_seen()
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {at}")

    def _is_seen(self) -> None:
        """The focus is visible: within the window, with an outline."""
        seen = self.page.evaluate(
            """async () => {
                const el = document.activeElement, look = getComputedStyle(el);
                let shown = false;
                for (let turn = 0; turn < 100 && !shown; turn++) {  // scrolling to it takes a frame or two
                    const box = el.getBoundingClientRect();
                    shown = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
                    if (!shown) await new Promise(done => setTimeout(done, 20));
                }
                return [shown, look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0, el.outerHTML];
            }"""
        )
        assert seen[0], f"the focus is out of sight on {seen[2][:120]}"
        assert seen[1], f"the focus does not show on {seen[2][:120]}"

    def _press(self, at: Locator, role: str) -> None:
        self._to(at)
        self.page.keyboard.press("Enter")

    def _fill(self, at: Locator, text: str) -> None:
        self._to(at)
        if at.get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        assert at.input_value() == text

    def _tick(self, at: Locator) -> None:
        radio = at.get_attribute("type") == "radio"
        self._to(at, group=radio)
        if not radio or at.evaluate("el => el === document.activeElement"):
            self.page.keyboard.press("Space")
        for _ in range(10):
            if at.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no key ticks {at}")

    def _choose(self, at: Locator, value: str) -> None:
        self._to(at)
        self.page.keyboard.press("Home")
        for _ in range(60):
            if at.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no key chooses {value}")


Start = Callable[[str], Hand]
