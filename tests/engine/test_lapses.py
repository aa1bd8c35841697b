"""What the clock does: before any command, oldest first, to the last second, once; and what is entered late."""

from __future__ import annotations

import pytest
from builders import GRANTED, NOW, workflows
from walking import Walk, after, case_in, hearing, opened, renewal, small

from privileging.engine.values import Decision

DUE = "2026-06-01T04:59:59.999999Z"  # 90 days after NOW, in Chicago
NEXT = "2026-06-01T05:00:00.000000Z"
TWO = """
roles: {coordinator: {}, applicant: {of: case}}
verifications: {license: {source: Board, by: coordinator, cite: sample}}
opening: {begin: {by: coordinator, to: first}}
actions:
  stop: {by: [applicant, clock], to: stopped}
states:
  first:
    also: stop
    deadlines:
      long: {due: 20 days, then: stop, cite: sample}
      short: {due: 10 days, then: go_on, unless: {already: hold}, cite: sample}
      guide: {due: 2 days, cite: sample}
    actions:
      go_on: {by: clock, to: second}
      hold: {by: coordinator}
  second:
    also: stop
    deadlines:
      soon: {due: 5 days, then: stop, cite: sample}
      after_license: {due: 1 day after license, then: give_up, cite: sample}
    actions:
      give_up: {by: clock, to: stopped}
      back_to: {by: coordinator, to: first}
  stopped: {final: withdrawn}
"""


def two() -> Walk:
    return small(TWO)


# The clock ------------------------------------------------------------------------------------------------------------


def test_a_lapse_is_taken_before_the_command_is_judged() -> None:
    walk = case_in("draft").wait(days=100)
    text = walk.refused("adeyemi", "record_items", items={"specialty": "Surgery"})
    assert text == "The case has ended; its application stands as it is"
    assert walk.case.state == "draft"


def test_the_lapse_is_written_with_the_command_that_met_it() -> None:
    walk = two().wait(days=12).takes("adeyemi", "stop")
    assert walk.moves == ["begin", "first.go_on", "second.stop"]
    assert [(e.actor, e.role) for e in walk.events[-2:]] == [("clock", "clock"), ("person/adeyemi", "applicant")]


@pytest.mark.parametrize(("now", "state"), [(DUE, "draft"), (NEXT, "deemed_withdrawn")])
def test_a_period_of_days_includes_the_last_second_of_its_last_day(now: str, state: str) -> None:
    walk = case_in("draft")
    walk.now = now
    assert walk.does("clock", "lapse").case.state == state


def test_the_last_second_of_a_period_has_no_hole_in_it() -> None:
    walk = case_in("draft")
    walk.now = "2026-06-01T04:59:59.500000Z"
    assert walk.does("adeyemi", "record_items", items={"specialty": "x"}).case.state == "draft"


def test_the_lapse_happened_when_it_was_due_however_late_the_sweeper() -> None:
    walk = case_in("draft").wait(days=400).does("clock", "lapse")
    assert (walk.case.ended_at, walk.events[-1].effective_at) == (DUE, DUE)
    assert walk.last("moved")["deadline"] == {"number": 1, "name": "complete", "due": DUE}


def test_lapses_follow_each_other_oldest_first() -> None:
    walk = two().wait(days=300).does("clock", "lapse")
    assert walk.moves == ["begin", "first.go_on", "second.stop"]
    assert [e.effective_at[:10] for e in walk.events] == ["2026-03-02", "2026-03-13", "2026-03-18"]


def test_a_lapse_is_taken_once() -> None:
    walk = case_in("draft").wait(days=100).does("clock", "lapse")
    answer = walk.ask("clock", "lapse")
    assert isinstance(answer, Decision)
    assert (answer.events, answer.case) == ((), walk.case)


def test_an_ended_case_has_no_clocks() -> None:
    walk = case_in("draft").takes("adeyemi", "withdraw")
    assert walk.case.deadlines == ()
    answer = walk.wait(days=400).ask("clock", "lapse")
    assert isinstance(answer, Decision)
    assert not answer.events


def test_a_deadline_is_spared_unless_a_requirement_holds() -> None:
    walk = two().takes("ortiz", "hold").wait(days=12).does("clock", "lapse")
    assert walk.case.state == "first"
    assert walk.wait(days=12).does("clock", "lapse").moves[-1] == "first.stop"


def test_a_deadline_without_then_is_guidance_and_late_is_recorded() -> None:
    walk = two().takes("ortiz", "hold").wait(days=5).takes("ortiz", "hold")
    assert [e.body["late"] for e in walk.events if e.kind == "moved"] == [[], ["guide"]]


def test_what_was_late_is_judged_when_the_clock_struck_not_when_it_was_swept() -> None:
    walk = case_in("draft").wait(days=400).does("clock", "lapse")
    assert walk.last("moved")["late"] == []


def test_a_period_that_was_over_before_it_began_to_run_lapses_at_once_not_in_the_past() -> None:
    walk = two().verified("license").wait(days=11).does("clock", "lapse")
    assert walk.moves == ["begin", "first.go_on", "second.give_up"]
    assert walk.events[-1].effective_at == walk.events[-2].effective_at > walk.last("moved")["deadline"]["due"]  # type: ignore[index]


def test_a_notice_known_to_be_served_too_late_lets_the_case_lapse_after_its_last_act() -> None:
    walk = hearing().wait(days=40).does("ortiz", "serve", name="adverse_notice", served_on="2026-03-02")
    assert walk.wait(days=1).does("clock", "lapse").case.outcome == "waived"
    assert walk.case.ended_at[:10] == "2026-04-02"


