from __future__ import annotations

from dataclasses import replace

import pytest
from small_files import changed, refused, small

from privileging.definition.graph import START
from privileging.definition.load import load, shipped
from privileging.definition.model import Item, Workflow
from privileging.definition.proof import PROVED, Proof, discharged, prove, recheck
from privileging.errors import DefinitionError

STATES = """
workflow: path
version: 1
governed_by: sample
roles: {clerk: {}, chief: {}}
notices:
  letter: {from: chief, to: clerk, sent_by: mail, says: x, cite: sample}
opening:
  begin: {by: clerk, to: a}
  jump: {by: chief, to: b}
states:
  a: {actions: {look: {by: clerk}, go: {by: clerk, to: b}, leave: {by: clerk, to: done}}}
  b:
    does: {serve: letter}
    actions:
      again: {by: clerk, to: a}
      end: {by: [clerk, chief], to: done, does: {notify: chief}}
  done: {final: closed}
safeguards:
  rule: {RULE, cite: sample}
"""


def ruled(rule: str) -> list[str]:
    """Nothing if the rule is proved, else what is said about it."""
    try:
        small(STATES.replace("RULE", rule))
    except DefinitionError as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize(
    "rule",
    [
        "never: done, except_by: [clerk, chief]",
        "never: a, except_by: clerk",
        "never: b.end, without: b, since: opening",
        "never: end, without: [go, jump]",
        "never: notify, without: b",
        "never: again, without: b, since: done",
        "never: b.end, without: jump, since: done",
        "never: end, without: b, since: [opening, a]",
        "never: look, without: [begin, again]",
        "never: done, without: opening, since: [opening, done]",
        "never_one_person: [go, end]",
    ],
)
def test_a_rule_that_every_path_keeps_is_proved(rule: str) -> None:
    assert ruled(rule) == []


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("never: done, except_by: clerk", "jump > b.end"),
        ("never: go, except_by: chief", "begin > a.go"),
        ("never: a.look, except_by: chief", "begin > a.look"),
        ("never: letter, except_by: clerk", "jump"),
        ("never: serve, except_by: clerk", "jump"),
        ("never: notify, except_by: clerk", "jump > b.end"),
        ("never: begin, except_by: chief", "begin"),
        ("never: done, unless: verifications_current", "begin > a.leave"),
        ("never: end, without: again", "jump > b.end"),
        ("never: done, without: go", "begin > a.leave"),
        ("never: b, without: go", "jump"),
        ("never: letter, without: b", "jump"),
        ("never: jump, without: jump", "jump"),
        ("never: end, without: [go, jump], since: [opening, b]", "jump > b.end"),
        ("never: end, without: [look, jump], since: [opening, go]", "begin > a.go > b.end"),
        ("never: done, without: [go, jump], since: again", "jump > b.again > a.leave"),
        ("never: leave, without: jump, since: a", "begin > a.leave"),
        ("never: b, without: look, since: look", "begin > a.look > a.go"),
    ],
)
def test_a_rule_that_a_path_breaks_is_refused_with_the_shortest(rule: str, path: str) -> None:
    assert [line for line in ruled(rule) if "VIOLATED" in line and line.endswith(f"path: {path}")], ruled(rule)


def test_a_violation_stands_at_the_line_of_its_safeguard() -> None:
    [line] = refused(changed("to: denied}\n      wait", "to: granted}\n      wait", GRANTED_BY_SILENCE))
    number = 1 + GRANTED_BY_SILENCE[: GRANTED_BY_SILENCE.index("  board_grants")].count("\n")
    assert line.startswith(f"small.yaml:{number}: safeguards.board_grants: VIOLATED")
    assert line.endswith("path: apply > draft.submit > review.recommend > voting.tire")


GRANTED_BY_SILENCE = changed(
    "never: [granted, decision], unless: [verifications_current, {verified: npdb}]",
    "never: grant, unless: [verifications_current, {verified: npdb}]",
    changed(
        "never: grant_privileges, except_by",
        "never: granted, except_by",
        changed("does: [grant_privileges, ", "does: ["),
    ),
)


