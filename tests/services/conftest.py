"""An office that is set up, copied for every test: a file on SQLite, a database on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from office import set_up

from privileging.store.driver import Store, open_store

_numbers = count(1)


def _filled(url: str) -> None:
    store = open_store(url, durable=False)
    set_up(store)
    store.close()


@pytest.fixture(scope="session")
def sqlite_office_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "set_up.db"
    shutil.copyfile(sqlite_template, path)
    _filled(str(path))
    return path


@pytest.fixture
def sqlite_office_url(sqlite_office_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "set_up.db"
    shutil.copyfile(sqlite_office_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgresql_office_template(postgresql_server: Callable[[str], str], postgresql_template: Any) -> str:
    postgresql_template.execute("CREATE DATABASE set_up TEMPLATE office STRATEGY file_copy")
    _filled(postgresql_server("set_up"))
    return "set_up"


@pytest.fixture
def postgresql_office_url(
    postgresql_server: Callable[[str], str], postgresql_template: Any, postgresql_office_template: str
) -> Iterator[str]:
    name = f"set_up_{next(_numbers)}"
    postgresql_template.execute(f"CREATE DATABASE {name} TEMPLATE {postgresql_office_template} STRATEGY file_copy")
    yield postgresql_server(name)
    postgresql_template.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def office_url(request: pytest.FixtureRequest) -> str:
    """The database of an office of this test's own."""
    return str(request.getfixturevalue(f"{request.param}_office_url"))


@pytest.fixture
def office(office_url: str) -> Iterator[Store]:
    """An office that is set up, on SQLite, then on PostgreSQL; see ``tests/office.py`` for who is in it."""
    opened = open_store(office_url, durable=False)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_office(sqlite_office_url: str) -> Iterator[Store]:
    """The same on SQLite only."""
    opened = open_store(sqlite_office_url, durable=False)
    yield opened
    opened.close()
