"""What an act may state, and what may answer an item of the application: kind by kind."""

from __future__ import annotations

import pytest
from builders import GRANTED, REPORT
from walking import case_in, small

from privileging.definition import vocabulary
from privileging.definition.model import Item
from privileging.engine.facts import LONGEST, MOST_ROWS, answer_fault, fact_fault, stated_faults, text_fault

DIGEST = "0123456789abcdef" * 4
CHOICE = Item("choice", (Item("yes"), Item("no")))
ROWS = Item("list", (Item("school"), Item("year")))
FLOW = """
roles: {coordinator: {}}
facts: {words: text, day: date, level: {rising: [low, middle, high]}, lines: each_privilege}
opening: {begin: {by: coordinator, to: on}}
states:
  on:
    actions:
      say: {by: coordinator, with: level}
      go: {by: coordinator, to: off, with: [words, day, lines]}
  off: {final: granted}
"""


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("words", None),
        ("x" * LONGEST, None),
        ("x" * (LONGEST + 1), "is longer than"),
        ("", "is empty"),
        (" \n", "is empty"),
        ("a\x00b", "NUL"),
        ("\ud800", "surrogate"),
        (None, "must be a text"),
        (7, "must be a text"),
        (["x"], "must be a text"),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_a_text_is_words_of_bounded_length_that_every_database_keeps(value: object, fault: str | None) -> None:
    found = text_fault(value)
    assert found is None if fault is None else fault in str(found)


@pytest.mark.parametrize(
    ("kind", "good", "bad", "text"),
    [
        (Item("text"), "words", 7, "must be a text"),
        (Item("date"), "2026-02-28", "2026-02-29", "a day that exists"),
        (CHOICE, "yes", "maybe", "must be one of yes, no"),
        (CHOICE, "no", ["yes"], "must be one of"),
        (Item("document"), {"evidence": DIGEST, "name": "cv.pdf"}, {"evidence": DIGEST}, "a stored document"),
        (Item("document"), {"evidence": DIGEST, "name": "x"}, {"evidence": DIGEST, "name": "x", "size": 1}, "a stored"),
        (Item("document"), {"evidence": DIGEST, "name": "x"}, {"evidence": "abc", "name": "x"}, "sha256"),
        (Item("document"), {"evidence": DIGEST, "name": "x"}, {"evidence": 7, "name": "x"}, "sha256"),
        (Item("document"), {"evidence": DIGEST, "name": "x"}, {"evidence": DIGEST, "name": ""}, "is empty"),
        (Item("document"), {"evidence": DIGEST, "name": "x"}, "cv.pdf", "a stored document"),
        (ROWS, [{"school": "U", "year": "2000"}], [], "at least one row"),
        (ROWS, [{"school": "U", "year": "2000"}], "U, 2000", "at least one row"),
        (
            ROWS,
            [{"school": "U", "year": "2000"}],
            [{"school": "U"}],
            "row 1 must have exactly the columns school, year",
        ),
        (ROWS, [{"school": "U", "year": "2000"}], [7], "row 1 must have exactly"),
        (ROWS, [{"school": "U", "year": "2000"}], [{"school": "U", "year": 2000}], "row 1, year must be a text"),
        (
            ROWS,
            [{"school": "U", "year": "2000"}] * MOST_ROWS,
            [{"school": "U"}] * (MOST_ROWS + 1),
            "more than 200 rows",
        ),
    ],
)
def test_an_answer_is_of_the_kind_its_item_asks_for(kind: Item, good: object, bad: object, text: str) -> None:
    assert answer_fault(kind, good) is None
    assert text in str(answer_fault(kind, bad))


