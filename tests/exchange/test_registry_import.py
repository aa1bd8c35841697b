"""Practitioners from the registry: seen before they are entered, entered once, compared with who is known."""

from __future__ import annotations

import json

from registry_replies import FIRST, SECOND, person, recordings, reply

from privileging.exchange.registry import Preview, bring_in, preview, preview_text
from privileging.queries.people import practitioners
from privileging.services.people import Entry, enter
from privileging.store import history
from privileging.store.driver import Store

NOW = "2026-03-02T15:00:00.000000Z"


def seen(store: Store, *replies: bytes) -> Preview:
    return preview(store, [(f"page-{number}.json", content) for number, content in enumerate(replies, 1)])


def imported(store: Store, *replies: bytes) -> tuple[str, ...]:
    return bring_in(store, seen(store, *replies), now=NOW)


def test_a_preview_names_who_is_new_and_writes_nothing(store: Store) -> None:
    found = seen(store, reply(person(), person(int(SECOND), first_name="ANA")))
    assert [(new.npi, new.name, new.credential, new.taxonomy) for new in found.added] == [
        (FIRST, "Quilla J. Testfern", "MD", "Internal Medicine"),
        (SECOND, "Ana J. Testfern", "MD", "Internal Medicine"),
    ]
    with store.reading() as unit:
        assert practitioners(unit) == ()


def test_an_import_enters_who_was_previewed(store: Store) -> None:
    assert imported(store, reply(person())) == (f"person/npi-{FIRST}",)
    with store.reading() as unit:
        (found,) = practitioners(unit, "testfern")
        assert (found.npi, found.credential, found.taxonomy) == (FIRST, "MD", "Internal Medicine")
        assert history.verify(unit).events == 1


def test_a_second_import_of_the_same_is_nothing(store: Store) -> None:
    imported(store, reply(person()))
    again = seen(store, reply(person()))
    assert (again.added, again.changed, again.same) == ((), (), 1)
    assert bring_in(store, again, now=NOW) == ()


def test_a_second_import_shows_what_changed(store: Store) -> None:
    imported(store, reply(person()))
    moved = reply(person(last_name="FERN", last_updated="2025-01-01"))
    (difference,) = seen(store, moved).changed
    assert difference.fields["family"] == ("Testfern", "Fern")
    assert imported(store, moved) == (f"person/npi-{FIRST}",)


def test_a_name_that_the_office_spells_otherwise_is_a_change(store: Store) -> None:
    imported(store, reply(person()))
    with store.reading() as unit:
        (known,) = practitioners(unit)
    record = dict(seen(store, reply(person())).entries[0].record)
    enter(store, [Entry(FIRST, "Quilla Testfern", record)], now=NOW)
    (difference,) = seen(store, reply(person())).changed
    assert difference.fields == {"name": ("Quilla Testfern", known.name)}


def test_a_preview_agrees_with_what_the_import_does(store: Store) -> None:
    imported(store, reply(person()))
    for content in (reply(person()), reply(person(credential="D.O.")), reply(person(int(SECOND)))):
        found = seen(store, content)
        assert len(bring_in(store, found, now=NOW)) == len(found.added) + len(found.changed)


def test_what_is_rejected_is_listed_and_not_entered(store: Store) -> None:
    found = seen(store, reply(person("1234567890"), person(status="D"), person()), b"{")
    assert [(reject.file, reject.position) for reject in found.rejects] == [
        ("page-1.json", 1),
        ("page-1.json", 2),
        ("page-2.json", 0),
    ]
    assert len(bring_in(store, found, now=NOW)) == 1


def test_a_preview_can_be_read(store: Store) -> None:
    imported(store, reply(person()))
    text = preview_text(seen(store, reply(person(last_name="FERN"), person(int(SECOND)), person("1"))))
    assert text.splitlines()[0] == "1 new, 1 changed, 0 as they were, 1 rejected"
    assert f"  + {SECOND} Quilla J. Testfern MD · Internal Medicine" in text
    assert "      family: Testfern → Fern" in text
    assert "  ! page-1.json, entry 3: 1 " in text


def test_the_recorded_replies_are_entered_once(store: Store) -> None:
    pages = [content for _, content in recordings()]
    first = imported(store, *pages)
    assert len(first) == len(set(first)) > 0
    assert imported(store, *pages) == ()
    with store.reading() as unit:
        assert history.verify(unit).events == len(first)
        assert json.dumps([found.name for found in practitioners(unit, limit=1_000)])
