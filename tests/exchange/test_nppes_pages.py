from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registry_replies import FIRST, SECOND, person, reading, reasons, recordings, reply

from privileging.canonical import canonical
from privileging.exchange.nppes import Reading, as_record, read


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON: Expecting value (line 1, column 1)"),
        (reply(person())[:100], "not JSON: "),
        (b'{"results": [\xff]}', "not UTF-8 (byte 13)"),
        ("{}".encode("utf-16"), "not UTF-8 (byte 0)"),
        (b'{"results": NaN}', "not JSON that can be read: NaN is no number"),
        (b'{"results": ' + b"9" * 5000 + b"}", "not JSON that can be read: "),
        (b"[" * 200_000, "not JSON that can be read: nested too deeply"),
        (b"[]", "the content must be a JSON object"),
        (b"null", "the content must be a JSON object"),
        (b"{}", "results must be a list"),
        (b'{"results": {}}', "results must be a list"),
    ],
    ids=range(11),
)
def test_a_file_that_is_no_reply_is_rejected_and_the_next_is_read(content: bytes, reason: str) -> None:
    read_once = reading(content, reply(person()))
    (reject,) = read_once.rejects
    assert (reject.file, reject.position, reject.npi) == ("page-1.json", 0, "")
    assert reject.reason.startswith(reason)
    assert [one.npi for one in read_once.found] == [FIRST]


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([{"field": "number", "number": "06", "description": "Too short"}], ["number: Too short"]),
        ([{"field": "a", "description": "b"}, {}], ["a: b", "no field: no description"]),
        ("gone", ["no field: no description"]),
        ([{"field": [], "description": "\x00"}, 7], ["no field: no description"] * 2),
    ],
)
def test_an_error_sent_as_a_reply_is_a_reject_per_error(errors: object, said: list[str]) -> None:
    expected = [f"the registry answered with an error: {text}" for text in said]
    assert reasons(json.dumps({"Errors": errors}).encode()) == expected


def test_no_result_is_a_note_and_not_an_error() -> None:
    assert reading(reply()) == Reading((), (), ("page-1.json: the registry found no such practitioner",))


@pytest.mark.parametrize(
    ("said", "note"),
    [
        (1, ()),
        ("1", ()),
        (200, ("page-1.json: result_count is 200, but 1 are listed",)),
        ("9" * 5000, ("page-1.json: result_count is not a number",)),
        (True, ("page-1.json: result_count is not a number",)),
        (None, ("page-1.json: result_count is not a number",)),
    ],
    ids=range(6),
)
def test_a_count_that_differs_from_the_list_is_noted(said: object, note: tuple[str, ...]) -> None:
    assert reading(reply(person(), result_count=said)).notes == note


def test_an_npi_on_two_pages_is_kept_once() -> None:
    read_once = reading(reply(person()), reply(person(SECOND), person()))
    assert [one.npi for one in read_once.found] == [FIRST, SECOND]
    assert read_once.notes == (f"page-2.json: NPI {FIRST} again with the same content: kept once",)


@pytest.mark.parametrize(
    ("days", "kept", "told"),
    [
        (("2024-01-01", "2024-01-02"), "B", "updated 2024-01-02: it replaces the copy of 2024-01-01"),
        (("2024-01-02", "2024-01-01"), "A", "differing, updated 2024-01-01: the copy of 2024-01-02 is kept"),
        (("2024-01-01", "2024-01-01"), "A", "differing, updated 2024-01-01: the copy of 2024-01-01 is kept"),
    ],
)
def test_of_two_copies_the_later_update_is_kept(days: tuple[str, str], kept: str, told: str) -> None:
    pages = [reply(person(middle_name=name, last_updated=day)) for name, day in zip("AB", days, strict=True)]
    assert [one.middle for one in reading(*pages).found] == [kept]
    assert reading(*pages).notes == (f"page-2.json: NPI {FIRST} again, {told}",)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from places(below, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    target = value = deepcopy(value)
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = new
    return value


BODY = json.loads(reply(person(), person(SECOND), Errors=[]))
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
anything = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
changed = st.builds(put, st.just(BODY), st.sampled_from(list(places(BODY))), anything)


@given(st.lists(changed, min_size=1, max_size=3))
def test_no_value_in_any_place_raises(bodies: list[object]) -> None:
    read_once = reading(*(json.dumps(body).encode() for body in bodies))
    canonical([as_record(person) for person in read_once.found])
    canonical([[reject.npi, reject.reason] for reject in read_once.rejects] + [list(read_once.notes)])


@given(st.binary(), st.integers(0, 2000))
def test_no_bytes_raise(content: bytes, cut: int) -> None:
    whole = reply(person())
    read_once = reading(content, whole[:cut] + content + whole[cut:])
    assert len(read_once.found) <= 1


def test_every_recorded_practitioner_is_read_or_rejected() -> None:
    read_once = read(recordings())
    assert (len(read_once.found), len(read_once.rejects), len(read_once.notes)) == (28, 15, 10)
    assert sum(reject.reason == "an organization, not a practitioner" for reject in read_once.rejects) == 13
    assert sum("answered with an error" in reject.reason for reject in read_once.rejects) == 2
    assert [note for note in read_once.notes if "result_count" in note] == [
        "api-a769af.json: result_count is 200, but 2 are listed"
    ]