def test_an_order_of_acts_may_be_required_but_not_undone() -> None:
    wrong = changed("{by: chief, to: draft, does", "{by: chief, to: voting, does")
    assert any(line.endswith("path: apply > draft.submit > review.send_back > voting.grant") for line in refused(wrong))


def verified(*names: str) -> Item:
    return Item("verified", tuple(Item(name) for name in names))


def any_of(*items: Item) -> Item:
    return Item("any_of", items)


CURRENT, READY = Item("verifications_current"), Item("application_complete")


@pytest.mark.parametrize(
    ("required", "wanted", "implied"),
    [
        ([READY], [READY], True),
        ([READY], [CURRENT], False),
        ([], [READY], False),
        ([READY, CURRENT], [READY, CURRENT], True),
        ([READY], [READY, CURRENT], False),
        ([CURRENT], [verified("a", "b")], True),
        ([verified("a", "b")], [verified("a")], True),
        ([verified("a", "b")], [Item("verified", "b")], True),
        ([verified("a")], [verified("a", "b")], False),
        ([verified("a"), verified("b")], [verified("a", "b")], True),
        ([verified("a", "b")], [CURRENT], False),
        ([Item("not_yet", "x")], [Item("already", "x")], False),
        ([Item("already", "x")], [Item("already", "x")], True),
        ([Item("already", "x")], [Item("already", "y")], False),
        ([any_of(CURRENT, verified("a", "b"))], [verified("a")], True),
        ([any_of(CURRENT, READY)], [verified("a")], False),
        ([READY], [any_of(CURRENT, READY)], True),
        ([any_of(READY, CURRENT)], [any_of(CURRENT, READY)], True),
        ([verified("a")], [any_of(CURRENT, READY)], False),
    ],
)
def test_a_requirement_discharges_only_what_it_implies(required: list[Item], wanted: list[Item], implied: bool) -> None:
    assert discharged(tuple(required), tuple(wanted)) is implied


def all_shipped() -> list[Workflow]:
    family: dict[str, Workflow] = {}
    for name, source in shipped().items():
        family[name] = load(source, f"{name}.yaml", family)
    return list(family.values())


@pytest.mark.parametrize("workflow", [*all_shipped(), small()], ids=lambda workflow: workflow.name)
def test_every_certificate_stands_without_the_search(workflow: Workflow) -> None:
    assert all(proof.status == PROVED and recheck(workflow, proof) for proof in prove(workflow))


def certificate(name: str) -> Proof:
    return next(proof for proof in prove(small()) if proof.safeguard.name == name)


@pytest.mark.parametrize("name", ["board_grants", "current", "recommended"])
def test_a_certificate_with_a_hole_does_not_stand(name: str) -> None:
    proof = certificate(name)
    for node in proof.reached:
        assert not recheck(small(), replace(proof, reached=proof.reached - {node}))


def test_a_certificate_of_another_rule_does_not_stand() -> None:
    proof = certificate("board_grants")
    broken = replace(proof.safeguard, except_by=("chief",))
    assert not recheck(small(), replace(proof, safeguard=broken))
    assert not recheck(small(), replace(certificate("two_hands"), status="VIOLATED"))


def test_what_satisfies_is_remembered_beside_the_state() -> None:
    assert (START, False) in certificate("recommended").reached
    assert {("voting", True), ("review", False)} <= certificate("recommended").reached
    assert ("voting", False) not in certificate("recommended").reached


def test_unreachable_edges_do_not_count() -> None:
    workflow = small()
    lonely = replace(workflow.states["voting"].actions["grant"], by=("chief",), state="nowhere")
    state = replace(workflow.states["withdrawn"], name="nowhere", actions={"grant": lonely})
    proofs = prove(replace(workflow, states={**workflow.states, "nowhere": state}))
    assert {proof.status for proof in proofs} == {PROVED}
