"""The kernel: legal moves and nothing else. Each trap of the library it stands on, shut."""

from __future__ import annotations

import pytest
from builders import flow, workflows
from transitions import State
from walking import case_in

from privileging.definition.load import shipped
from privileging.engine import kernel
from privileging.engine.kernel import KernelDisagrees, machine_of, moved

NAMES = sorted(shipped())
INITIAL = workflows()["initial_appointment"]


@pytest.mark.parametrize("name", NAMES)
def test_there_are_the_moves_of_the_file_and_no_others(name: str) -> None:
    workflow = workflows()[name]
    declared = {(a.state, a.name, a.to) for a in workflow.actions() if a.state and a.to}
    events = machine_of(workflow).events.values()
    built = {(t.source, e.name, t.dest) for e in events for known in e.transitions.values() for t in known}
    assert built == declared


@pytest.mark.parametrize("name", NAMES)
def test_no_state_is_reached_by_its_name(name: str) -> None:
    machine = machine_of(workflows()[name])
    assert not [event for event in machine.events if event.startswith(("to_", "may_", "is_"))]
    for state in workflows()[name].states:
        assert moved(workflows()[name], next(iter(workflows()[name].states)), f"to_{state}", allowed=True) is None


@pytest.mark.parametrize(
    ("state", "action", "allowed", "target"),
    [
        ("draft", "submit", True, "intake"),
        ("draft", "submit", False, None),
        ("draft", "approve", True, None),
        ("board_review", "approve", True, "granted"),
        ("granted", "withdraw", True, None),
        ("board_review", "defer", True, None),
        ("draft", "nothing_of_the_kind", True, None),
        ("board_review", "__init__", True, None),
        ("board_review", "trigger", True, None),
    ],
)
def test_a_move_is_legal_from_its_state_and_when_it_is_allowed(
    state: str, action: str, allowed: bool, target: str | None
) -> None:
    assert moved(INITIAL, state, action, allowed=allowed) == target


def test_what_is_true_but_not_the_truth_allows_nothing() -> None:
    assert moved(INITIAL, "draft", "submit", allowed=1) is None  # type: ignore[arg-type]


def test_a_machine_is_built_once_for_each_version_and_holds_no_case() -> None:
    assert machine_of(INITIAL) is machine_of(INITIAL)
    case_in("granted")
    assert machine_of(INITIAL).models == []


def test_nothing_of_a_file_is_ever_called() -> None:
    machine = machine_of(flow(CALLS))
    assert not any((state.on_enter, state.on_exit) != ([], []) for state in machine.states.values())
    assert isinstance(machine.states["os"], State)
    assert {c.func for e in machine.events.values() for t in e.transitions["os"] for c in t.conditions} == {
        kernel._allowed
    }


CALLS = """
roles: {coordinator: {}}
opening: {begin: {by: coordinator, to: os}}
states:
  os: {actions: {getcwd: {by: coordinator, to: off}}}
  off: {final: granted}
"""


def test_a_disagreement_is_a_defect_and_stops_the_move(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kernel._machines, INITIAL.digest, machine_of(flow(CALLS)))
    with pytest.raises(KernelDisagrees, match=r"verification\.request_information should lead to awaiting_applicant"):
        case_in("verification").takes("ortiz", "request_information", reasons="x")
