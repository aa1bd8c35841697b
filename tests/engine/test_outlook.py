"""What can happen next, what each way on lacks, and whether it is the reader's to take."""

from __future__ import annotations

import pytest
from builders import body, person
from walking import Walk, case_in, hearing

from privileging.engine.explain import Option, Outlook, outlook


def seen(walk: Walk, reader: str) -> Outlook:
    return outlook(walk.workflow, walk.case, walk.office.context(walk.workflow, reader, walk.now))


def option(walk: Walk, reader: str, action: str) -> Option:
    return next(entry for entry in seen(walk, reader).options if entry.action == action)


def test_every_way_on_is_listed_with_what_it_lacks() -> None:
    walk = case_in("verification").wait(days=1)
    complete = option(walk, "ortiz", "complete")
    assert (complete.how, complete.to, complete.yours) == ("by role", "department_review", True)
    assert complete.missing[0].text == "Identity: none on file"
    assert [entry.action for entry in seen(walk, "ortiz").options] == list(walk.workflow.states["verification"].actions)


@pytest.mark.parametrize(
    ("state", "action", "how"),
    [
        ("verification", "complete", "by role"),
        ("board_review", "approve", "by vote"),
        ("draft", "deem_withdrawn", "by itself"),
        ("adverse_recommendation", "upheld", "by itself"),
    ],
)
def test_it_says_how_an_action_comes_about(state: str, action: str, how: str) -> None:
    assert option(case_in(state), "ortiz", action).how == how


def test_what_the_act_states_binds_it_and_is_not_missing_beforehand() -> None:
    approve = option(case_in("board_review"), "gita", "approve")
    assert approve.binds == ("all_privileges_granted", "term_at_most: 2 years")
    assert (approve.asks, approve.missing) == (("privileges", "term_ends"), ())


@pytest.mark.parametrize(("reader", "yours"), [("gita", True), ("ortiz", False), ("ada", False), ("adeyemi", False)])
def test_a_vote_is_for_those_who_sit_in_the_body(reader: str, yours: bool) -> None:
    assert option(case_in("board_review"), reader, "approve").yours is yours


def test_the_recused_and_the_subject_have_no_part_in_it() -> None:
    walk = case_in("board_review").does("gita", "recuse", body="governing_board", reason="kin")
    walk.but(bodies={"governing_board": body("governing_board", "gita", "adeyemi", "hal")})
    assert [option(walk, name, "approve").yours for name in ("gita", "adeyemi", "hal")] == [False, False, True]


def test_a_body_that_is_not_known_is_nobodys() -> None:
    walk = case_in("board_review")
    walk.office = type(walk.office)(bodies={})
    assert not option(walk, "gita", "approve").yours


def test_a_substitute_sees_it_only_when_no_holder_can_act() -> None:
    walk = case_in("department_review")
    assert not option(walk, "stone", "recommend").yours
    assert option(walk.but(person("chen")), "stone", "recommend").yours


def test_lapses_that_are_due_are_taken_first() -> None:
    walk = case_in("draft").wait(days=100)
    after = seen(walk, "adeyemi")
    assert (after.case.state, after.lapsed, after.options) == ("deemed_withdrawn", ("deem_withdrawn",), ())
    assert walk.case.state == "draft"


def test_an_action_that_stays_leads_where_the_case_is() -> None:
    assert option(case_in("board_review"), "gita", "defer").to == "board_review"


def test_what_waits_for_time_says_so() -> None:
    walk = (
        hearing()
        .does("ortiz", "serve", name="adverse_notice", served_on="2026-03-02")
        .takes("adeyemi", "request_hearing")
    )
    walk.takes("ortiz", "schedule", hearing_on="2026-03-02").does(
        "ortiz", "serve", name="hearing_notice", served_on="2026-03-02"
    )
    missing = option(walk, "jon", "recommend_uphold").missing
    assert [(reason.text, reason.cure_by) for reason in missing] == [
        ("Not before 2026-04-01 (30 days after hearing_notice)", ("time",))
    ]
