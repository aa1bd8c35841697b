"""Replies of the NPI Registry (NPPES API v2.1): whole files in, practitioners and explicit rejects out.

The registry is self-reported: it helps to identify a person and proves no credential. Other names,
identifiers, endpoints and further practice locations are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from functools import partial

from privileging.exchange.untrusted import Part, day_fault, json_object, matching, needed, part_of
from privileging.identifiers import npi_fault

_COUNT = re.compile(r"[0-9]{1,9}")
_KIND = matching("NPI-[12]", "must be NPI-1 or NPI-2")
_STATUS = matching("A", "must be A (active)")
_CODE = matching("[0-9A-Z]{9}X", "a NUCC code is ten capitals or digits, ending in X")


@dataclass(frozen=True, slots=True)
class Address:
    """One address as the registry spells it; ``purpose`` is LOCATION or MAILING."""

    purpose: str
    line_1: str
    line_2: str
    city: str
    state: str
    postal_code: str
    country: str
    telephone: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """One specialty: its NUCC code and title, and the licence the practitioner stated for it."""

    code: str
    title: str
    primary: bool
    state: str
    license: str


@dataclass(frozen=True, slots=True)
class Found:
    """One active practitioner; ``last_updated`` is a day.

    Names in capitals are shown as ``Mcdonald`` and ``O'Brien``, others as they are; ``M.D.`` as ``MD``.
    """

    npi: str
    family: str
    given: str
    middle: str
    credential: str
    status: str
    taxonomies: tuple[Taxonomy, ...]
    addresses: tuple[Address, ...]
    last_updated: str


@dataclass(frozen=True, slots=True)
class Reject:
    """What was not taken, and why. ``position`` counts the results of a file from 1; 0 is the whole file."""

    file: str
    position: int
    npi: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the files held, each NPI at most once and in order; nothing is dropped in silence."""

    found: tuple[Found, ...]
    rejects: tuple[Reject, ...]
    notes: tuple[str, ...]


def read(sources: Iterable[tuple[str, bytes]]) -> Reading:
    """What registry replies say, given as (file name, content); never raises, whatever the content.

    A fault in the person's own fields rejects the person; a faulty taxonomy or address is rejected alone, and
    the person stays. Of two copies of one NPI the one updated later is kept, else the one read first, with a
    note. Numbers may stand for texts; a run of white space counts as one blank.
    """
    kept: dict[str, Found] = {}
    rejects: list[Reject] = []
    notes: list[str] = []
    for file, content in sources:
        for item in _items(file, content):
            if isinstance(item, Reject):
                rejects.append(item)
            elif isinstance(item, Found):
                notes.extend(f"{file}: {note}" for note in _keep(item, kept))
            else:
                notes.append(f"{file}: {item}")
    return Reading(tuple(kept.values()), tuple(rejects), tuple(notes))


def as_record(found: Found) -> dict[str, object]:
    """``found`` as plain data with a canonical form: texts, booleans, lists and maps, keyed by field."""
    return asdict(found) | {name: [asdict(entry) for entry in getattr(found, name)] for name in _LISTS}


def changes(before: Mapping[str, object], found: Found) -> dict[str, tuple[str, str]]:
    """What differs from ``before``, an earlier ``as_record``: field -> (old, new), to be read by people.

    Of taxonomies and addresses, only entries that went (old) or came (new) are named; order is no change.
    """
    pairs = {name: _pair(name, before.get(name), new) for name, new in as_record(found).items()}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}


def _items(file: str, content: bytes) -> Iterator[Found | Reject | str]:
    refuse_file = partial(Reject, file, 0, "")
    body = json_object(content)
    if isinstance(body, str):
        yield refuse_file(body)
    elif errors := body.get("Errors"):
        yield from map(refuse_file, _errors(errors))
    elif not isinstance(results := body.get("results"), list):
        yield refuse_file("results must be a list")
    else:
        yield from _count_notes(body.get("result_count"), len(results))
        for position, result in enumerate(results, 1):
            yield from _result(partial(Reject, file, position), result)


def _errors(errors: object) -> Iterator[str]:
    for error in errors if isinstance(errors, list) else [errors]:
        part = part_of(error)
        field, description = part.text("field"), part.text("description")
        yield f"the registry answered with an error: {field or 'no field'}: {description or 'no description'}"


