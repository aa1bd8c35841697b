from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from recording import NOW, add, new, write

from privileging.errors import InvalidInput
from privileging.store import history, streams
from privileging.store.driver import Changed, Duplicate, Store


def test_what_was_appended_is_read_back(store: Store) -> None:
    event = new("opened", text="Überprüfung 🏥 100 % {a}", list=[1, None, True])
    with store.writing() as unit:
        written = add(unit, "case-1", None, [event, new()])
    with store.reading() as unit:
        assert tuple(streams.read(unit, "case-1")) == written
        assert tuple(streams.read(unit, "case-1", first=2)) == written[1:]
        assert written[0].body == event.body


def test_a_head_names_the_last_event(store: Store) -> None:
    written = write(store, "case-1", 3)
    with store.reading() as unit:
        found = streams.heads(unit, ["case-1", "case-2"])
    assert set(found) == {"case-1"}
    assert (found["case-1"].version, found["case-1"].digest) == (3, written[-1].digest)


def test_heads_of_many_streams_come_at_once(store: Store) -> None:
    names = {f"case-{number}" for number in range(30)}
    for name in names:
        write(store, name, 1)
    with store.reading() as unit:
        assert set(streams.heads(unit, names)) == names
        assert streams.heads(unit, []) == {}


def test_each_event_is_chained_to_the_one_before(store: Store) -> None:
    first, second, third = (*write(store, "case-1", 2), *write(store, "case-1", 1))
    assert first.previous == streams.ZEROS
    assert (second.previous, third.previous) == (first.digest, second.digest)
    assert [event.seq for event in (first, second, third)] == [1, 2, 3]


def test_time_never_runs_backwards_in_a_stream(store: Store) -> None:
    write(store, "case-1", 1)
    with store.writing() as unit:
        head = streams.heads(unit, ["case-1"])["case-1"]
        (event,) = add(unit, "case-1", head, [new()], now="2020-01-01T00:00:00.000000Z")
    assert event.recorded_at == NOW


def test_equal_bodies_have_unequal_commitments(store: Store) -> None:
    with store.writing() as unit:
        one, two = add(unit, "case-1", None, [new(same=1), new(same=1)])
    assert one.commitment != two.commitment


def test_the_second_of_two_writers_is_told(store: Store) -> None:
    write(store, "case-1", 1)
    with store.reading() as unit:
        head = streams.heads(unit, ["case-1"])["case-1"]
    write(store, "case-1", 1)
    with pytest.raises(Changed, match="case-1"), store.writing() as unit:
        add(unit, "case-1", head, [new()])


def test_a_stream_is_begun_only_once(store: Store) -> None:
    write(store, "case-1", 1)
    with pytest.raises(Changed, match="case-1"), store.writing() as unit:
        add(unit, "case-1", None, [new()])


def test_a_body_that_cannot_be_hashed_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(InvalidInput), store.writing() as unit:
        add(unit, "case-1", None, [new(), new(half=0.5)])
    with store.reading() as unit:
        assert list(streams.read_all(unit)) == []


def test_a_key_is_taken_once_for_ever(store: Store) -> None:
    with store.writing() as unit:
        streams.claim_key(unit, "key-1", "person-1", "print", "case-1", 1, 2)
    with pytest.raises(Duplicate), store.writing() as unit:
        streams.claim_key(unit, "key-1", "person-2", "other", "case-2", 1, 1)
    with store.reading() as unit:
        taken = streams.CommandRow("key-1", "person-1", "print", "case-1", 1, 2)
        assert streams.stored_command(unit, "key-1") == taken
        assert streams.stored_command(unit, "key-2") is None


def test_versions_relied_on_are_compared(store: Store) -> None:
    write(store, "body-1", 2)
    with store.writing() as unit:
        streams.hold(unit, {"body-1": 2, "body-2": 0})
    for stale in ({"body-1": 1}, {"body-1": 2, "body-2": 1}):
        with pytest.raises(Changed), store.writing() as unit:
            streams.hold(unit, stale)


def test_all_events_come_stream_by_stream(store: Store) -> None:
    for name in ("case-2", "case-1"):
        write(store, name, 2)
    with store.reading() as unit:
        order = [(event.stream, event.seq) for event in streams.read_all(unit)]
    assert order == [("case-1", 1), ("case-1", 2), ("case-2", 1), ("case-2", 2)]


def test_four_threads_write_one_contiguous_stream(store: Store) -> None:
    def one(_number: int) -> None:
        while True:
            with store.reading() as unit:
                head = streams.heads(unit, ["case-1"]).get("case-1")
            try:
                with store.writing() as unit:
                    add(unit, "case-1", head, [new()])
                return
            except Changed:
                continue

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(one, range(100)))
    with store.reading() as unit:
        assert [event.seq for event in streams.read(unit, "case-1")] == list(range(1, 101))
        assert history.verify(unit) == history.Verified(events=100, streams=1)
