from __future__ import annotations

import json
from hashlib import sha256

import pytest
from recording import foreign, write

from privileging.errors import HistoryBroken
from privileging.store import evidence, history, tables, triggers
from privileging.store.driver import Store
from privileging.store.streams import ZEROS


@pytest.fixture
def written(store: Store) -> Store:
    """Three streams of four events, unguarded, as after an attacker with full rights dropped the triggers."""
    for name in ("case-1", "case-2", "case-3"):
        write(store, name, 4)
    connection = foreign(store)
    for name in triggers.NAMES[store.dialect]:
        table = next(table for table in sorted(triggers.GUARDED, key=len)[::-1] if name.startswith(table))
        connection.execute(f"DROP TRIGGER {name}" + (f" ON {table}" * (store.dialect == "postgresql")))
    connection.close()
    return store


def run(store: Store, *statements: str) -> None:
    connection = foreign(store)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def broken(store: Store, after: str = "") -> tuple[str, int]:
    with pytest.raises(HistoryBroken) as caught, store.reading() as unit:
        history.verify(unit, after)
    alone(store, caught.value)
    return caught.value.stream, caught.value.seq


def alone(store: Store, fault: HistoryBroken) -> None:
    """The one stream, checked by itself, is broken at the same event."""
    with pytest.raises(HistoryBroken) as caught, store.reading() as unit:
        history.verify_stream(unit, fault.stream)
    assert (caught.value.stream, caught.value.seq) == (fault.stream, fault.seq)


SECOND = "stream = 'case-2' AND seq"


def test_an_untouched_history_verifies(written: Store) -> None:
    with written.reading() as unit:
        assert history.verify(unit) == history.Verified(events=12, streams=3)
        assert history.verify(unit, after="case-2") == history.Verified(events=4, streams=1)


def test_a_stream_is_verified_by_itself(written: Store) -> None:
    run(written, "UPDATE event_body SET body = '{}' WHERE stream = 'case-1' AND seq = 3")
    with written.reading() as unit:
        assert history.verify_stream(unit, "case-2") == 4
    with pytest.raises(HistoryBroken, match="is missing"), written.reading() as unit:
        history.verify_stream(unit, "case-9")


def test_an_empty_history_verifies(store: Store) -> None:
    with store.reading() as unit:
        assert history.verify(unit) == history.Verified(events=0, streams=0)


def test_an_edited_body_is_found(written: Store) -> None:
    run(written, f"UPDATE event_body SET body = '{{}}' WHERE {SECOND} = 3")
    assert broken(written) == ("case-2", 3)


def test_a_letter_moved_from_salt_to_body_is_found(written: Store) -> None:
    moved = "salt = substr(salt, 1, 31), body = substr(salt, 32) || body"
    run(written, f"UPDATE event_body SET {moved} WHERE {SECOND} = 3")
    assert broken(written) == ("case-2", 3)


@pytest.mark.parametrize("column", [column.name for column in tables.event.c if column.name != "stream"])
def test_an_edited_column_is_found(written: Store, column: str) -> None:
    added = "|| 'x'" if str(tables.event.c[column].type) == "TEXT" else "+ 7"
    lone = f"INSERT INTO event SELECT * FROM event WHERE {SECOND} = 99"
    edit = f"UPDATE event SET {column} = {column} {added} WHERE {SECOND} = 2"
    run(written, f"DELETE FROM event_body WHERE {SECOND} = 2" if column == "seq" else lone, edit)
    assert broken(written) == ("case-2", 2)


@pytest.mark.parametrize("seq", [1, 3, 4])
def test_a_deleted_event_is_found(written: Store, seq: int) -> None:
    run(written, *(f"DELETE FROM {table} WHERE {SECOND} = {seq}" for table in ("event_body", "event")))
    assert broken(written) == ("case-2", seq)


def test_a_deleted_body_is_found(written: Store) -> None:
    run(written, f"DELETE FROM event_body WHERE {SECOND} = 2")
    assert broken(written) == ("case-2", 2)