def _count_notes(said: object, listed: int) -> Iterator[str]:
    if not listed:
        yield "the registry found no such practitioner"
    if isinstance(said, bool) or not isinstance(said, (int, str)) or not _COUNT.fullmatch(str(said)):
        yield "result_count is not a number"
    elif int(said) != listed:
        yield f"result_count is {int(said)}, but {listed} are listed"


def _result(refuse: Callable[[str, str], Reject], result: object) -> Iterator[Found | Reject]:
    top = part_of(result)
    npi, kind = top.text("number", npi_fault), top.text("enumeration_type", _KIND)
    reject = partial(refuse, npi[:20])
    if unfit := _unfit(result, kind):
        yield reject(unfit)
        return
    taxonomies, dropped = top.listed("taxonomies", "taxonomy", _taxonomy)
    addresses, lost = top.listed("addresses", "address", _address)
    found = _found(npi, part_of(top.values["basic"], "basic.", top.faults), taxonomies, addresses)
    if top.faults:
        yield reject("; ".join(top.faults))
        return
    yield found
    yield from map(reject, (*dropped, *lost))


def _unfit(result: object, kind: str) -> str | None:
    if not isinstance(result, dict):
        return "a result must be a JSON object"
    if kind == "NPI-2":
        return "an organization, not a practitioner"
    if not (basic := result.get("basic")):
        return "basic is missing, as it is for a deactivated NPI"
    if not isinstance(basic, dict):
        return "basic must be a JSON object"
    return "the NPI is deactivated" if basic.get("status") == "D" else None


def _found(npi: str, basic: Part, taxonomies: tuple[Taxonomy, ...], addresses: tuple[Address, ...]) -> Found:
    return Found(
        npi=npi,
        family=_name(basic.text("last_name", needed)),
        given=_name(basic.text("first_name", needed)),
        middle=_name(basic.text("middle_name")),
        credential=basic.text("credential").replace(".", ""),
        status=basic.text("status", _STATUS),
        taxonomies=taxonomies,
        addresses=addresses,
        last_updated=basic.text("last_updated", day_fault),
    )


def _taxonomy(part: Part) -> Taxonomy:
    code, title = part.text("code", _CODE), part.text("desc")
    return Taxonomy(code, title, part.flag("primary"), part.text("state"), part.text("license"))


def _address(part: Part) -> Address:
    purpose = part.text("address_purpose", needed)
    rest = ("address_1", "address_2", "city", "state", "postal_code", "country_code", "telephone_number")
    return Address(purpose, *map(part.text, rest))


def _name(text: str) -> str:
    return text.title() if text.isupper() else text


def _keep(new: Found, kept: dict[str, Found]) -> Iterator[str]:
    old = kept.setdefault(new.npi, new)
    again = f"NPI {new.npi} again"
    if old is new:
        return
    if old == new:
        yield f"{again} with the same content: kept once"
    elif old.last_updated < new.last_updated:
        kept[new.npi] = new
        yield f"{again}, updated {new.last_updated}: it replaces the copy of {old.last_updated}"
    else:
        yield f"{again}, differing, updated {new.last_updated}: the copy of {old.last_updated} is kept"


_LISTS: dict[str, type[Taxonomy] | type[Address]] = {"taxonomies": Taxonomy, "addresses": Address}


def _pair(name: str, old: object, new: object) -> tuple[str, str]:
    if name not in _LISTS:
        return ("" if old is None else str(old)), str(new)
    was, now = _entries(name, old), _entries(name, new)
    gone, came = [text for text in was if text not in now], [text for text in now if text not in was]
    return "; ".join(gone), "; ".join(came)


def _entries(name: str, entries: object) -> list[str]:
    names = [field.name for field in fields(_LISTS[name])]
    listed = entries if isinstance(entries, (list, tuple)) else ()
    return [_shown(entry, names) for entry in listed if isinstance(entry, Mapping)]


def _shown(entry: Mapping[str, object], names: list[str]) -> str:
    return ", ".join(name if entry[name] is True else str(entry[name]) for name in names if entry.get(name))
