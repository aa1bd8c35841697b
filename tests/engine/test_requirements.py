"""Every requirement a file may name: what meets it, what does not, and what it then says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import GRANTED, NOW, body
from requiring import met, requiring
from walking import Walk, after, applied, case_in, hearing

from privileging.definition import vocabulary
from privileging.engine import requirements, turn
from privileging.engine.values import Refusal


def reasons(walk: Walk) -> Refusal:
    answer = walk.ask("ortiz", "do", action="go", facts={})
    assert isinstance(answer, Refusal)
    return answer


def test_the_application_is_complete_when_every_required_item_is_answered() -> None:
    walk = requiring("application_complete")
    assert "Specialty: not answered" in walk.refused("ortiz", "do", action="go")
    walk.does("ortiz", "record_items", items={"specialty": "Surgery"}, reason="by telephone")
    assert met(walk)


def test_the_attestation_is_of_the_application_as_it_now_stands() -> None:
    walk = applied(case_in("draft"))
    walk.does("adeyemi", "record_items", items={"specialty": "Surgery, general"})
    assert "has not attested to the application as it now stands" in walk.refused("adeyemi", "do", action="submit")
    assert walk.does("adeyemi", "attest", statement="true").takes("adeyemi", "submit").case.state == "intake"


def test_another_request_undoes_the_attestation_too() -> None:
    walk = applied(case_in("draft")).does("adeyemi", "request_privileges", form="cardiology")
    assert "has not attested" in walk.refused("adeyemi", "do", action="submit")


def test_a_privilege_must_be_requested() -> None:
    walk = requiring("privileges_requested")
    assert walk.refused("ortiz", "do", action="go") == "No privilege is requested"
    assert met(walk.does("ortiz", "request_privileges", form="general_surgery", reason="by telephone"))


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ("2028-03-02", None),
        ("2028-03-03", "The term may run from 2026-03-02 to 2028-03-02 at most (2 years); 2028-03-03 is stated"),
        ("2026-03-01", "The term may run from 2026-03-02"),
        ("soon", "The end of the term is not stated"),
        (7, "The end of the term is not stated"),
        ("2026-03-02", None),
    ],
)
def test_a_term_is_two_years_at_most(ends: object, text: str | None) -> None:
    facts = {"privileges": GRANTED, "term_ends": ends}
    said = case_in("board_review").refused("ada", "do", action="approve", facts=facts)
    assert text in said if text else "term may" not in said


def test_every_privilege_requested_must_be_among_those_granted() -> None:
    walk = case_in("board_review")
    walk.moved("governing_board", "approve", privileges=GRANTED[:1], term_ends="2028-03-01")
    assert walk.last("motion_made")["missing"] == [
        "Repair of hernias (hernia_repair): requested, not among those granted"
    ]


@pytest.mark.parametrize("stated", [None, 7, [7], [{}], [{"privilege": ["appendectomy"]}], {"privilege": "x"}])
def test_privileges_of_an_odd_shape_grant_nothing(stated: object) -> None:
    walk = case_in("board_review")
    text = walk.refused("gita", "do", action="approve", facts={"privileges": stated, "term_ends": "2028-03-01"})
    assert "Repair of hernias (hernia_repair): requested, not among those granted" in text


@pytest.mark.parametrize(
    ("phrase", "earliest"),
    [
        ("10 days", "2026-03-12T05:00:00.000000Z"),
        ("3 business days", "2026-03-05T06:00:00.000000Z"),
        ("36 hours", "2026-03-04T03:00:00.000000Z"),
        ("10 days after note", "2026-03-16T05:00:00.000000Z"),
        ("0 days after heard_on", "2026-04-01T05:00:00.000000Z"),
        ("1 month before heard_on", "2026-03-01T06:00:00.000000Z"),
        ("next regular meeting of board", "2026-03-11T05:00:00.000000Z"),
    ],
)
def test_a_thing_is_not_done_before_its_time_and_may_be_done_from_the_first_instant_on(
    phrase: str, earliest: str
) -> None:
    walk = requiring(f"{{not_before: {phrase}}}")
    walk.wait(days=4).takes("adeyemi", "note").takes("ortiz", "say", level="low", heard_on="2026-04-01")
    walk.now = max(earliest, walk.now)
    assert met(walk)
    walk.now = after(earliest, seconds=-1)
    if walk.now > walk.case.acted_at:
        assert walk.refused("ortiz", "do", action="go").startswith("Not before 2026")


@pytest.mark.parametrize(
    ("phrase", "text", "cure"),
    [
        ("10 days after note", "Note: not on record", ("applicant",)),
        ("10 days after waiting.note", "Waiting: note: not on record", ("applicant",)),
        ("0 days after heard_on", "Heard on: not on record", ("coordinator",)),
        ("10 days after letter", "Letter: not on record", ("coordinator",)),
        ("10 days after npdb", "Npdb: not on record", ("chief",)),
    ],
)
def test_a_period_has_not_begun_until_its_moment_is_on_record(phrase: str, text: str, cure: tuple[str, ...]) -> None:
    refusal = reasons(requiring(f"{{not_before: {phrase}}}"))
    assert refusal.reasons[0].text.startswith(text)
    assert refusal.reasons[0].cure_by == cure


def test_a_body_that_does_not_meet_has_no_next_meeting() -> None:
    walk = requiring("{not_before: next regular meeting of board}").but(bodies={"board": body("board", meets="")})
    text = "The meeting: not on record, so next regular meeting of board has not begun"
    assert walk.refused("ortiz", "do", action="go") == text


def test_overdue_is_when_the_deadline_has_passed() -> None:
    walk = requiring("{overdue: answer}")
    assert walk.refused("ortiz", "do", action="go") == "The deadline Answer has not passed: it is due 2026-03-12"
    walk.now = "2026-03-13T04:59:59.999999Z"
    assert not met(walk)
    walk.now = "2026-03-13T05:00:00.000000Z"
    assert met(walk)


def test_a_deadline_that_does_not_run_is_not_overdue() -> None:
    walk = requiring("{overdue: answer}")
    walk.case = replace(walk.case, deadlines=())
    assert "it does not run" in walk.refused("ortiz", "do", action="go")


def test_already_and_not_yet_are_opposites() -> None:
    before, not_yet = requiring("{already: note}"), requiring("{not_yet: note}")
    assert before.refused("ortiz", "do", action="go") == "Note: not on record"
    assert met(not_yet)
    assert met(before.takes("adeyemi", "note"))
    assert "Note: on record since 2026-03-02" in not_yet.takes("adeyemi", "note").refused("ortiz", "do", action="go")


def test_what_happened_after_the_decision_date_had_not_happened_yet() -> None:
    walk = requiring("{already: license}").wait(days=2).verified("license").wait(days=1)
    late = walk.refused("ortiz", "do", action="go", at=after(NOW, days=1), reason="signed that day")
    assert late == "License: not on record"


def test_any_of_holds_when_one_alternative_does_and_names_all_when_none() -> None:
    walk = requiring("{any_of: [{already: note}, {verified: [license, npdb]}, {level: high}]}")
    refusal = reasons(walk)
    assert refusal.reasons[0].text == (
        "One of these is needed: Note: not on record or License: none on file; NPDB: none on file "
        "or Level must be high; it is not stated"
    )
    assert refusal.reasons[0].cure_by == ("applicant", "coordinator", "chief")
    assert met(walk.takes("ortiz", "say", level="high", heard_on="2026-03-02"))


def test_a_fact_has_the_value_that_is_required() -> None:
    walk = requiring("{level: high}").takes("ortiz", "say", level="low", heard_on="2026-03-02")
    assert walk.refused("ortiz", "do", action="go") == "Level must be high; it is 'low'"


def test_every_reason_is_given_and_cites_the_clause() -> None:
    refusal = reasons(requiring("application_complete, attestation_signed, {verified: license}, {already: note}"))
    assert [reason.cite for reason in refusal.reasons] == ["the clause", "the clause", "sample 1", "the clause"]
    assert [reason.cure_by for reason in refusal.reasons] == [
        ("applicant",),
        ("applicant",),
        ("coordinator",),
        ("applicant",),
    ]
    assert refusal.permitted


def test_the_hearing_waits_thirty_days_from_the_served_notice() -> None:
    walk = hearing().does("ortiz", "serve", name="adverse_notice", served_on="2026-03-02")
    walk.takes("adeyemi", "request_hearing").takes("ortiz", "schedule", hearing_on="2026-03-20")
    walk.does("ortiz", "serve", name="hearing_notice", served_on="2026-03-02").wait(days=20)
    walk.moved("hearing_panel", "recommend_uphold", reasons="heard")
    assert walk.last("motion_made")["missing"] == ["Not before 2026-04-01 (30 days after hearing_notice)"]


def test_a_postponed_hearing_needs_its_notice_served_anew() -> None:
    walk = hearing().does("ortiz", "serve", name="adverse_notice", served_on="2026-03-02")
    walk.takes("adeyemi", "request_hearing").takes("ortiz", "schedule", hearing_on="2026-03-20")
    walk.does("ortiz", "serve", name="hearing_notice", served_on="2026-03-02").wait(days=40)
    walk.takes("ortiz", "postpone", reasons="a witness is ill").takes("ortiz", "schedule", hearing_on="2026-03-20")
    walk.moved("hearing_panel", "recommend_uphold", reasons="heard")
    assert walk.last("motion_made")["missing"] == [
        "Hearing notice: not on record, so 30 days after hearing_notice has not begun"
    ]


# The vocabulary -------------------------------------------------------------------------------------------------------


def test_the_engine_registers_what_the_vocabulary_lists() -> None:
    assert set(requirements.REQUIREMENTS) == set(vocabulary.REQUIREMENTS)
    assert set(turn.EFFECTS) == set(vocabulary.EFFECTS)


@pytest.mark.parametrize("name", requirements.REQUIREMENTS)
def test_every_requirement_says_in_its_docstring_what_the_vocabulary_says(name: str) -> None:
    said = requirements.REQUIREMENTS[name].__doc__
    assert said
    assert said.rstrip(".").lower() == vocabulary.REQUIREMENTS[name].says.lower()


def test_what_is_said_in_the_act_is_among_the_requirements() -> None:
    assert set(requirements.REQUIREMENTS) >= requirements.SAID_IN_THE_ACT