def test_every_kind_of_the_vocabulary_is_tested_here() -> None:
    assert set(vocabulary.ITEM_KINDS) == {"text", "date", "choice", "document", "list"}
    assert set(vocabulary.FACT_KINDS) == {"text", "date", "rising", "each_privilege", "on_record"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (GRANTED, None),
        (tuple(GRANTED), None),
        ([{"privilege": "appendectomy", "conditions": "proctored"}], None),
        ([{"privilege": "appendectomy", "conditions": ""}], "the conditions of 'appendectomy': is empty"),
        ([{"privilege": "appendectomy"}] * 2, "'appendectomy' is stated twice"),
        ([{"privilege": "robotic_surgery"}], "'robotic_surgery' was not requested"),
        ([{"privilege": "x" * 500}], "…' was not requested"),
        ([{"privilege": ["appendectomy"]}], "what is no text was not requested"),
        ([{"privilege": None}], "what is no text was not requested"),
        ([{"privilege": "appendectomy", "begins": "2020-01-01"}], "each line must be a privilege"),
        ([{"conditions": "x"}], "each line must be a privilege"),
        (["appendectomy"], "each line must be a privilege"),
        ([], "at least one privilege"),
        ({"privilege": "appendectomy"}, "at least one privilege"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_only_lines_that_were_requested_are_granted_and_each_once(value: object, text: str | None) -> None:
    walk = case_in("board_review")
    found = fact_fault(walk.workflow, walk.case, "privileges", value)
    assert found is None if text is None else text in str(found)


@pytest.mark.parametrize(
    ("before", "value", "text"),
    [
        ("", "low", None),
        ("middle", "middle", None),
        ("middle", "high", None),
        ("high", "middle", "was high and may not be lowered to middle"),
        ("low", "highest", "must be one of low, middle, high"),
        ("low", None, "must be one of"),
        ("low", {"low": 1}, "must be one of"),
    ],
)
def test_a_rising_fact_may_be_restated_higher_never_lower(before: str, value: object, text: str | None) -> None:
    walk = small(FLOW)
    if before:
        walk.takes("ortiz", "say", level=before)
    found = fact_fault(walk.workflow, walk.case, "level", value)
    assert found is None if text is None else text in str(found)


def test_a_date_fact_is_a_day_and_a_text_fact_words() -> None:
    walk = small(FLOW)
    assert fact_fault(walk.workflow, walk.case, "day", "2026-03-02") is None
    assert "a day that exists" in str(fact_fault(walk.workflow, walk.case, "day", "02/03/2026"))
    assert "is empty" in str(fact_fault(walk.workflow, walk.case, "words", ""))


def test_everything_asked_must_be_stated_and_nothing_else_may_be() -> None:
    walk = small(FLOW)
    action = walk.workflow.states["on"].actions["go"]
    found = stated_faults(walk.workflow, walk.case, action, {"words": 7, "term_ends": "2030-01-01"})
    assert [reason.text for reason in found] == [
        "'term_ends': Go states no such fact",
        "words: must be a text",
        "day: must be stated",
        "lines: must be stated",
    ]


@pytest.mark.parametrize("extra", ["conditions", "privileges", "action", "to", "performers", "relied_on", "\ud800"])
def test_no_act_states_a_fact_it_is_not_asked(extra: str) -> None:
    walk = case_in("department_review")
    assert "states no such fact" in walk.refused("chen", "do", action="recommend", facts={**REPORT, extra: "granted"})
    assert "states no such fact" in case_in("committee_review").refused(
        "ada", "move", action="recommend", facts={extra: "granted"}
    )


def test_what_was_stated_stands_in_the_event_and_on_the_case() -> None:
    walk = case_in("department_review").takes("chen", "recommend", **REPORT)
    assert walk.last("moved")["facts"] == REPORT
    assert walk.case.facts == REPORT


def test_arguments_beside_those_of_the_command_never_reach_the_history() -> None:
    walk = case_in("department_review")
    smuggled = {"to": "granted", "outcome": "granted", "performers": ["person/x"], "role": "board", "motion": 1}
    walk.does("chen", "do", action="recommend", facts=REPORT, **smuggled)
    told = walk.last("moved")
    assert (told["to"], told["outcome"], told["performers"]) == ("committee_review", "", ["person/chen"])
    assert "motion" not in told
