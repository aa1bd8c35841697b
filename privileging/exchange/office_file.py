"""An office file and its delineation forms: strict YAML in, checked values out; every problem with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from privileging.definition.load import shipped_folder
from privileging.definition.reader import Document, read
from privileging.engine.calendar import is_day, is_zone, meeting_fault
from privileging.engine.policy import CLASSES
from privileging.engine.values import Form, Line
from privileging.errors import DefinitionError, Problem
from privileging.identifiers import npi_fault
from privileging.services.office import (
    BodyEntry,
    FacilityEntry,
    OfficeFile,
    PersonEntry,
    RoleEntry,
    SeatEntry,
)

_NAME = validate.Regexp(r"^[a-z0-9][a-z0-9_.-]{0,63}\Z", error="a name is lower-case letters, digits, _ . and -")


def _checked(fault: Callable[[str], str | None]) -> Callable[[str], None]:
    def check(value: str) -> None:
        if found := fault(value):
            raise ValidationError(found)

    return check


def _day_fault(value: str) -> str | None:
    return None if is_day(value) else "must be a day that exists, as in 2026-12-09"


def _zone_fault(value: str) -> str | None:
    return None if is_zone(value) else f"{value!r} is no time zone of the IANA database, as in America/Chicago"


_day = _checked(_day_fault)


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _FacilitySchema(_Strict):
    title = fields.String(required=True)
    zone = fields.String(required=True, validate=_checked(_zone_fault))
    holidays = fields.List(fields.String(validate=_day), load_default=list)
    departments = fields.Dict(keys=fields.String(validate=_NAME), values=fields.String(), load_default=dict)
    access = fields.Dict(
        keys=fields.String(validate=validate.OneOf(CLASSES)), values=fields.List(fields.String()), load_default=dict
    )
    delineations = fields.Dict(keys=fields.String(validate=_NAME), values=fields.String(), load_default=dict)


class _SeatSchema(_Strict):
    person = fields.String(required=True)
    title = fields.String(load_default="")
    chair = fields.Boolean(load_default=False)
    votes = fields.Boolean(load_default=True)
    since = fields.String(load_default="", validate=_day)


class _BodySchema(_Strict):
    at = fields.String(required=True)
    title = fields.String(required=True)
    meets = fields.String(load_default="", validate=_checked(meeting_fault))
    seats = fields.List(fields.Nested(_SeatSchema), load_default=list)


class _RoleSchema(_Strict):
    role = fields.String(required=True, validate=_NAME)
    at = fields.String(required=True)
    department = fields.String(load_default="")
    since = fields.String(load_default="", validate=_day)


class _PersonSchema(_Strict):
    name = fields.String(required=True)
    npi = fields.String(load_default="", validate=_checked(npi_fault))
    roles = fields.List(fields.Nested(_RoleSchema), load_default=list)


def _named(schema: type[Schema]) -> fields.Dict:
    return fields.Dict(keys=fields.String(validate=_NAME), values=fields.Nested(schema), load_default=dict)


class _OfficeSchema(_Strict):
    office = fields.String(required=True)
    facilities = _named(_FacilitySchema)
    bodies = _named(_BodySchema)
    people = _named(_PersonSchema)


class _SpecialSchema(_Strict):
    title = fields.String(required=True)
    criteria = fields.String(load_default="")


class _FormSchema(_Strict):
    delineation = fields.String(required=True, validate=_NAME)
    version = fields.Integer(required=True, validate=validate.Range(min=1))
    title = fields.String(required=True)
    cite = fields.String(required=True)
    core = fields.Dict(keys=fields.String(validate=_NAME), values=fields.String(), load_default=dict)
    special = _named(_SpecialSchema)


def read_office(source: bytes, file: str) -> OfficeFile:
    """What an office file says. Raises DefinitionError with every problem, each with its line.

    A delineation form is looked up beside the file (``delineations/NAME.yaml``), then among those shipped.
    """
    document = read(source, file)
    data = _load(_OfficeSchema(), document)
    problems = [document.problem(path, text) for path, text in _unresolved(data)]
    if problems:
        raise DefinitionError(file, problems)
    beside = Path(file).parent / "delineations"
    return OfficeFile(
        facilities=tuple(_facility(name, entry, beside) for name, entry in data["facilities"].items()),
        bodies=tuple(_body(name, entry) for name, entry in data["bodies"].items()),
        people=tuple(_person(name, entry) for name, entry in data["people"].items()),
    )


def read_form(source: bytes, file: str, department: str) -> Form:
    """A delineation form, for the department that uses it. Raises DefinitionError."""
    document = read(source, file)
    data = _load(_FormSchema(), document)
    core = tuple(Line(code, title, "core") for code, title in data["core"].items())
    special = tuple(Line(code, e["title"], "special", e["criteria"]) for code, e in data["special"].items())
    both = [line.code for line in special if line.code in data["core"]]
    if both or not core + special:
        text = f"{', '.join(both)}: core and special at once" if both else "lists no privilege"
        raise DefinitionError(file, [document.problem(("special",), text)])
    return Form(data["delineation"], data["title"], data["version"], department, core + special)


def _load(schema: Schema, document: Document) -> dict[str, Any]:
    try:
        data: dict[str, Any] = schema.load(document.data)
    except ValidationError as error:
        raise DefinitionError(
            document.file, [document.problem(path, text) for path, text in _flat(error.messages, ())]
        ) from None
    return data


def _flat(messages: Any, path: tuple[str | int, ...]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flat(inner, path if key in ("_schema", "key", "value") else (*path, key))
    else:
        yield from ((path, str(text)) for text in messages)


def _unresolved(data: Mapping[str, Any]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    facilities, people = data["facilities"], data["people"]
    for name, facility in facilities.items():
        for form, department in facility["delineations"].items():
            if department not in facility["departments"]:
                yield ("facilities", name, "delineations", form), f"no department {department!r} at {name}"
    for name, body in data["bodies"].items():
        if body["at"] not in facilities:
            yield ("bodies", name, "at"), f"no facility {body['at']!r}"
        yield from _seats(name, body["seats"], people)
    seen: dict[str, str] = {}
    for name, person in people.items():
        if person["npi"] and seen.setdefault(person["npi"], name) != name:
            yield ("people", name, "npi"), f"is the NPI of {seen[person['npi']]}"
        for number, role in enumerate(person["roles"]):
            place = ("people", name, "roles", number)
            departments = facilities.get(role["at"], {}).get("departments")
            if departments is None:
                yield (*place, "at"), f"no facility {role['at']!r}"
            elif role["department"] and role["department"] not in departments:
                yield (*place, "department"), f"no department {role['department']!r} at {role['at']}"


def _seats(
    body: str, seats: list[dict[str, Any]], people: Mapping[str, Any]
) -> Iterable[tuple[tuple[str | int, ...], str]]:
    seen: set[str] = set()
    for number, seat in enumerate(seats):
        place = ("bodies", body, "seats", number, "person")
        if seat["person"] not in people:
            yield place, f"no person {seat['person']!r} under people"
        elif seat["person"] in seen:
            yield place, f"{seat['person']} has two seats"
        seen.add(seat["person"])


def _facility(name: str, entry: dict[str, Any], beside: Path) -> FacilityEntry:
    forms = tuple(_form(form, department, beside) for form, department in entry["delineations"].items())
    access = {kind: tuple(roles) for kind, roles in entry["access"].items()}
    told = (name, entry["title"], entry["zone"], tuple(entry["holidays"]), entry["departments"])
    return FacilityEntry(*told, forms, access)


def _form(name: str, department: str, beside: Path) -> Form:
    own, ours = beside / f"{name}.yaml", shipped_folder() / "delineations" / f"{name}.yaml"
    path = own if own.is_file() else ours
    if not path.is_file():
        raise DefinitionError(
            str(own), [Problem("delineations", f"there is no form {name!r}, here or among those shipped")]
        )
    return read_form(path.read_bytes(), str(path), department)


def _body(name: str, entry: dict[str, Any]) -> BodyEntry:
    return BodyEntry(name, entry["at"], entry["title"], entry["meets"], tuple(SeatEntry(**s) for s in entry["seats"]))


def _person(name: str, entry: dict[str, Any]) -> PersonEntry:
    roles = tuple(RoleEntry(r["role"], r["at"], r["department"], r["since"]) for r in entry["roles"])
    return PersonEntry(name, entry["name"], entry["npi"], roles)
