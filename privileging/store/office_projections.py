"""Events of persons, bodies and workflows as rows of the read tables; see ``projections`` for those of cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import bindparam, delete, update

from privileging.store import tables as t
from privileging.store.driver import Statement
from privileging.store.projections import Body, Row, insert_into, update_of

_NOT_LISTED = Statement(delete(t.practitioner).where(t.practitioner.c.person == bindparam("of_person")))
_LISTED = insert_into(t.practitioner)
_ROLE = insert_into(t.role_held)
_ROLE_TODAY = Statement(delete(t.role_held).where(*(c == bindparam(f"key_{c.name}") for c in t.role_held.primary_key)))
_ROLE_ENDED = Statement(
    update(t.role_held)
    .where(*(t.role_held.c[key] == bindparam(f"key_{key}") for key in ("person", "role", "facility", "department")))
    .where(t.role_held.c.before.is_(None))
    .values(before=bindparam("before"))
)
_ACCOUNT, _ACCOUNT_CLOSED = insert_into(t.account), update_of(t.account, "closed")
_SEAT = insert_into(t.seat)
_SEAT_TODAY = Statement(delete(t.seat).where(*(c == bindparam(f"key_{c.name}") for c in t.seat.primary_key)))
_SEAT_ENDED = Statement(
    update(t.seat)
    .where(*(t.seat.c[key] == bindparam(f"key_{key}") for key in ("body", "person")))
    .where(t.seat.c.before.is_(None))
    .values(before=bindparam("before"))
)
_VERSION, _WITHDRAWN = insert_into(t.workflow_version), update_of(t.workflow_version, "withdrawn_from")


def office_rows(kind: str, stream: str, at: str, body: Body) -> list[Row]:
    """The rows one event of a person, facility, body or workflow writes."""
    return _ROWS.get(kind, _none)(stream, at, body)


def _none(stream: str, at: str, body: Body) -> list[Row]:
    return []


def _person_recorded(stream: str, at: str, body: Body) -> list[Row]:
    if not body["npi"]:
        return []
    record = body["record"]
    taxonomies = record.get("taxonomies", ())
    primary = next((entry for entry in taxonomies if entry["primary"]), taxonomies[0] if taxonomies else None)
    row = {
        "person": stream,
        "npi": body["npi"],
        "name": body["name"],
        "credential": record.get("credential", ""),
        "taxonomy": primary["title"] if primary else "",
    }
    return [(_NOT_LISTED, {"of_person": stream}), (_LISTED, row)]


def _role_given(stream: str, at: str, body: Body) -> list[Row]:
    held = {key: body[key] for key in ("role", "facility", "department", "since")}
    again = {f"key_{key}": value for key, value in {"person": stream, **held}.items()}
    return [(_ROLE_TODAY, again), (_ROLE, {"person": stream, **held, "before": None})]


def _role_ended(stream: str, at: str, body: Body) -> list[Row]:
    held = {f"key_{key}": body[key] for key in ("role", "facility", "department")}
    return [(_ROLE_ENDED, {"key_person": stream, **held, "before": body["before"]})]


def _account_opened(stream: str, at: str, body: Body) -> list[Row]:
    return [(_ACCOUNT, {"name": body["account"], "person": stream, "opened": at, "closed": None})]


def _account_closed(stream: str, at: str, body: Body) -> list[Row]:
    return [(_ACCOUNT_CLOSED, {"key_name": body["account"], "closed": at})]


def _seat_given(stream: str, at: str, body: Body) -> list[Row]:
    seat = body["seat"]
    held = {key: seat[key] for key in ("person", "since", "title")}
    rights = {"chair": int(seat["chair"]), "votes": int(seat["votes"])}
    again = {"key_body": stream, "key_person": seat["person"], "key_since": seat["since"]}
    return [(_SEAT_TODAY, again), (_SEAT, {"body": stream, **held, **rights, "before": None})]


def _seat_ended(stream: str, at: str, body: Body) -> list[Row]:
    return [(_SEAT_ENDED, {"key_body": stream, "key_person": body["person"], "before": body["before"]})]


def _published(stream: str, at: str, body: Body) -> list[Row]:
    version = {key: body[key] for key in ("name", "version", "digest", "title", "live_from")}
    return [(_VERSION, {**version, "withdrawn_from": None})]


def _withdrawn(stream: str, at: str, body: Body) -> list[Row]:
    key = {"key_name": body["name"], "key_version": body["version"]}
    return [(_WITHDRAWN, {**key, "withdrawn_from": body["from"]})]


_ROWS: Mapping[str, Callable[[str, str, Body], list[Row]]] = {
    "person_recorded": _person_recorded,
    "role_given": _role_given,
    "role_ended": _role_ended,
    "account_opened": _account_opened,
    "account_closed": _account_closed,
    "seat_given": _seat_given,
    "seat_ended": _seat_ended,
    "published": _published,
    "withdrawn": _withdrawn,
}
