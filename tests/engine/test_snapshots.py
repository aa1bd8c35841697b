"""Frozen values as text and back, the same text for equal values; and what events mean for persons and offices."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import pytest
from builders import BODIES, LINES, MAIN, OFFICE, person
from walking import Walk, case_in, hearing, renewal

from privileging.engine.evolve import CASE_EVENTS
from privileging.engine.headline import NEVER, headline, owner_key
from privileging.engine.office import (
    Published,
    Versions,
    evolve_body,
    evolve_facility,
    evolve_person,
    evolve_versions,
)
from privileging.engine.snapshot import build, dump, load
from privileging.engine.values import Appointment, Body, Case, Event, Facility, Form, Opener, Person, RoleHeld, Seat

STATES = ["draft", "verification", "committee_review", "board_review", "granted", "adverse_recommendation"]


@pytest.mark.parametrize("state", STATES)
def test_a_case_is_the_same_read_back(state: str) -> None:
    walk = case_in(state)
    assert load(Case, dump(walk.case)) == walk.case
    assert dump(load(Case, dump(walk.case))) == dump(walk.case)


@pytest.mark.parametrize(
    "value",
    [
        *OFFICE.people[:3],
        replace(person("adeyemi"), record={"npi": ["1", {"a": None}]}, appointments=(Appointment("f", "c", "b", "e"),)),
        *BODIES.values(),
        MAIN,
        hearing().case,
        renewal().case,
        Versions("workflow/x", (Published(1, "d", "2026-01-01"),)),
    ],
    ids=lambda value: value.id,
)
def test_every_kind_of_snapshot_is_the_same_read_back(value: object) -> None:
    assert load(type(value), dump(value)) == value


def test_keys_are_sorted_so_that_equal_values_have_one_text() -> None:
    one, other = Case("c", facts={"a": 1, "b": 2}), Case("c", facts={"b": 2, "a": 1})
    assert dump(one) == dump(other)


def test_a_value_is_built_from_the_plain_data_of_an_event() -> None:
    assert build(Opener, {"case": "c", "state": "s"}) == Opener("c", "s")
    deep = {"inside": None, "many": {"x": {"case": "c", "state": "s"}}, "note": "n"}
    assert build(Deep, deep) == Deep(None, {"x": Opener("c", "s")}, "n")


@dataclass(frozen=True)
class Deep:
    """A record with a record that may be missing, and a map of records."""

    inside: Opener | None
    many: dict[str, Opener]
    note: str | None


def test_every_field_of_a_case_is_in_its_snapshot() -> None:
    assert all(f'"{field.name}":' in dump(Case("c")) for field in fields(Case))


def test_every_kind_of_event_happens_somewhere_in_these_tests() -> None:
    walks = [case_in("granted"), case_in("adverse_recommendation"), hearing()]
    walks += [walks[2].does("ortiz", "serve", name="adverse_notice", served_on="2026-03-02")]
    walk = case_in("board_review").does("hal", "declare", body="governing_board", statement="I have no conflict")
    walks += [walk.does("hal", "recuse", body="governing_board", reason="kin")]
    walks += [case_in("board_review").does("hal", "declare", body="governing_board", statement="none")]
    walks += [case_in("verification").does("ortiz", "strike", number=1, reason="x")]
    seen = {kind for walk in walks for kind in walk.kinds}
    assert set(CASE_EVENTS) - seen == {"notified"}  # which test_effects shows


# Persons, facilities, bodies, workflows -------------------------------------------------------------------------------


def event(kind: str, **body: object) -> Event:
    return Event("stream", 1, kind, "2026-03-02T15:00:00.000000Z", "operator", body)


def test_a_person_is_recorded_and_recorded_anew() -> None:
    known = evolve_person(Person("person/x"), event("person_recorded", name="A", npi="1", record={"license": "x"}))
    known = evolve_person(known, event("person_recorded", name="B", npi="1", record={}))
    assert (known.name, known.npi, known.record) == ("B", "1", {})


def test_a_role_is_given_and_ended_and_given_again() -> None:
    given = {"role": "coordinator", "facility": "f", "department": ""}
    known = evolve_person(Person("person/x"), event("role_given", since="2026-01-01", **given))
    known = evolve_person(known, event("role_given", since="2026-01-01", **given))
    known = evolve_person(known, event("role_ended", before="2026-02-01", **given))
    known = evolve_person(known, event("role_ended", before="2026-09-01", **given))
    assert known.roles == (RoleHeld("coordinator", "f", "2026-01-01", "", "2026-02-01"),)
    known = evolve_person(known, event("role_given", since="2026-03-01", **given))
    assert [role.on("2026-03-02") for role in known.roles] == [False, True]


def test_ending_one_role_ends_no_other() -> None:
    known = person("x", "coordinator", "chief_of_staff")
    told = {"role": "coordinator", "facility": "facility/main", "department": "", "before": "2026-02-01"}
    after = evolve_person(known, event("role_ended", **told))
    assert [role.before for role in after.roles] == ["2026-02-01", ""]


def test_accounts_and_appointments_belong_to_their_person() -> None:
    known = evolve_person(Person("person/x"), event("account_opened", account="x1"))
    known = evolve_person(known, event("account_opened", account="x2"))
    assert evolve_person(known, event("account_closed", account="x1")).accounts == ("x2",)
    term = {"facility": "f", "case": "c", "begins": "2026-01-01", "ends": "2027-12-31"}
    assert evolve_person(known, event("appointment_recorded", **term)).appointments == (Appointment(**term),)
    assert evolve_person(known, event("password_changed")) == known


def test_a_facility_is_described_and_adopts_forms() -> None:
    told = {"title": "Main", "zone": "UTC", "departments": {"s": "Surgery"}, "holidays": ["2026-01-01"]}
    told |= {"access": {"staff": ["coordinator"]}}
    known = evolve_facility(Facility("facility/x"), event("facility_recorded", **told))
    assert (known.zone, known.holidays, known.access) == ("UTC", ("2026-01-01",), {"staff": ("coordinator",)})
    lines = [{"code": "a", "title": "A", "group": "core", "criteria": ""}]
    form = {"name": "f", "title": "F", "version": 1, "department": "s", "lines": lines}
    known = evolve_facility(known, event("form_adopted", form=form))
    newer = evolve_facility(known, event("form_adopted", form={**form, "version": 2}))
    assert (known.forms["f"], newer.forms["f"].version) == (
        Form("f", "F", 1, "s", (replace(LINES[0], code="a", title="A"),)),
        2,
    )


def test_seats_are_given_and_ended() -> None:
    known = evolve_body(Body("body/x"), event("body_recorded", title="Board", meets="last Thursday"))
    seat = {"person": "p", "since": "2026-01-01", "chair": True}
    known = evolve_body(
        evolve_body(known, event("seat_given", seat=seat)), event("seat_given", seat={**seat, "title": "Dr"})
    )
    assert known.seats == (Seat("p", "2026-01-01", title="Dr", chair=True),)
    known = evolve_body(known, event("seat_given", seat={"person": "q", "since": "2026-01-01"}))
    known = evolve_body(known, event("seat_ended", person="p", before="2026-02-01"))
    known = evolve_body(known, event("seat_ended", person="p", before="2026-09-01"))
    assert [(s.person, s.before) for s in known.seats] == [("p", "2026-02-01"), ("q", "")]
    assert [s.person for s in known.seated("2026-01-31")] == ["p", "q"]
    assert [s.person for s in known.seated("2026-02-01")] == ["q"]


def test_a_workflow_has_versions_and_one_may_be_withdrawn() -> None:
    known = Versions("workflow/x")
    for version in (1, 2):
        known = evolve_versions(known, event("published", version=version, digest="d", live_from="2026-01-01"))
    known = evolve_versions(known, Event("workflow/x", 3, "withdrawn", "", "", {"version": 1, "from": "2026-02-01"}))
    assert [entry.withdrawn_from for entry in known.versions] == ["2026-02-01", ""]


# The line on the worklist ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("walk", "owner"),
    [
        (case_in("draft"), "person/adeyemi"),
        (case_in("intake"), "facility/main|coordinator"),
        (case_in("department_review"), "facility/main|department_chair|surgery"),
        (case_in("board_review"), "body/main/governing_board"),
        (case_in("adverse_recommendation"), "case/2026-00001|fair_hearing"),
        (case_in("granted"), None),
    ],
    ids=lambda value: value.case.state if isinstance(value, Walk) else "",
)
def test_the_line_says_whose_turn_it_is(walk: Walk, owner: str | None) -> None:
    assert headline(walk.workflow, walk.case)["owner"] == owner


def test_the_line_says_what_is_due_first_and_how_it_ended() -> None:
    line = headline(renewal().workflow, renewal().case)
    assert (line["due"], line["ended_at"], line["outcome"], line["department"]) == (
        "2026-04-02T04:59:59.999999Z",
        None,
        None,
        "",
    )
    line = headline(case_in("granted").workflow, case_in("granted").case)
    assert (line["due"], line["outcome"], line["department"]) == (NEVER, "granted", "surgery")


def test_a_department_without_a_name_is_the_whole_facility() -> None:
    walk = case_in("department_review")
    line = headline(walk.workflow, replace(walk.case, departments=()))
    assert line["owner"] == owner_key("facility/main", "department_chair")
