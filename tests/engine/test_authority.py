"""Who may act: in which role, where, for whom, and never with both of two separate hands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import OFFICE, REPORT, body, person
from walking import Known, Walk, case_in, small

from privileging.engine.values import Person, Refusal

APART = """
roles:
  coordinator: {{}}
  chief: {{substitute: coordinator}}
bodies:
  board: {{quorum: 1 members, carries: majority of votes cast, cite: sample, title: Board}}
  panel: {{quorum: 1 members, carries: majority of votes cast, cite: sample, title: Panel}}
opening: {{begin: {{by: coordinator, to: first}}}}
states:
  first:
    actions:
      check: {{by: [coordinator, chief], to: second}}
      hear: {{by: panel, to: second}}
  second:
    actions:
      decide: {{by: chief, to: done}}
      confirm: {{by: board, to: done}}
      look: {{by: chief}}
      again: {{by: chief, to: first}}
  done: {{final: granted}}
safeguards:
  hands: {{never_one_person: {names}, cite: sample 4.4}}
"""


def apart(names: str = "[first.check, second.decide]") -> Walk:
    walk = small(APART.format(names=names), office=OFFICE.but(person("stone", "chief"), person("ortiz", "coordinator")))
    seats = {"board": body("board", "gita", "hal"), "panel": body("panel", "jon", "gita")}
    return walk.but(bodies=seats)


# Roles ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["adeyemi", "chen", "stone", "ada", "nobody", "clock", "case/2026-00002"])
def test_only_the_holder_of_the_role_acts(who: str) -> None:
    answer = case_in("verification").ask(who, "do", action="request_information", facts={"reasons": "x"})
    assert isinstance(answer, Refusal)
    assert (answer.permitted, answer.reasons[0].text) == (
        False,
        "Ask the applicant for more: only by Medical staff coordinator",
    )


@pytest.mark.parametrize(
    "held",
    [
        person("ortiz", "coordinator", at="facility/north"),
        person("ortiz", "coordinator", before="2026-03-02"),
        person("ortiz", "coordinator", since="2026-03-03"),
        person("ortiz"),
    ],
    ids=["elsewhere", "ended", "not begun", "never"],
)
def test_a_role_is_held_here_and_today(held: Person) -> None:
    walk = case_in("verification").but(held)
    assert "only by Medical staff coordinator" in walk.refused("ortiz", "do", action="complete")


def test_a_role_is_held_through_the_day_before_it_ends() -> None:
    walk = case_in("verification").but(person("ortiz", "coordinator", before="2026-03-03"))
    assert walk.takes("ortiz", "request_information", reasons="x").case.state == "awaiting_applicant"


def test_the_right_to_enter_is_judged_now_not_on_the_day_it_was_done() -> None:
    walk = case_in("verification").wait(days=2).but(person("ortiz", "coordinator", before="2026-03-04"))
    late = {"at": "2026-03-03T15:00:00.000000Z", "reason": "typed in later"}
    facts = {"reasons": "x"}
    assert "only by Medical staff" in walk.refused("ortiz", "do", action="request_information", facts=facts, **late)


def test_a_departmental_role_counts_for_its_department() -> None:
    walk = case_in("department_review")
    assert "only by Department chair" in walk.refused("ruiz", "do", action="recommend", facts=REPORT)
    assert walk.takes("chen", "recommend", **REPORT).events[-1].role == "department_chair"


def test_a_departmental_role_held_for_the_whole_facility_counts_for_each() -> None:
    walk = case_in("department_review").but(person("ruiz", "department_chair"))
    assert walk.takes("ruiz", "recommend", **REPORT).case.state == "committee_review"


def test_the_role_of_the_case_is_its_practitioners_alone() -> None:
    walk = case_in("verification").but(person("chen", "applicant"))
    assert "only by Applicant" in walk.refused("chen", "do", action="withdraw")
    assert walk.takes("adeyemi", "withdraw").case.outcome == "withdrawn"


@pytest.mark.parametrize("role", ["coordinator", "chief_of_staff"])
def test_nobody_acts_on_their_own_case_but_as_its_applicant(role: str) -> None:
    walk = case_in("verification").but(person("adeyemi", role))
    for action in ("complete", "request_information", "find_ineligible"):
        assert "only by" in walk.refused("adeyemi", "do", action=action, facts={"reasons": "x"})


def test_what_a_body_decides_nobody_takes_alone() -> None:
    text = case_in("board_review").refused("gita", "do", action="defer", facts={"reasons": "x"})
    assert text == "Defer to a later meeting: decided by vote of Governing board; a member moves it"


def test_what_a_role_or_a_body_does_names_the_role() -> None:
    text = """
