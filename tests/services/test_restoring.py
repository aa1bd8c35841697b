"""What was exported can be restored, on either database, and everything derived comes out the same."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from office import OFFICE, act, case_in, invited, rows
from sqlalchemy import insert

from privileging.engine.evolve import CASE_EVENTS
from privileging.errors import Conflict, HistoryBroken, InvalidInput
from privileging.exchange.office_file import read_office
from privileging.services import verbs
from privileging.services.office import apply_office
from privileging.services.rebuild import rebuild
from privileging.store import history, tables
from privileging.store.driver import Store, open_store

LATE = "2026-06-02T15:00:00.000000Z"
OF_AN_OFFICE = {
    "person_recorded",
    "role_given",
    "role_ended",
    "account_opened",
    "appointment_recorded",
    "facility_recorded",
    "form_adopted",
    "body_recorded",
    "seat_given",
    "seat_ended",
    "published",
}
UNUSED = {"notified"}  # no shipped workflow has an action that notifies
BESIDE = (tables.evidence, tables.workflow_source)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A new database to restore into, on SQLite, then on PostgreSQL."""
    opened = open_store(str(request.getfixturevalue(f"{request.param}_url")))
    yield opened
    opened.close()


def busy(store: Store) -> None:
    """Cases of every kind: granted, in a hearing, lapsed, and withdrawn with a recusal on record."""
    case_in(store, "granted")
    case_in(store, "board_last_word", "brandt")
    invited(store, "cho")
    verbs.sweep(store, now=LATE)
    case = case_in(store, "committee_review", "cho", LATE)
    verbs.strike(store, act("ortiz", now=LATE), case, 1, "It was another practitioner's receipt")
    verbs.declare(store, act("costa", now=LATE), case, "credentials_committee", "I know nobody involved")
    verbs.recuse(store, act("bauer", now=LATE), case, "credentials_committee", "A partner in practice")
    verbs.do(store, act("cho", now=LATE), case, "withdraw")
    verbs.serve(store, act("ortiz", now=LATE), "2026-00001", "decision_notice", served_on="2026-03-04")
    fewer = OFFICE.replace(b", {person: costa}", b"").replace(b", roles: [{role: chief_of_staff, at: main}]", b"")
    apply_office(store, read_office(fewer, "office.yaml"), now=LATE)


def test_every_kind_of_event_occurs(sqlite_office: Store) -> None:
    busy(sqlite_office)
    kinds = {json.loads(line)["kind"] for line in exported(sqlite_office)}
    assert kinds == OF_AN_OFFICE | (set(CASE_EVENTS) - UNUSED)


def exported(store: Store) -> list[bytes]:
    streams = sorted(row[0] for row in rows(store, [tables.stream])["stream"])
    with store.reading() as unit:
        return [line for stream in streams for line in history.export(unit, stream)]


def copied(source: Store, target: Store) -> None:
    """What stands beside the history, copied as it is."""
    for table in BESIDE:
        names = [column.name for column in table.columns]
        kept = [dict(zip(names, row, strict=True)) for row in rows(source, [table])[table.name]]
        if kept:
            with target.writer.begin() as connection:
                connection.execute(insert(table), kept)


def test_a_restored_history_is_the_same_and_so_is_all_that_follows_from_it(office: Store, empty: Store) -> None:
    busy(office)
    copied(office, empty)
    lines = exported(office)
    with empty.writing() as unit:
        assert history.restore(unit, lines) == len(lines)
    assert rebuild(empty) == len(lines)
    with empty.reading() as unit:
        assert history.verify(unit).events == len(lines)
    assert rows(empty, tables.DERIVED) == rows(office, tables.DERIVED)
    assert exported(empty) == lines


def test_work_goes_on_where_it_was_restored(office: Store, empty: Store) -> None:
    case = case_in(office, "granted")
    copied(office, empty)
    with empty.writing() as unit:
        history.restore(unit, exported(office))
    rebuild(empty)
    with empty.writer.begin() as connection:
        names = [column.name for column in tables.password.columns]
        kept = [dict(zip(names, row, strict=True)) for row in rows(office, [tables.password])["password"]]
        connection.execute(insert(tables.password), kept)
    done = verbs.serve(empty, act("ortiz"), case, "decision_notice", served_on="2026-03-02")
    assert done.case.notices[0].method == "mail"


def test_nothing_is_restored_over_a_history(office: Store) -> None:
    with pytest.raises(Conflict, match="new one"), office.writing() as unit:
        history.restore(unit, exported(office))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[1]",
        b"{}",
        b'{"stream": "case/1", "seq": 1}',
    ],
)
def test_a_line_that_is_no_event_is_named(office: Store, empty: Store, line: bytes) -> None:
    with pytest.raises(InvalidInput, match="line 3"), empty.writing() as unit:
        history.restore(unit, [*exported(office)[:2], line])
    assert rows(empty, [tables.event]) == {"event": []}


def test_a_gap_is_named(office: Store, empty: Store) -> None:
    lines = exported(office)
    told = "line 2: event 3 of body/main/credentials_committee"
    with pytest.raises(InvalidInput, match=told), empty.writing() as unit:
        history.restore(unit, [lines[0], *lines[2:]])


def test_a_line_that_was_changed_does_not_verify(office: Store, empty: Store) -> None:
    lines = exported(office)
    first = json.loads(lines[0])
    lines[0] = json.dumps({**first, "actor": "somebody else"}).encode()
    copied(office, empty)
    with empty.writing() as unit:
        history.restore(unit, lines)
    rebuild(empty)
    with pytest.raises(HistoryBroken, match=f"{first['stream']} event 1"), empty.reading() as unit:
        history.verify(unit)
