"""Commands that keep house: history, export, verify, sweep, rebuild. What was tampered with is found and named."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from commanding import Run
from office import ADEYEMI, MAIN, OFFICE, PASSWORD, enter, invited, rows

from privileging.definition.load import shipped
from privileging.exchange.office_file import read_office
from privileging.services import verbs
from privileging.services.cases import Act
from privileging.services.office import apply_office
from privileging.services.people import open_account
from privileging.services.workflows import publish
from privileging.store import tables
from privileging.store.driver import Store, open_store

HASHED = ("format", "stream", "seq", "kind", "recorded_at", "effective_at", "actor", "for_person", "role", "account")
HASHED += ("command",)


@pytest.fixture
def case(store: Store) -> str:
    opened = verbs.open_case(store, Act("ortiz"), "initial_appointment", ADEYEMI, MAIN, action="invite")
    verbs.record_items(store, Act("adeyemi"), opened.case.id, {"specialty": "Surgery"})
    verbs.record_items(store, Act("adeyemi"), opened.case.id, {"license_state": "IL"})
    return opened.case.id


def test_a_history_reads_as_sentences(run: Run, case: str) -> None:
    said = run("history", case)
    assert said.out.splitlines()[0].startswith("#1 ")
    assert "recorded specialty" in said.out
    entries = json.loads(run("history", case, "--json").out)
    assert [entry["seq"] for entry in entries] == [1, 2, 3]


def test_an_export_can_be_verified_without_this_program(run: Run, case: str, tmp_path: Path) -> None:
    path = tmp_path / "case.jsonl"
    assert run("export", case, "-o", path).code == 0
    assert run("export", case).out == path.read_text()
    previous = "0" * 64
    for line in map(json.loads, path.read_text().splitlines()):
        commitment = hashlib.sha256((line["salt"] + line["body"]).encode()).hexdigest()
        hashed = json.dumps([*(line[name] for name in HASHED), commitment], separators=(",", ":"), ensure_ascii=False)
        assert line["previous"] == previous
        assert line["digest"] == hashlib.sha256((previous + hashed).encode()).hexdigest()
        previous = line["digest"]


def test_an_export_goes_where_it_can(run: Run, case: str) -> None:
    said = run("export", case, "-o", "/no/such/folder/case.jsonl")
    assert (said.code, bool(said.err)) == (2, True)


def tampered(db: str, *statements: str) -> None:
    """Somebody with the file and patience: the guards dropped, the history changed, the guards put back."""
    with sqlite3.connect(db) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in guards:
            connection.execute(sql)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE event SET actor = 'person/kim' WHERE stream = '{case}' AND seq = 2", 2),
        ("UPDATE event SET recorded_at = '2020' WHERE stream = '{case}' AND seq = 1", 1),
        ("UPDATE event_body SET body = replace(body, 'Surgery', 'Medicine') WHERE stream = '{case}' AND seq = 2", 2),
        ("UPDATE event_body SET salt = '00' WHERE stream = '{case}' AND seq = 3", 3),
        ("DELETE FROM event_body WHERE stream = '{case}' AND seq = 2", 2),
        ("UPDATE stream SET version = 2 WHERE id = '{case}'", 3),
        ("UPDATE stream SET digest = 'x' WHERE id = '{case}'", 3),
    ],
)
def test_verify_names_the_first_bad_event(run: Run, db: str, case: str, statement: str, seq: int) -> None:
    assert run("verify").code == 0
    tampered(db, statement.format(case=case))
    said = run("verify")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"{case} event {seq}: ")
    assert json.loads(run("verify", "--json").out)["error"] == "HistoryBroken"


def test_a_missing_guard_stops_every_command(run: Run, db: str, case: str) -> None:
    with sqlite3.connect(db) as connection:
        connection.execute("DROP TRIGGER event_no_update")
    connection.close()
    for args in (("verify",), ("case", "show", case), ("sweep",)):
        said = run(*args)
        assert (said.code, "event_no_update" in said.err) == (1, True)


def test_a_rebuild_makes_every_derived_row_again(run: Run, store: Store, db: str, case: str) -> None:
    before = rows(store, tables.DERIVED)
    with sqlite3.connect(db) as connection:
        connection.execute("DELETE FROM case_file")
        connection.execute("UPDATE stream SET snapshot = '{}'")
        connection.execute("DELETE FROM command")
    connection.close()
    said = run("rebuild")
    assert (said.code, said.out.startswith("Rebuilt from ")) == (0, True)
    assert rows(store, tables.DERIVED) == before


def test_a_sweep_says_what_lapsed(run: Run, sqlite_template: Path, tmp_path: Path) -> None:
    long_ago, path = "2020-01-06T15:00:00.000000Z", tmp_path / "old.db"
    shutil.copyfile(sqlite_template, path)
    store = open_store(str(path))
    publish(store, shipped(), live_from="2020-01-01", now=long_ago)
    apply_office(store, read_office(OFFICE, "office.yaml"), now=long_ago)
    enter(store, "1234567893", now=long_ago)
    open_account(store, "ortiz", "person/ortiz", PASSWORD, now=long_ago)
    case = invited(store, now=long_ago).removeprefix("case/")
    store.close()
    assert run("sweep", "--db", path).out == f"1 lapsed\n{case}: deemed_withdrawn\n"
    assert json.loads(run("sweep", "--json", "--db", path).out) == []
