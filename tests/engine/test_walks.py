"""Random people do random things to cases of every shipped workflow, through ``decide`` only: what always holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from builders import id_of
from oracle import Oracle
from strolls import NAMES, stroll
from walking import Walk, after, case_in

from privileging.canonical import canonical
from privileging.definition.load import shipped
from privileging.definition.model import Safeguard, Workflow
from privileging.engine.snapshot import dump, load
from privileging.engine.values import Case, Event

STROLLS = [(name, seed) for name in NAMES for seed in range(25)]
every_stroll = pytest.mark.parametrize(("name", "seed"), STROLLS)


def moves(walk: Walk) -> list[Event]:
    return [event for event in walk.events if event.kind in ("opened", "moved")]


@every_stroll
def test_no_state_is_reached_but_by_a_declared_action_from_the_state_before(name: str, seed: int) -> None:
    known, state = Oracle(shipped()[name]), ""
    for event in moves(stroll(name, seed).walk):
        left, action, to = event.body["from"], str(event.body["action"]), event.body["to"]
        assert left == state
        assert (to or state) == (known.leads(state, action) if state else known.opening[action])
        state = str(to or state)
    assert state == stroll(name, seed).walk.case.state


@every_stroll
def test_only_moves_change_the_state(name: str, seed: int) -> None:
    walk = stroll(name, seed).walk
    for number, event in enumerate(walk.events):
        if event.kind not in ("opened", "moved"):
            assert state_after(walk.events[:number]) == state_after(walk.events[: number + 1])


def state_after(events: tuple[Event, ...]) -> str:
    return next((str(e.body["to"]) for e in reversed(events) if e.kind in ("opened", "moved") and e.body["to"]), "")


@every_stroll
def test_the_history_read_back_from_its_bytes_is_the_case(name: str, seed: int) -> None:
    walk = stroll(name, seed).walk
    assert walk.refolded() == walk.case
    assert load(Case, dump(walk.case)) == walk.case
    assert dump(walk.refolded()) == dump(walk.case)


@every_stroll
def test_numbers_are_contiguous_and_every_body_is_canonical(name: str, seed: int) -> None:
    walk = stroll(name, seed).walk
    assert [event.seq for event in walk.events] == list(range(1, len(walk.events) + 1))
    assert all(canonical(event.body) for event in walk.events)


@every_stroll
def test_time_does_not_run_backwards_between_moves(name: str, seed: int) -> None:
    times = [event.effective_at for event in moves(stroll(name, seed).walk)]
    assert times == sorted(times)


@every_stroll
def test_every_safeguard_holds_on_the_history(name: str, seed: int) -> None:
    walk = stroll(name, seed).walk
    for guard in walk.workflow.safeguards.values():
        assert list(violations(walk.workflow, guard, walk.events)) == [], guard.name


def violations(workflow: Workflow, guard: Safeguard, events: tuple[Event, ...]) -> Iterator[str]:
    """Where a history does what the safeguard says never happens: read off the events, by no rule of the engine."""
    satisfied, role, hands = "opening" not in guard.since, "", dict[str, set[str]]()
    for event in events:
        role = event.role if event.kind in ("opened", "moved") else role
        for names in happened(event):
            if names & set(guard.never) and guard.except_by and role not in guard.except_by:
                yield f"{names} by {role}"
            if names & set(guard.never) and guard.without and not satisfied:
                yield f"{names} without {guard.without}"
            satisfied = (satisfied or bool(names & set(guard.without))) and not names & set(guard.since)
            for act in names & set(guard.never_one_person):
                hands.setdefault(act, set()).update(event.body["performers"])  # type: ignore[arg-type]
    if guard.never_one_person and len(hands) == len(guard.never_one_person):
        yield from set.intersection(*hands.values())


def happened(event: Event) -> list[set[str]]:
    """Every name by which a safeguard may speak of an event: the act, then the state it enters."""
    if event.kind not in ("opened", "moved"):
        return [{"grant_privileges" if event.kind == "privileges_granted" else event.kind}]
    left, action, to = event.body["from"], event.body["action"], event.body["to"]
    return [{str(action), f"{left}.{action}"}, {str(to)}]


@every_stroll
def test_what_is_granted_was_requested_and_rests_on_fresh_verifications(name: str, seed: int) -> None:
    walk, moved = stroll(name, seed).walk, None
    for event in walk.events:
        moved = event if event.kind == "moved" else moved
        if event.kind == "privileges_granted":
            assert moved is not None
            relied = moved.body["relied_on"]["verifications"]  # type: ignore[index]
            used = [check for check in walk.case.checks if check.number in relied]
            assert {check.name for check in used} == set(walk.workflow.verifications)
            oldest = after(moved.effective_at, days=-31)[:10]
            assert any(check.name == "exclusions" and check.verified_on >= oldest for check in used)
            codes = {line["privilege"] for line in event.body["lines"]}  # type: ignore[attr-defined]
            assert codes == {line.code for line in walk.case.lines}


@every_stroll
def test_nobody_acts_on_their_own_case_but_as_its_applicant(name: str, seed: int) -> None:
    walk = stroll(name, seed).walk
    own = {role.name for role in walk.workflow.roles.values() if role.of == "case"}
    mine = [event for event in walk.events if event.actor == id_of("adeyemi") and event.role]
    assert {event.role for event in mine if event.kind != "recused"} <= own


@every_stroll
def test_nobody_votes_recused_unseated_or_twice(name: str, seed: int) -> None:
    walk, gone = stroll(name, seed).walk, set[tuple[str, str]]()
    for event in walk.events:
        if event.kind == "recused":
            gone.add((event.role, event.actor))
        if event.kind == "vote_cast":
            assert (event.role, event.actor) not in gone
            assert event.actor in {seat.person for seat in walk.office.bodies[event.role].seats if seat.votes}
        if event.kind == "motion_closed":
            people = [entry["person"] for entry in event.body["roll"]]  # type: ignore[attr-defined]
            assert len(people) == len(set(people))


@pytest.mark.parametrize(
    ("lost", "guard"),
    [
        ("executive_review.recommend", "executive_before_board"),
        ("verification.complete", "verified_before_review"),
        ("department_review.recommend", "chair_before_committee"),
        ("intake.accept", "complete_when_submitted"),
    ],
)
def test_a_history_with_another_act_in_its_place_is_seen_to_break_its_safeguard(lost: str, guard: str) -> None:
    walk = case_in("granted")
    told = [
        replace(event, body={**event.body, "action": "another"})
        if event.kind == "moved" and move(event) == lost
        else event
        for event in walk.events
    ]
    assert list(violations(walk.workflow, walk.workflow.safeguards[guard], tuple(told)))


def move(event: Event) -> str:
    return f"{event.body['from']}.{event.body['action']}"


def test_the_strolls_come_far_enough_to_mean_something() -> None:
    ends = {stroll(name, seed).walk.case.outcome for name, seed in STROLLS}
    kinds = {event.kind for name, seed in STROLLS for event in stroll(name, seed).walk.events}
    assert {"granted", "denied", "withdrawn", "deemed_withdrawn", "lapsed", "upheld", "waived"} <= ends
    assert kinds >= {"privileges_granted", "child_opened", "recused", "verification_struck", "notice_served"}
    assert sum(stroll(name, seed).refusals for name, seed in STROLLS) > 1000
