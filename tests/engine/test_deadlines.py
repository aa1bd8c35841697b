"""Which clocks run in a case, from when and until when; and day arithmetic as bylaws mean it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from builders import HOSPITAL, OFFICE, person, workflows
from hypothesis import strategies as st
from walking import Walk, case_in, hearing, renewal, small

from privileging.engine.calendar import Calendar
from privileging.engine.values import Appointment

CHICAGO = Calendar("America/Chicago", frozenset({"2026-05-25", "2026-07-03"}), {"board": "second Wednesday"})
NOON = "T18:00:00.000000Z"
days = st.dates(date(1950, 1, 1), date(2900, 1, 1)).map(date.isoformat)


def running(walk: Walk) -> dict[str, str]:
    return {entry.name: entry.due[:10] for entry in walk.case.deadlines}


# The clocks of a case -------------------------------------------------------------------------------------------------

CLOCKS = """
roles: {coordinator: {}, applicant: {of: case}}
bodies: {board: {quorum: 1 members, carries: all members, cite: sample}}
facts: {heard_on: date}
notices: {letter: {from: coordinator, to: applicant, sent_by: mail, says: [time], cite: sample}}
opening: {begin: {by: coordinator, to: first}}
states:
  first:
    does: [{serve: letter}]
    deadlines:
      entry: {due: 10 days, cite: sample}
      from_opening: {due: 10 days after opening, cite: sample}
      from_letter: {due: 10 days after letter, cite: sample}
      hours: {due: 36 hours, cite: sample}
      meeting: {due: next regular meeting of board, cite: sample}
    actions:
      set_day: {by: coordinator, to: second, with: heard_on}
      stay: {by: coordinator}
  second:
    deadlines:
      before: {due: 5 days before heard_on, cite: sample}
      after_act: {due: 1 month after set_day, cite: sample}
    actions:
      back_to: {by: coordinator, to: first}
      decide: {by: board, to: done}
  done: {final: granted}
deadlines:
  whole: {due: 2 years after opening, cite: sample}
"""


def test_each_clock_starts_with_its_moment_and_stops_with_its_state() -> None:
    walk = small(CLOCKS)
    due = {"entry": "2026-03-13", "from_opening": "2026-03-13", "hours": "2026-03-04", "whole": "2028-03-03"}
    assert running(walk) == due
    walk.wait(days=1).takes("ortiz", "set_day", heard_on="2026-04-30")
    assert running(walk) == {"whole": "2028-03-03", "before": "2026-04-26", "after_act": "2026-04-04"}
    assert [entry.number for entry in walk.case.deadlines] == [4, 5, 6]


def test_a_clock_that_waits_for_a_notice_starts_when_it_is_served() -> None:
    walk = small(CLOCKS).wait(days=3).does("ortiz", "serve", name="letter", served_on="2026-03-04")
    assert running(walk)["from_letter"] == "2026-03-15"
    started = walk.last("notice_served")["deadlines"]
    assert [(entry["name"], entry["started"]) for entry in started] == [  # type: ignore[attr-defined]
        ("from_letter", "2026-03-04T06:00:00.000000Z")
    ]


def test_entering_again_restarts_what_counts_from_entry_and_nothing_else() -> None:
    walk = (
        small(CLOCKS)
        .wait(days=1)
        .takes("ortiz", "set_day", heard_on="2026-04-30")
        .wait(days=5)
        .takes("ortiz", "back_to")
    )
    assert running(walk)["entry"] == "2026-03-19"
    assert running(walk)["from_opening"] == "2026-03-13"
    assert running(walk)["whole"] == "2028-03-03"


def test_staying_restarts_nothing() -> None:
    walk = small(CLOCKS)
    before = walk.case.deadlines
    assert walk.wait(days=5).takes("ortiz", "stay").case.deadlines == before
    assert "deadlines" not in walk.last("moved")


def test_a_fact_stated_anew_moves_what_counts_from_it() -> None:
    walk = small(CLOCKS).takes("ortiz", "set_day", heard_on="2026-04-30").takes("ortiz", "back_to")
    walk.takes("ortiz", "set_day", heard_on="2026-03-20")
    assert running(walk)["before"] == "2026-03-16"
    assert walk.case.moments["heard_on"].count == 2


def test_a_second_service_restarts_what_counts_from_the_first() -> None:
    walk = (
        small(CLOCKS)
        .does("ortiz", "serve", name="letter", served_on="2026-03-02")
        .takes("ortiz", "set_day", heard_on="2026-04-30")
    )
    walk.wait(days=4).takes("ortiz", "back_to")
    assert running(walk)["from_letter"] == "2026-03-13"
    walk.does("ortiz", "serve", name="letter", served_on=walk.now[:10])
    assert running(walk)["from_letter"] == "2026-03-17"
    assert [entry.name for entry in walk.case.deadlines].count("from_letter") == 1


def test_the_stored_instant_stands_when_the_calendar_changes() -> None:
    walk = case_in("committee_review")
    before = walk.case.deadlines
    walk.office = OFFICE.but(bodies={"credentials_committee": OFFICE.bodies["governing_board"]})
    assert walk.carried("credentials_committee", "defer", reasons="x").case.deadlines == before


def test_the_day_the_appointment_ends_is_found_on_record() -> None:
    walk = renewal("2026-08-31")
    assert walk.case.facts == {"appointment_ends": "2026-08-31"}
    assert running(walk) == {"answer": "2026-04-02", "term_end": "2026-09-01"}


@pytest.mark.parametrize("ends", ["", "2026-03-01"], ids=["none", "over"])
def test_a_reappointment_needs_a_current_appointment_on_record_here(ends: str) -> None:
    there = Appointment("facility/north", "case/1", "2024-01-01", "2030-01-01")
    terms = (there, *([Appointment(HOSPITAL, "case/2", "2024-01-01", ends)] if ends else ()))
    walk = Walk(workflows()["reappointment"], OFFICE.but(replace(person("adeyemi"), appointments=terms)))
    text = walk.refused("ortiz", "open", action="send")
    assert text == "appointment_ends: the practitioner has no current appointment at this facility"


def test_a_reappointment_may_be_sent_on_the_last_day_of_the_appointment() -> None:
    assert running(renewal("2026-03-02"))["term_end"] == "2026-03-03"


def test_the_appointment_that_ends_last_counts() -> None:
    terms = tuple(
        Appointment(HOSPITAL, "case/1", "2024-01-01", ends) for ends in ("2026-04-01", "2026-08-31", "2026-03-31")
    )
    walk = Walk(workflows()["reappointment"], OFFICE.but(replace(person("adeyemi"), appointments=terms)))
    assert running(walk.does("ortiz", "open", action="send"))["term_end"] == "2026-09-01"


def test_a_hearings_clock_waits_for_the_notice() -> None:
    assert running(hearing()) == {}
