"""The command line, run in this process, and an office on SQLite that stands as of today."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commanding import VARIABLE, Run, Said
from office import set_up

from privileging.cli import main
from privileging.store.driver import Store, open_store


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs ``privileging`` with these arguments: its exit code, and what it said. It never raises anything else."""

    def once(*args: object, stdin: str = "") -> Said:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["privileging", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capfd.readouterr()
        assert "Traceback" not in said.err
        return Said(code, said.out, said.err)

    return once


@pytest.fixture(scope="session")
def office_of_today(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "today.db"
    shutil.copyfile(sqlite_template, path)
    store = open_store(str(path), durable=False)
    set_up(store, now=None, live_from="2020-01-01")
    store.close()
    return path


@pytest.fixture
def db(office_of_today: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of an office's database, which the command line finds by itself."""
    path = tmp_path / "today.db"
    shutil.copyfile(office_of_today, path)
    monkeypatch.setenv(VARIABLE, str(path))
    return str(path)


@pytest.fixture
def store(db: str) -> Iterator[Store]:
    """The same office, open."""
    opened = open_store(db)
    yield opened
    opened.close()


@pytest.fixture
def no_db(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
