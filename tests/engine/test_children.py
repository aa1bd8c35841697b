"""Cases that open each other: what is told, who answers, who is shut."""

from __future__ import annotations

import pytest
from builders import flow, workflows
from walking import Walk, case_in, hearing, opened

from privileging.engine.values import Case, Refusal

CASE = "case/2026-00001"
CHILD = "case/2026-00001.1"


def test_an_adverse_recommendation_opens_a_hearing_with_what_is_known() -> None:
    walk = case_in("adverse_recommendation")
    assert [(child.case, child.workflow, child.outcome) for child in walk.case.children] == [
        (CHILD, "fair_hearing", "")
    ]
    told = walk.follow_ups[0]
    assert (told.kind, told.stream, told.actor, told.effective_at) == ("open", CHILD, CASE, walk.now)
    assert told.args["facts"] == {"category": "traditional", "reasons": "concerns"}
    assert told.args["opener"] == {"case": CASE, "state": "adverse_recommendation"}
    assert told.args["departments"] == ["surgery"]


def test_the_hearing_keeps_of_that_what_its_opening_asks() -> None:
    walk = hearing()
    assert (walk.case.facts, walk.case.departments) == ({"reasons": "concerns"}, ("surgery",))
    assert (walk.case.opener.case, walk.case.opener.state) == (CASE, "adverse_recommendation")  # type: ignore[union-attr]
    assert [e.role for e in walk.events] == ["opener", "opener"]


def test_a_hearing_is_not_opened_without_what_it_asks() -> None:
    walk = Walk(workflows()["fair_hearing"], case=Case(CHILD))
    told = {"opener": {"case": CASE, "state": "x"}, "facts": {"reasons": ""}}
    assert walk.refused(CASE, "open", action="offer", **told) == "reasons: is empty"


@pytest.mark.parametrize(
    ("ending", "state"),
    [
        ("waived", "board_last_word"),
        ("upheld", "board_last_word"),
        ("modified", "board_last_word"),
        ("reversed", "executive_review"),
    ],
)
def test_the_ending_of_the_hearing_answers_the_case_that_waits(ending: str, state: str) -> None:
    walk = case_in("adverse_recommendation").does(CHILD, "answer", child=CHILD, outcome=ending)
    assert (walk.case.state, walk.case.children[0].outcome) == (state, ending)
    assert walk.follow_ups == ()
    assert walk.events[-1].role == "fair_hearing"


def test_the_hearing_tells_its_opener_how_it_ended() -> None:
    walk = hearing().takes("adeyemi", "waive")
    told = walk.follow_ups[0]
    assert (told.kind, told.stream, told.actor) == ("answer", CASE, CHILD)
    assert told.args == {"child": CHILD, "outcome": "waived"}


def test_a_lapse_of_the_hearing_tells_its_opener_too() -> None:
    walk = hearing().does("ortiz", "serve", name="adverse_notice", served_on="2026-03-02").wait(days=40)
    walk.does("clock", "lapse")
    assert (walk.follow_ups[0].kind, walk.follow_ups[0].effective_at) == ("answer", walk.case.ended_at)


@pytest.mark.parametrize("who", ["adeyemi", "ortiz", "clock", "case/2026-00009", CASE])
def test_nobody_answers_for_the_hearing(who: str) -> None:
    walk = case_in("adverse_recommendation")
    assert "does not wait for it" in walk.refused(who, "answer", child=CHILD, outcome="reversed")


@pytest.mark.parametrize("outcome", ["granted", "withdraw", "", None, ["upheld"]])
def test_only_an_ending_of_the_hearing_is_an_answer(outcome: object) -> None:
    walk = case_in("adverse_recommendation")
    assert "does not wait for it" in walk.refused(CHILD, "answer", child=CHILD, outcome=outcome)


def test_a_hearing_answers_once() -> None:
    walk = case_in("adverse_recommendation").does(CHILD, "answer", outcome="upheld")
    assert "does not wait for it" in walk.refused(CHILD, "answer", outcome="reversed")


