"""Practitioners from the NPI Registry: what an import would add or change, what it rejects, and the import itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from privileging.engine.values import Person
from privileging.exchange.nppes import Found, Reject, as_record, changes, read
from privileging.queries.loading import head_of, value_of
from privileging.services.people import Entry, enter, person_id
from privileging.store.driver import Store, Unit


@dataclass(frozen=True, slots=True)
class Addition:
    npi: str
    name: str
    credential: str
    taxonomy: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import would change about somebody entered before: field → (before, after)."""

    npi: str
    name: str
    fields: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. ``same`` counts those about whom it says nothing new."""

    added: tuple[Addition, ...]
    changed: tuple[Difference, ...]
    same: int
    rejects: tuple[Reject, ...]
    notes: tuple[str, ...]
    entries: tuple[Entry, ...]


def preview(store: Store, sources: Iterable[tuple[str, bytes]]) -> Preview:
    """Reads registry replies (name of each file, its bytes) and compares them with who is entered; writes nothing."""
    reading = read(sources)
    with store.reading() as unit:
        known = {found.npi: _known(unit, found) for found in reading.found}
    added, changed = [], []
    for found in reading.found:
        person = known[found.npi]
        if person is None:
            added.append(Addition(found.npi, _name(found), found.credential, _primary(found)))
        elif fields := _changes(person, found):
            changed.append(Difference(found.npi, _name(found), fields))
    entries = tuple(Entry(found.npi, _name(found), as_record(found)) for found in reading.found)
    same = len(reading.found) - len(added) - len(changed)
    return Preview(tuple(added), tuple(changed), same, reading.rejects, reading.notes, entries)


def bring_in(store: Store, seen: Preview, *, now: str | None = None) -> tuple[str, ...]:
    """Carries out what was previewed, in one transaction; the persons it added or changed."""
    return enter(store, seen.entries, now=now)


def _known(unit: Unit, found: Found) -> Person | None:
    head = head_of(unit, person_id(found.npi))
    return value_of(unit, head, Person) if head else None


def _changes(person: Person, found: Found) -> Mapping[str, tuple[str, str]]:
    """What the record would come to say, or else only the name, which an office file may have spelled otherwise."""
    name = (person.name, _name(found))
    return changes(person.record, found) or ({"name": name} if name[0] != name[1] else {})


def _name(found: Found) -> str:
    return " ".join(part for part in (found.given, found.middle, found.family) if part)


def _primary(found: Found) -> str:
    first = next((entry for entry in found.taxonomies if entry.primary), None)
    return first.title if first else ""


def preview_text(seen: Preview) -> str:
    """A preview to read before it is carried out."""
    lines = [
        f"{len(seen.added)} new, {len(seen.changed)} changed, {seen.same} as they were, {len(seen.rejects)} rejected"
    ]
    lines += [f"  + {new.npi} {new.name} {new.credential} · {new.taxonomy}".rstrip(" ·") for new in seen.added]
    for difference in seen.changed:
        lines.append(f"  ~ {difference.npi} {difference.name}")
        lines += [
            f"      {field}: {before or '–'} → {after or '–'}" for field, (before, after) in difference.fields.items()
        ]
    lines += [f"  ! {reject.file}, entry {reject.position}: {reject.npi} {reject.reason}" for reject in seen.rejects]
    return "\n".join([*lines, *(f"  note: {note}" for note in seen.notes)])
