"""The demo office behind the application, a copy for each test; see ``tests/demo_office.py``."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from demo_office import NOW, SECRET, Browser, Clock, number_of
from doors import Office
from flask import Flask

from privileging.services import people
from privileging.store.driver import Store, open_store
from web import create_app
from web.desk import Demo

People = Callable[[str], Browser]


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed and compared in no time; an unknown account's dummy, too."""
    monkeypatch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    people._dummy.cache_clear()


@pytest.fixture
def demo_store(demo_template: tuple[Path, Demo], tmp_path: Path, cheap_hashes: None) -> Iterator[Store]:
    """The demo office, a copy of this test's own, as it stands at ``clock``."""
    path = tmp_path / "demo.db"
    shutil.copyfile(demo_template[0], path)
    store = open_store(str(path), durable=False, busy_timeout_ms=200)
    yield store
    store.close()


@pytest.fixture
def clock() -> Clock:
    """The application's time; ``clock.forward(minutes=31)`` moves it."""
    return Clock(NOW)


@pytest.fixture
def app(demo_store: Store, demo_template: tuple[Path, Demo], clock: Clock) -> Flask:
    """The application over ``demo_store``, with the role switcher of a demo."""
    made = create_app(demo_store, secret=SECRET, demo=demo_template[1], now=clock)
    made.test_client_class = Browser
    return made


@pytest.fixture
def anonymous(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


@pytest.fixture
def client_as(app: Flask) -> People:
    """``client_as("ortiz")``: a browser in which this account has signed in, by the form; each call a new one."""

    def signed_in(account: str) -> Browser:
        browser = app.test_client()
        assert isinstance(browser, Browser)
        answer = browser.sign_in(account)
        assert answer.status_code == 302, answer.text
        return browser

    return signed_in


@pytest.fixture
def case_number(demo_store: Store) -> Callable[..., str]:
    """``case_number("initial_appointment", "verification")``: the number in the address of such a case of the demo."""

    def found(workflow: str, state: str, **more: str) -> str:
        return number_of(demo_store, workflow, state, **more)

    return found


@pytest.fixture(scope="session")
def office_template(demo_template: tuple[Path, Demo], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Office]:
    path = tmp_path_factory.mktemp("template") / "office.db"
    shutil.copyfile(demo_template[0], path)
    return path, Office(path)


@pytest.fixture
def office(office_template: tuple[Path, Office]) -> Office:
    """An office in which every secret place holds a canary; see ``doors``."""
    return office_template[1]


@pytest.fixture
def there(
    office_template: tuple[Path, Office], tmp_path: Path, cheap_hashes: None, demo_template: tuple[Path, Demo]
) -> Iterator[Flask]:
    """The application over a copy of that office."""
    path = tmp_path / "office.db"
    shutil.copyfile(office_template[0], path)
    store = open_store(str(path), durable=False, busy_timeout_ms=200)
    app = create_app(store, secret=SECRET, demo=demo_template[1], now=lambda: NOW)
    app.test_client_class = Browser
    yield app
    store.close()