roles: {coordinator: {}, chief: {title: Chief}}
bodies: {board: {quorum: 1 members, carries: all members, cite: sample}}
opening: {begin: {by: coordinator, to: on}}
states:
  on: {actions: {go: {by: [chief, board], to: off}}}
  off: {final: granted}
"""
    answer = small(text).ask("gita", "do", action="go")
    assert isinstance(answer, Refusal)
    assert (answer.reasons[0].text, answer.reasons[0].cite) == ("Go: only by Chief", "sample")


def test_a_refusal_cites_the_clause_of_the_action_where_it_has_one() -> None:
    answer = case_in("executive_review").ask("dora", "do", action="recommend")
    assert isinstance(answer, Refusal)
    assert answer.reasons[0].cite == "42 CFR 482.22(a)(2)"


@pytest.mark.parametrize(
    ("state", "action", "text"),
    [
        ("draft", "deem_withdrawn", "taken by clock, by nobody else"),
        ("adverse_recommendation", "upheld", "taken by fair_hearing, by nobody else"),
    ],
)
def test_what_nobody_does_nobody_does(state: str, action: str, text: str) -> None:
    for who in ("adeyemi", "ortiz", "clock", "case/2026-00001.1"):
        assert text in case_in(state).refused(who, "do", action=action)


@pytest.mark.parametrize("name", ["grant_privileges", "approve", "to_granted", "", None, 7, ["complete"], "x" * 400])
def test_an_action_that_is_not_offered_cannot_be_taken(name: object) -> None:
    text = case_in("verification").refused("ortiz", "do", action=name)
    assert "not offered in Verification at primary sources, which offers complete, request_information" in text


def test_an_ended_case_offers_nothing() -> None:
    text = case_in("granted").refused("ortiz", "do", action="withdraw")
    assert "which offers nothing; the case has ended" in text


# Substitutes ----------------------------------------------------------------------------------------------------------


def test_a_substitute_does_not_act_while_a_holder_can() -> None:
    walk = case_in("department_review")
    assert "only by Department chair" in walk.refused("stone", "do", action="recommend", facts=REPORT)


@pytest.mark.parametrize(
    "chen",
    [
        person("chen"),
        person("chen", "department_chair@medicine"),
        person("chen", "department_chair@surgery", before="2026-03-01"),
        person("chen", "department_chair@surgery", at="facility/north"),
    ],
    ids=["none", "another department", "ended", "elsewhere"],
)
def test_a_substitute_acts_when_there_is_no_holder(chen: Person) -> None:
    walk = case_in("department_review").but(chen)
    assert walk.takes("stone", "recommend", **REPORT).case.state == "committee_review"


def test_a_substitute_acts_when_the_holder_is_the_subject() -> None:
    walk = case_in("department_review").but(person("adeyemi", "department_chair@surgery"), person("chen"))
    assert "only by" in walk.refused("adeyemi", "do", action="recommend", facts=REPORT)
    assert walk.takes("stone", "recommend", **REPORT).case.state == "committee_review"


def test_a_substitute_acts_when_the_holders_hands_are_apart() -> None:
    both = person("ortiz", "coordinator", "department_chair@surgery")
    walk = case_in("department_review").but(both, person("chen"))
    assert "may not take this too (separate_hands)" in walk.refused("ortiz", "do", action="recommend", facts=REPORT)
    assert walk.takes("stone", "recommend", **REPORT).case.state == "committee_review"


def test_a_substitute_is_no_substitute_on_their_own_case() -> None:
    walk = case_in("department_review").but(person("adeyemi", "chief_of_staff"), person("chen"))
    assert "only by Department chair" in walk.refused("adeyemi", "do", action="recommend", facts=REPORT)


def test_nobody_stands_in_where_the_holders_are_not_known() -> None:
    walk = case_in("department_review").but(person("chen"))
    context = replace(walk.office.context(walk.workflow, "stone"), holders={})
    walk.office = Known(known=context)
    assert "only by Department chair" in walk.refused("stone", "do", action="recommend", facts=REPORT)


# Two separate hands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", ["[first.check, second.decide]", "[check, decide]", "[check, second.decide]"])
def test_one_person_does_not_do_both_however_the_acts_are_named(names: str) -> None:
    walk = apart(names).but(person("stone", "chief", "coordinator")).takes("stone", "check")
    text = walk.refused("stone", "do", action="decide")
    assert text.startswith("Decide: whoever took")
    assert text.endswith("check may not take this too (hands)")
    assert walk.refused("ortiz", "do", action="look") == "Look: only by Chief"


def test_the_safeguard_that_keeps_somebody_off_is_cited() -> None:
    walk = apart().but(person("stone", "chief", "coordinator")).takes("stone", "check")
    answer = walk.ask("stone", "do", action="decide")
    assert isinstance(answer, Refusal)
    assert (answer.reasons[0].cite, answer.permitted) == ("sample 4.4", False)


def test_whoever_did_an_act_may_do_it_again() -> None:
    walk = apart().takes("ortiz", "check").takes("stone", "again").takes("ortiz", "check")
    assert walk.case.performers["first.check"] == ("person/ortiz",)


def test_whoever_did_the_one_act_in_an_earlier_round_still_does_not_do_the_other() -> None:
    walk = apart().but(person("stone", "chief", "coordinator"), person("ruiz", "chief"))
    walk.takes("stone", "check").takes("ruiz", "again").takes("ortiz", "check")
    assert walk.case.performers["first.check"] == ("person/stone", "person/ortiz")
    assert "may not take this too" in walk.refused("stone", "do", action="decide")


def test_a_body_stands_for_every_member_whose_vote_counted() -> None:
    walk = apart("[first.hear, second.confirm]").moved("panel", "hear").voted("jon", "gita:against")
    walk.does("jon", "vote", motion=1, choice="for").but(bodies={"panel": body("panel", "jon", "gita", "kim")})
    walk.voted("kim").closed("jon")
    assert set(walk.case.performers["first.hear"]) == {"person/jon", "person/gita", "person/kim"}
    assert "You take no part in this" in walk.refused("gita", "move", action="confirm")
    walk.does("hal", "move", action="confirm").does("hal", "vote", motion=2, choice="for").closed("hal")
    assert walk.last("motion_closed")["tally"]["recused"] == 1  # type: ignore[index]


def test_a_member_who_voted_keeps_off_the_other_act_in_a_role() -> None:
    walk = apart("[first.hear, second.decide]").but(person("gita", "chief"), person("stone"))
    walk.carried("panel", "hear")
    assert "may not take this too" in walk.refused("gita", "do", action="decide")


def test_a_vote_set_aside_keeps_nobody_off() -> None:
    walk = apart("[first.hear, second.confirm]").moved("panel", "hear").voted("jon", "gita")
    walk.does("gita", "recuse", body="panel", reason="kin").closed("jon")
    assert walk.case.performers["first.hear"] == ("person/jon",)
    assert walk.does("gita", "move", action="confirm").case.open_motion