@pytest.mark.parametrize("name", ["case-1", "case-2", "case-3"])
def test_a_stream_without_its_events_is_found(written: Store, name: str) -> None:
    run(written, *(f"DELETE FROM {table} WHERE stream = '{name}'" for table in ("event_body", "event")))
    assert broken(written) == (name, 1)


@pytest.mark.parametrize("name", ["case-1", "case-2", "case-3"])
def test_events_without_their_stream_are_found(written: Store, name: str) -> None:
    run(written, f"DELETE FROM stream WHERE id = '{name}'")
    assert broken(written) == (name, 1)


def test_events_beyond_the_streams_version_are_found(written: Store) -> None:
    run(written, "UPDATE stream SET version = 2 WHERE id = 'case-2'")
    assert broken(written) == ("case-2", 3)


def test_two_swapped_events_are_found(written: Store) -> None:
    swap = ((2, 12), (3, 2), (12, 3))
    saved = f"CREATE TABLE kept AS SELECT * FROM event_body WHERE {SECOND} IN (2, 3)"
    gone = f"DELETE FROM event_body WHERE {SECOND} IN (2, 3)"
    moves = [f"UPDATE event SET seq = {new} WHERE {SECOND} = {old}" for old, new in swap]
    back = "INSERT INTO event_body SELECT stream, 5 - seq, salt, body FROM kept"
    run(written, saved, gone, *moves, back)
    assert broken(written) == ("case-2", 2)


@pytest.mark.parametrize(("edited", "found"), [(2, 3), (4, 4)])
def test_one_hash_made_to_fit_breaks_the_next_link(written: Store, edited: int, found: int) -> None:
    with written.reading() as unit:
        lines = [json.loads(line) for line in history.export(unit, "case-2")]
    event = lines[edited - 1] | {"actor": "somebody else"}
    run(
        written,
        f"UPDATE event SET actor = 'somebody else', digest = '{digest(event)}' WHERE {SECOND} = {edited}",
    )
    assert broken(written) == ("case-2", found)


def test_bytes_in_place_of_text_are_found(written: Store) -> None:
    if written.dialect == "sqlite":
        run(written, f"UPDATE event_body SET body = CAST(body AS BLOB) WHERE {SECOND} = 2")
        assert broken(written) == ("case-2", 2)
        run(written, f"UPDATE event_body SET body = CAST(x'ff' AS TEXT) WHERE {SECOND} = 2")
        assert broken(written) == ("case-2", 2)


def test_an_export_is_checked_with_the_standard_library_alone(store: Store) -> None:
    write(store, "case-1", 3)
    with store.reading() as unit:
        lines = list(history.export(unit, "case-1"))
    previous = ZEROS
    for line in lines:
        event = json.loads(line)
        assert event["commitment"] == sha256((event["salt"] + event["body"]).encode()).hexdigest()
        assert (event["previous"], event["digest"]) == (previous, digest(event))
        previous = event["digest"]
    assert len(lines) == 3


def digest(event: dict[str, object]) -> str:
    """The digest of an exported event, as an independent program computes it."""
    order = "format stream seq kind recorded_at effective_at actor for_person role account command commitment"
    hashed = [event[name] for name in order.split()]
    text = json.dumps(hashed, separators=(",", ":"), ensure_ascii=False)
    return sha256((str(event["previous"]) + text).encode()).hexdigest()


def test_a_kept_file_that_is_another_one_now_is_found(written: Store) -> None:
    with written.writing() as unit:
        digest = evidence.put(unit, b"%PDF-1.7 as it was", "application/pdf")
    with written.reading() as unit:
        assert history.verify_evidence(unit) == 1
    run(written, "UPDATE evidence SET bytes = 'x'")
    with written.reading() as unit, pytest.raises(HistoryBroken, match=digest):
        history.verify_evidence(unit)
