"""The engine and an oracle built from the YAML alone agree on every move; a mutated engine does not."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from builders import GRANTED, LINES, NOW, OFFICE, id_of, workflows
from oracle import Oracle
from walking import Walk, after, answers

from privileging.definition.load import shipped
from privileging.definition.model import Action, Workflow
from privileging.engine import kernel
from privileging.engine.values import Case, Check, Child, Decision, Moment, Opener, Refusal, Running

NAMES = tuple(sorted(shipped()))
OPENER, CHILD = "case/2025-00001", "case/2026-00001.1"
FACTS: dict[str, object] = {
    "reasons": "because",
    "conditions": "supervised",
    "privileges": GRANTED,
    "term_ends": "2026-12-31",
    "category": "traditional",
    "hearing_on": "2026-04-01",
}


@cache
def oracle(name: str) -> Oracle:
    return Oracle(shipped()[name])


# The engine, asked through ``decide`` alone ---------------------------------------------------------------------------


def bare(case: Case) -> Case:
    """The case without anything that could meet a requirement."""
    return replace(case, application={}, lines=(), attested_by="", checks=(), moments={}, performers={}, notices=())


def ready(workflow: Workflow, case: Case, now: str) -> Case:
    """The case with everything that any requirement asks for."""
    long_ago = after(now, days=-60)
    checks = tuple(
        Check(number, wanted.name, "", "web", after(now, days=-1)[:10], "verified", "person/ortiz", long_ago)
        for wanted in workflow.verifications.values()
        for number in range(wanted.at_least)
    )
    dates = [name for name, kind in workflow.facts.items() if kind.name == "date"]
    return replace(
        bare(case),
        application=answers(workflow),
        lines=LINES[:2],
        attested_by=id_of("adeyemi"),
        checks=checks,
        moments={name: Moment(long_ago) for name in (*workflow.notices, *dates)},
    )


def after_action(workflow: Workflow, case: Case, name: str, now: str = NOW) -> Decision | Refusal | None:
    """What ``decide`` makes of an action, taken by whoever may take it; None when it is not offered."""
    walk = Walk(workflow, OFFICE, now, case)
    action = workflow.states[case.state].actions.get(name)
    facts = {fact: FACTS[fact] for fact in action.asks} if action else {}
    by = action.by[0] if action else ""
    if by in workflow.bodies:
        return _by_vote(walk, by, name, facts)
    if by == "clock":
        running = Running(99, "test", case.state, NOW, after(now, seconds=-1), "", name)
        deadlines = {"test": next(d for d in workflow.states[case.state].deadlines.values() if d.then == name)}
        state = replace(workflow.states[case.state], deadlines=deadlines)
        clocked = replace(workflow, states={**workflow.states, case.state: state})
        return Walk(clocked, OFFICE, now, replace(case, deadlines=(running,))).ask("clock", "lapse")
    if by == "opener":
        return replace_with(walk, opener=Opener(OPENER, "waiting")).ask(OPENER, "shut")
    if by not in workflow.roles and action:
        return replace_with(walk, children=(Child(CHILD, by, case.state),)).ask(CHILD, "answer", outcome=name)
    return _known(walk.ask(_holder(workflow, action), "do", action=name, facts=facts))


def replace_with(walk: Walk, **changes: object) -> Walk:
    walk.case = replace(walk.case, **changes)  # type: ignore[arg-type]
    return walk


def _by_vote(walk: Walk, body: str, name: str, facts: dict[str, object]) -> Decision | Refusal | None:
    chair, *others = walk.members(body)
    if isinstance(answer := walk.ask(chair, "move", action=name, facts=facts), Refusal):
        return _known(answer)
    walk.moved(body, name, **facts).voted(chair, *others)
    answer = walk.ask(chair, "close", motion=walk.motion)
    assert isinstance(answer, Decision)
    result = answer.case.motions[-1].result
    return answer if result == "carried" else Refusal(()) if result == "carried_not_executed" else None


def _known(answer: Decision | Refusal) -> Decision | Refusal | None:
    unknown = isinstance(answer, Refusal) and any(reason.code == "action" for reason in answer.reasons)
    return None if unknown else answer


def _holder(workflow: Workflow, action: Action | None) -> str:
    if action is None or workflow.roles[action.by[0]].of == "case":
        return "adeyemi"
    return {"coordinator": "ortiz", "department_chair": "chen", "chief_of_staff": "stone"}[action.by[0]]


# Agreement ------------------------------------------------------------------------------------------------------------


def at(workflow: Workflow, state: str) -> Case:
    """A case that simply stands in a state."""
    about = {"practitioner": id_of("adeyemi"), "facility": "facility/main", "departments": ("surgery",)}
    return Case("case/2026-00001", workflow.name, seq=1, state=state, since=NOW, opened_at=NOW, acted_at=NOW, **about)  # type: ignore[arg-type]


def disagreements(name: str, workflow: Workflow, cases: Callable[[Workflow, str], Case]) -> Iterator[str]:
    """Every state and action of the file on which the engine and the oracle differ, all requirements met."""
    known = oracle(name)
    for state in known.states:
        for action in known.actions:
            answer = after_action(workflow, ready(workflow, cases(workflow, state), NOW), action)
            reached = answer.case.state if isinstance(answer, Decision) else None
            expected = known.leads(state, action) if action in known.offered(state) else None
            if reached != expected:
                yield f"{state}.{action}: {reached}, not {expected}"


def wander(name: str, workflow: Workflow, seed: int, steps: int = 40) -> set[str]:
    """A random walk on which requirements are met or not by the toss of a coin; the actions it took."""
    random, known, taken = Random(seed), oracle(name), set()
    state, now = random.choice(list(known.states)), NOW
    for _ in range(steps):
        now, action = after(now, hours=1), random.choice(sorted(known.actions))
        if random.random() < 0.8 and known.states[state]:
            action = random.choice(sorted(known.offered(state)))
        case, met = at(workflow, state), random.random() < 0.7
        case = ready(workflow, case, now) if met else bare(case)
        answer = after_action(workflow, case, action, now)
        if action not in known.offered(state):
            assert answer is None, f"{state} does not offer {action}"
        elif met or not known.demands(state, action):
            assert isinstance(answer, Decision), f"{state}.{action} was refused: {answer}"
            assert answer.case.state == known.leads(state, action), f"{state}.{action} led to {answer.case.state}"
            taken.add(f"{state}.{action}")
            state = answer.case.state
        else:
            assert isinstance(answer, Refusal), f"{state}.{action} was allowed, its requirements unmet"
        if not known.states[state]:
            state = random.choice([name for name, offered in known.states.items() if offered])
    return taken


@pytest.mark.parametrize("name", NAMES)
def test_every_action_leads_where_the_file_says_and_nothing_else_is_offered(name: str) -> None:
    assert list(disagreements(name, workflows()[name], at)) == []


@pytest.mark.parametrize("name", NAMES)
def test_random_walks_agree_with_the_oracle_requirements_met_or_not(name: str) -> None:
    taken = set().union(*(wander(name, workflows()[name], seed) for seed in range(20)))
    assert taken == {f"{state}.{action}" for state, known in oracle(name).states.items() for action in known}


@pytest.mark.parametrize("name", NAMES)
def test_openings_lead_where_the_file_says(name: str) -> None:
    declared = {action.name: action.to for action in workflows()[name].opening.values()}
    assert declared == oracle(name).opening


def test_the_oracle_knows_nothing_of_this_project() -> None:
    tree = ast.parse(Path(__file__).with_name("oracle.py").read_text())
    imported = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert imported == ["from __future__ import annotations", "from typing import Any", "from ruamel.yaml import YAML"]


# Negative controls: a broken engine is noticed -----------------------------------------------------------------------


def mutants(name: str) -> Iterator[tuple[str, Workflow]]:
    """The workflow with one action led astray, for every action that leads somewhere."""
    workflow = workflows()[name]
    for action in workflow.actions():
        if action.state and action.to:
            wrong = next(state for state in workflow.states if state not in (action.to, action.state))
            yield action.key, changed(workflow, replace(action, to=wrong))


def changed(workflow: Workflow, action: Action) -> Workflow:
    """The workflow with another action of that name, under a digest of its own."""
    state = workflow.states[action.state]
    state = replace(state, actions={**state.actions, action.name: action})
    return replace(workflow, digest=f"{workflow.name} {action.key}", states={**workflow.states, state.name: state})


@pytest.mark.parametrize(
    ("name", "action", "mutant"),
    [(name, action, mutant) for name in NAMES for action, mutant in mutants(name)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_action_led_astray_is_noticed(name: str, action: str, mutant: Workflow) -> None:
    state = action.partition(".")[0]
    answer = after_action(mutant, ready(mutant, at(mutant, state), NOW), action.partition(".")[2])
    assert isinstance(answer, Decision)
    assert answer.case.state != oracle(name).leads(state, action.partition(".")[2])


def lost_action() -> Workflow:
    workflow = workflows()["fair_hearing"]
    state = workflow.states["offered"]
    lost = replace(state, actions={name: action for name, action in state.actions.items() if name != "request_hearing"})
    return replace(workflow, digest="lost", states={**workflow.states, "offered": lost})


def forgotten_requirement() -> Workflow:
    workflow = workflows()["fair_hearing"]
    return changed(workflow, replace(workflow.states["offered"].actions["request_hearing"], requires=()))


@pytest.mark.parametrize("mutant", [lost_action(), forgotten_requirement()], ids=["lost", "forgotten"])
def test_the_walks_notice_a_lost_action_and_a_forgotten_requirement(mutant: Workflow) -> None:
    with pytest.raises(AssertionError, match=r"offered\.request_hearing"):
        [wander("fair_hearing", mutant, seed) for seed in range(20)]


def test_a_kernel_that_leads_astray_is_noticed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mutant = dict(mutants("fair_hearing"))["requested.schedule"]
    workflow = workflows()["fair_hearing"]
    monkeypatch.setitem(kernel._machines, workflow.digest, kernel.machine_of(mutant))
    with pytest.raises(kernel.KernelDisagrees, match=r"requested\.schedule should lead to scheduled"):
        after_action(workflow, ready(workflow, at(workflow, "requested"), NOW), "schedule")
