"""Whatever somebody sends, ``decide`` answers: a Decision that can be stored, or a Refusal that can be shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from builders import GRANTED, HOSPITAL, NOW, OFFICE, id_of, workflows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from walking import Walk, case_in, hearing, renewal

from privileging.canonical import canonical
from privileging.engine.calendar import is_day, is_instant
from privileging.engine.decide import COMMANDS, decide
from privileging.engine.evolve import fold
from privileging.engine.values import Case, Command, Decision

KEYS = str.split(
    "action body case child choice conditions departments effective_at evidence facts form good_until items lines "
    "method motion name note number opener outcome practitioner privileges reason reasons served_on source special "
    "state statement term_ends verified_on wording without category hearing_on specialty degrees photo_id"
)
WORDS = str.split(
    "approve submit recommend waive close begin apply invite withdraw governing_board executive_committee license fee "
    "identity decision_notice adverse_notice general_surgery appendectomy robotic_surgery verified not_verified for "
    "against abstain traditional streamlined web passport 2026-03-01 2026-02-30 0001-01-01 9999-12-31 granted upheld "
    "fair_hearing offer schedule clock opener surgery yes case/2026-00001.1"
)
ODD = ["", " ", "\x00", "\ud800", "x" * 30_000, "２０２６-０３-０１", "2026-03-01\n", "\u202eevil", "__class__"]
PEOPLE = ["adeyemi", "ortiz", "chen", "stone", "ada", "gita", "jon", "nobody", "clock", "case/2026-00001.1", ""]

leaves = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, 2, -1, 2**53, 10**4000])
    | st.floats(allow_nan=True)
    | st.sampled_from(WORDS)
    | st.sampled_from(ODD)
    | st.text(max_size=8)
)
keys = st.sampled_from(KEYS) | st.sampled_from(WORDS) | st.sampled_from(ODD) | st.text(max_size=4)
known = st.sampled_from(
    [
        {"privileges": GRANTED, "term_ends": "2027-01-01"},
        {"reasons": "x", "category": "traditional"},
        {"privileges": [{"privilege": ["appendectomy"]}], "term_ends": 5},
        {"privileges": [{"privilege": "appendectomy", "granted": True}]},
        {"case": "case/2026-00001.1", "state": "x"},
        {"evidence": "a" * 64, "name": "scan.pdf"},
        [{"privilege": "appendectomy"}, 7],
    ]
)
values = st.recursive(
    leaves | known,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)
args = st.dictionaries(keys, values, max_size=6)


def deep(depth: int) -> object:
    nested: object = "x"
    for _ in range(depth):
        nested = [nested]
    return nested


def voting() -> Walk:
    return case_in("board_review").moved("governing_board", "approve", privileges=GRANTED, term_ends="2027-01-01")


MONSTERS = [deep(5_000), ["x"] * 10_000, {str(number): number for number in range(300)}, 10**5_000]
CASES: list[Callable[[], Walk]] = [
    lambda: Walk(workflows()["initial_appointment"]),
    lambda: case_in("draft"),
    lambda: case_in("verification"),
    lambda: case_in("department_review"),
    voting,
    lambda: case_in("granted"),
    lambda: case_in("adverse_recommendation"),
    hearing,
    renewal,
]


@cache
def case(number: int) -> Walk:
    return CASES[number]()


def answered(walk: Walk, actor: str, kind: str, told: dict[str, object], at: str = "") -> None:
    """Asks, and holds the answer to what every answer must be."""
    context = OFFICE.context(walk.workflow, actor, NOW)
    command = Command("key", kind, walk.case.id, id_of(actor) if actor else "", told, effective_at=at)
    answer = decide(walk.workflow, walk.case, command, context)
    if isinstance(answer, Decision):
        assert all(canonical(event.body) for event in answer.events)
        assert fold(walk.case.id, (*walk.events, *answer.events)) == answer.case
    else:
        assert answer.reasons
        for reason in answer.reasons:
            assert len(reason.text.encode()) < 5_000, reason.text[:200]


@pytest.mark.parametrize("kind", COMMANDS)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, len(CASES) - 1), actor=st.sampled_from(PEOPLE), told=args)
def test_any_arguments_are_answered(kind: str, number: int, actor: str, told: dict[str, object]) -> None:
    answered(case(number), actor, kind, told)


PLAUSIBLE: dict[str, tuple[str, int, dict[str, object]]] = {
    "open": ("ortiz", 0, {"action": "invite", "departments": ["surgery"], "facts": {}, "opener": None, "reason": ""}),
    "do": ("chen", 3, {"action": "recommend", "facts": {"category": "traditional", "reasons": "x"}, "reason": ""}),
    "answer": ("case/2026-00001.1", 6, {"child": "case/2026-00001.1", "outcome": "upheld"}),
    "shut": ("case/2026-00001", 7, {"opener": "case/2026-00001"}),
    "lapse": ("clock", 1, {"number": 1}),
    "record_items": ("adeyemi", 1, {"items": {"specialty": "x", "degrees": [], "photo_id": {}}, "reason": ""}),
    "request_privileges": ("adeyemi", 1, {"form": "general_surgery", "without": [], "special": [], "reason": ""}),
    "attest": ("adeyemi", 1, {"statement": "x", "reason": ""}),
    "verify": (
        "ortiz",
        2,
        {"name": "license", "method": "web", "verified_on": "2026-03-01", "outcome": "verified", "source": "",
         "good_until": "", "note": "", "evidence": "", "reason": ""},
    ),
    "strike": ("ortiz", 2, {"number": 1, "reason": "x"}),
    "serve": ("ortiz", 5, {"name": "decision_notice", "served_on": "2026-03-02", "method": "", "evidence": ""}),
    "move": ("gita", 4, {"action": "approve", "body": "", "facts": {"privileges": GRANTED, "term_ends": "2027-01-01"}}),
    "vote": ("hal", 4, {"motion": 1, "choice": "for", "reason": ""}),
    "recuse": ("hal", 4, {"body": "governing_board", "reason": "kin"}),
    "declare": ("hal", 4, {"body": "governing_board", "statement": "none"}),
    "close": ("gita", 4, {"motion": 3, "reason": ""}),
}  # fmt: skip


def test_every_command_is_told_plausibly() -> None:
    assert set(PLAUSIBLE) == set(COMMANDS)


@pytest.mark.parametrize("kind", COMMANDS)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), value=values)
def test_a_sensible_command_with_one_odd_argument_is_answered(kind: str, data: st.DataObject, value: object) -> None:
    actor, number, told = PLAUSIBLE[kind]
    place = data.draw(st.sampled_from(sorted(told)))
    inside = told[place]
    if isinstance(inside, dict) and inside and data.draw(st.booleans()):
        value = {**inside, data.draw(st.sampled_from(sorted(inside))): value}
    answered(case(number), actor, kind, {**told, place: value})


@pytest.mark.parametrize("kind", COMMANDS)
@pytest.mark.parametrize(
    "value", [deep(5_000), ["x"] * 10_000, {str(n): n for n in range(300)}], ids=["deep", "long", "wide"]
)
def test_monstrous_arguments_are_answered(kind: str, value: object) -> None:
    actor, number, told = PLAUSIBLE[kind]
    for place in told:
        answered(case(number), actor, kind, {**told, place: value})


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30) | st.sampled_from([*ODD, NOW, "2026-03-02", "1000-01-01T00:00:00.000000Z"]))
def test_any_instant_is_answered(at: str) -> None:
    answered(case_in("verification"), "ortiz", "verify", {**PLAUSIBLE["verify"][2], "reason": "late"}, at)
    answered(case(0), "ortiz", "open", {**PLAUSIBLE["open"][2], "reason": "late"}, at)


@pytest.mark.parametrize(
    "text", ["0001-01-01", "9999-12-31", "1899-12-31", "２０２６-０３-０１", "2026-03-01\n", "2026-2-1"]
)
def test_days_at_the_edge_of_the_calendar_are_none(text: str) -> None:
    assert not is_day(text)
    assert not is_instant(f"{text}T00:00:00.000000Z")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31"])
def test_every_day_there_is_can_be_stated_in_every_zone(zone: str, day: str) -> None:
    walk = (
        hearing()
        .does("ortiz", "serve", name="adverse_notice", served_on="2026-03-02")
        .takes("adeyemi", "request_hearing")
    )
    walk.office = replace(OFFICE, facility=replace(OFFICE.facility, zone=zone))
    assert walk.takes("ortiz", "schedule", hearing_on=day).case.moments["hearing_on"].at[:4] in (
        "1899",
        "1900",
        "2999",
        "3000",
    )


@pytest.mark.parametrize("kind", ["", "grant", "evolve", "\ud800"])
def test_a_command_there_is_none_is_refused(kind: str) -> None:
    assert "There is no command" in case_in("draft").refused("ortiz", kind)


@pytest.mark.parametrize("kind", [kind for kind in COMMANDS if kind != "open"])
def test_nothing_happens_in_a_case_that_is_not_open(kind: str) -> None:
    walk = Walk(workflows()["initial_appointment"], case=Case("case/none"))
    assert walk.refused("ortiz", kind) == "There is no such case"


def test_a_case_is_opened_once() -> None:
    assert case_in("draft").refused("ortiz", "open", action="invite", facility=HOSPITAL) == "The case is open already"