def test_leaving_shuts_the_hearing_that_still_runs() -> None:
    walk = case_in("adverse_recommendation").takes("adeyemi", "withdraw")
    assert [(told.kind, told.stream, told.actor) for told in walk.follow_ups] == [("shut", CHILD, CASE)]
    assert walk.case.children[0].outcome == "closed"
    assert "does not wait for it" in walk.refused(CHILD, "answer", outcome="upheld")


def test_a_hearing_that_is_shut_closes_and_answers_nobody() -> None:
    walk = hearing().does(CASE, "shut", opener=CASE)
    assert (walk.case.outcome, walk.events[-1].role, walk.follow_ups) == ("closed", "opener", ())


@pytest.mark.parametrize("who", ["adeyemi", "ortiz", "clock", CHILD, "case/2026-00009"])
def test_nobody_but_the_opener_shuts_a_hearing(who: str) -> None:
    answer = hearing().ask(who, "shut", opener=CASE)
    assert isinstance(answer, Refusal)
    assert (answer.permitted, answer.reasons[0].text) == (False, "Only the case that opened this one may shut it")


def test_a_case_that_nobody_opened_is_shut_by_nobody() -> None:
    assert "Only the case that opened" in case_in("adverse_recommendation").refused(CHILD, "shut")


def test_an_ended_hearing_offers_its_opener_nothing() -> None:
    walk = hearing().takes("adeyemi", "waive")
    assert "is at Hearing waived, which offers its opener nothing" in walk.refused(CASE, "shut")


def test_what_another_case_did_is_heard_after_the_last_act_here() -> None:
    walk = hearing().does("ortiz", "serve", name="adverse_notice", served_on="2026-03-02").wait(days=3)
    walk.takes("adeyemi", "request_hearing").does(CASE, "shut", at="2026-03-03T15:00:00.000000Z")
    assert walk.case.ended_at == walk.now


AGAIN = """
roles: {coordinator: {}}
facts: {reasons: text}
opening: {begin: {by: coordinator, to: on, with: reasons}}
states:
  on:
    does: [{open: fair_hearing}]
    actions:
      anew: {by: coordinator, to: on}
      look: {by: coordinator}
      waived: {by: fair_hearing, to: off}
      upheld: {by: fair_hearing, to: off}
      modified: {by: fair_hearing, to: off}
      reversed: {by: fair_hearing, to: off}
  off: {final: granted}
"""


def test_coming_to_the_same_state_anew_shuts_the_hearing_and_opens_another() -> None:
    walk = opened(flow(AGAIN), "ortiz", "begin", facts={"reasons": "x"}).takes("ortiz", "anew")
    assert [(told.kind, told.stream) for told in walk.follow_ups] == [("shut", CHILD), ("open", f"{CASE}.2")]
    assert [child.outcome for child in walk.case.children] == ["closed", ""]
    assert walk.does(f"{CASE}.2", "answer", outcome="upheld").case.outcome == "granted"


def test_staying_shuts_nothing() -> None:
    walk = opened(flow(AGAIN), "ortiz", "begin", facts={"reasons": "x"}).takes("ortiz", "look")
    assert (walk.follow_ups, walk.case.children[0].outcome) == ((), "")


SHARED = """
roles: {coordinator: {}}
opening: {offer: {by: opener, to: on}, begin: {by: coordinator, to: on}}
states:
  on:
    actions:
      close: {by: [opener, coordinator], to: shut}
  shut: {final: closed}
"""


@pytest.mark.parametrize(("who", "kind", "answers"), [("ortiz", "do", 1), (CASE, "shut", 0)])
def test_whoever_else_ends_it_the_opener_is_told(who: str, kind: str, answers: int) -> None:
    walk = Walk(flow(SHARED), case=Case(CHILD))
    walk.does(CASE, "open", action="offer", opener={"case": CASE, "state": "x"})
    assert len(walk.does(who, kind, action="close").follow_ups) == answers
