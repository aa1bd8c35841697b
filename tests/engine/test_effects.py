"""What actions and states do: grant, open, serve, notify; and the cases that open and answer each other."""

from __future__ import annotations

import pytest
from builders import GRANTED, HOSPITAL, person
from walking import approved, case_in, small

from privileging.engine.values import Command, Refusal

CASE = "case/2026-00001"
CHILD = "case/2026-00001.1"
APPROVAL = {"privileges": GRANTED, "term_ends": "2028-03-01"}

# Grants ---------------------------------------------------------------------------------------------------------------


def test_what_was_stated_is_granted_line_by_line_to_the_end_of_the_term() -> None:
    lines = [{"privilege": "appendectomy"}, {"privilege": "hernia_repair", "conditions": "proctored"}]
    walk = approved(case_in("board_review").wait(days=3), privileges=lines, term_ends="2027-12-31")
    assert walk.last("privileges_granted") == {
        "facility": HOSPITAL,
        "begins": "2026-03-05",
        "ends": "2027-12-31",
        "practitioner": "person/adeyemi",
        "lines": [
            {"privilege": "appendectomy", "title": "Appendectomy", "conditions": ""},
            {"privilege": "hernia_repair", "title": "Repair of hernias", "conditions": "proctored"},
        ],
    }


def test_a_grant_is_followed_by_the_appointment_on_the_practitioners_record() -> None:
    walk = case_in("granted")
    assert walk.follow_ups == (
        Command(
            key="",
            kind="record_appointment",
            stream="person/adeyemi",
            actor=CASE,
            args={"facility": HOSPITAL, "begins": "2026-03-02", "ends": "2028-03-01", "case": CASE},
            effective_at=walk.now,
        ),
    )


def test_what_a_state_does_is_done_by_whoever_brought_the_case_there() -> None:
    done = [(e.kind, e.actor, e.role) for e in case_in("granted").events[-3:]]
    chair = ("person/gita", "governing_board")
    assert done == [(kind, *chair) for kind in ("moved", "privileges_granted", "notice_owed")]


@pytest.mark.parametrize(
    "lines",
    [
        [{"privilege": "appendectomy"}, {"privilege": "robotic_surgery"}],
        [{"privilege": "appendectomy"}],
        [],
    ],
    ids=["more", "less", "nothing"],
)
def test_neither_more_nor_less_than_was_requested_is_granted(lines: list[object]) -> None:
    walk = case_in("board_review")
    facts = {"privileges": lines, "term_ends": "2028-03-01"}
    if not isinstance(walk.ask("gita", "move", action="approve", facts=facts), Refusal):
        walk.carried("governing_board", "approve", **facts)
    assert "privileges_granted" not in walk.kinds


def test_a_term_that_has_grown_too_long_is_not_granted() -> None:
    walk = case_in("board_review").moved("governing_board", "approve", privileges=GRANTED, term_ends="2028-03-03")
    walk.voted("gita", "hal").closed("gita")
    assert "The term may run from 2026-03-02 to 2028-03-02 at most" in str(walk.last("motion_closed")["missing"])


def test_the_decision_says_what_it_relied_on() -> None:
    relied = case_in("granted").last("moved")["relied_on"]
    assert relied == {"streams": {HOSPITAL: 1}, "verifications": list(range(1, 13))}


def test_a_struck_verification_is_not_relied_on() -> None:
    walk = case_in("verification").does("ortiz", "strike", number=1, reason="x").takes("adeyemi", "withdraw")
    assert walk.last("moved")["relied_on"]["verifications"] == []  # type: ignore[index]


# Notices and telling --------------------------------------------------------------------------------------------------

TELL = """
roles: {coordinator: {}, chief: {}, applicant: {of: case}}
bodies: {board: {quorum: 1 members, carries: all members, cite: sample}}
notices: {letter: {from: chief, to: applicant, sent_by: mail, says: [what], cite: sample}}
opening: {begin: {by: coordinator, to: on}}
states:
  on:
    actions:
      tell: {by: coordinator, does: [{notify: [chief, board]}]}
      go: {by: coordinator, to: off, does: [{notify: chief}, {serve: letter}]}
      vote: {by: board, to: off}
  off: {does: [{notify: board}, {serve: letter}], final: granted}
"""


def test_an_action_that_stays_does_only_what_it_says() -> None:
    walk = small(TELL).takes("ortiz", "tell")
    assert walk.kinds == ["opened", "moved", "notified"]
    assert walk.last("notified") == {"to": ["chief", "board"], "of": "on.tell"}


def test_the_action_does_its_part_first_then_the_state_it_enters() -> None:
    walk = small(TELL).takes("ortiz", "go")
    assert walk.kinds == ["opened", "moved", "notified", "notice_owed", "notified", "notice_owed"]
    assert [owed.number for owed in walk.case.notices] == [1, 2]
    assert walk.last("notice_owed") == {"number": 2, "name": "letter", "recipient": "applicant"}


def test_each_service_serves_the_oldest_notice_owed() -> None:
    walk = small(TELL).takes("ortiz", "go").but(person("stone", "chief"))
    walk.does("stone", "serve", name="letter", served_on="2026-03-02")
    assert [owed.served_on for owed in walk.case.notices] == ["2026-03-02", ""]