def test_the_last_day_of_the_appointment_is_the_last_day_to_decide() -> None:
    walk = renewal("2026-03-04")
    walk.now = "2026-03-05T05:59:59.000000Z"
    assert walk.does("clock", "lapse").case.state == "sent"
    walk.now = "2026-03-05T06:00:00.000000Z"
    assert "not offered in Lapsed" in walk.refused("adeyemi", "do", action="submit")


def test_silence_waives_the_hearing_thirty_days_after_the_notice_was_served() -> None:
    walk = hearing().wait(days=60).does("clock", "lapse")
    assert walk.case.state == "offered"
    served = {"name": "adverse_notice", "served_on": walk.now[:10]}
    walk.does("ortiz", "serve", **served).wait(days=31).does("clock", "lapse")
    assert walk.case.outcome == "waived"


# Entered late ---------------------------------------------------------------------------------------------------------


def test_a_late_entry_needs_a_reason_and_keeps_it() -> None:
    walk = case_in("verification").wait(days=5)
    facts = {"reasons": "x"}
    args = {"action": "request_information", "facts": facts, "at": after(days=2)}
    assert walk.refused("ortiz", "do", **args) == "reason: an entry made after the fact needs a reason"
    walk.does("ortiz", "do", reason="the network was down", **args)
    assert (walk.events[-1].effective_at, walk.case.since) == (after(days=2), after(days=2))
    assert walk.last("moved")["reason"] == "the network was down"


@pytest.mark.parametrize("kind", ["verify", "strike", "do", "record_items", "request_privileges"])
def test_every_late_entry_needs_a_reason(kind: str) -> None:
    assert "needs a reason" in case_in("verification").wait(days=5).refused("ortiz", kind, at=after(days=2))


def test_the_reason_of_a_late_verification_stands_in_its_event() -> None:
    walk = case_in("verification").wait(days=5)
    told = {"name": "license", "method": "web", "verified_on": "2026-03-04", "outcome": "verified"}
    walk.does("ortiz", "verify", at=after(days=2), reason="typed in later", **told)
    assert walk.last("verified")["reason"] == "typed in later"
    assert walk.case.checks[-1].at == after(days=2)


def test_nothing_is_entered_for_the_future() -> None:
    text = case_in("verification").refused("ortiz", "do", action="complete", at=after(seconds=1), reason="soon")
    assert text == f"effective_at: {after(seconds=1)} lies in the future; it is {NOW}"


@pytest.mark.parametrize("at", ["yesterday", "2026-03-01", "2026-03-01T10:00:00Z", "2026-02-30T10:00:00.000000Z"])
def test_an_instant_is_spelled_in_one_way(at: str) -> None:
    assert "must be an instant" in case_in("verification").refused("ortiz", "do", action="complete", at=at, reason="x")


def test_nothing_is_entered_from_before_the_case_last_moved() -> None:
    walk = case_in("verification").wait(days=5).takes("ortiz", "request_information", reasons="x").wait(days=1)
    text = walk.refused("adeyemi", "do", action="withdraw", at=after(days=4), reason="told earlier")
    assert text == "The case has moved on since: it came to awaiting applicant on 2026-03-07"


def test_what_happened_in_the_instant_of_the_last_move_may_be_entered_late() -> None:
    walk = case_in("verification").wait(days=1)
    walk.does("adeyemi", "do", action="withdraw", facts={}, at=walk.case.acted_at, reason="told at the desk")
    assert walk.case.ended_at == walk.case.since == NOW


def test_nothing_is_entered_from_before_a_lapse_whether_it_was_swept_or_not() -> None:
    late = {"items": {"specialty": "x"}, "at": after(days=80), "reason": "posted in time"}
    walk = case_in("draft").wait(days=100)
    text = walk.refused("adeyemi", "record_items", **late)
    assert text == "The case has moved on since: it came to deemed withdrawn on 2026-05-31"
    assert walk.does("clock", "lapse").refused("adeyemi", "record_items", **late) == text


def test_a_verification_recorded_on_the_13th_does_not_serve_a_vote_of_the_12th() -> None:
    walk = case_in("board_review").wait(days=40)
    meeting = walk.now
    walk.moved("governing_board", "approve", privileges=GRANTED, term_ends="2028-03-01").voted("gita", "hal")
    walk.wait(days=1).verified("exclusions", on=meeting[:10])
    walk.closed("gita", at=meeting, reason="minutes typed in a day later")
    assert walk.last("motion_closed")["result"] == "carried_not_executed"


def test_a_verification_recorded_on_the_12th_serves_a_vote_of_the_12th_closed_late() -> None:
    walk = case_in("board_review").wait(days=40).verified("exclusions")
    meeting = walk.now
    walk.moved("governing_board", "approve", privileges=GRANTED, term_ends="2028-03-01").voted("gita", "hal")
    walk.wait(days=30).closed("gita", at=meeting, reason="minutes typed in later")
    assert walk.case.ended_at == meeting
    assert walk.last("privileges_granted")["begins"] == meeting[:10]


def test_a_late_entry_turns_no_moment_back() -> None:
    walk = case_in("verification").wait(days=5).verified("license")
    told = {"name": "license", "method": "web", "verified_on": "2026-03-03", "outcome": "verified"}
    walk.does("ortiz", "verify", at=after(days=1), reason="found in the post", **told)
    assert (walk.case.moments["license"].at, walk.case.moments["license"].count) == (walk.now, 2)


def test_a_case_may_be_opened_late() -> None:
    walk = opened(workflows()["initial_appointment"], "ortiz", "invite", at=after(days=-3), reason="sent on paper")
    assert (walk.case.opened_at, walk.last("opened")["reason"]) == (after(days=-3), "sent on paper")
