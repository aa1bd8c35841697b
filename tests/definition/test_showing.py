from __future__ import annotations

import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from small_files import changed, small

from privileging.definition.drawing import dot, svg
from privileging.definition.load import load, shipped
from privileging.definition.model import Workflow
from privileging.definition.table import table
from privileging.errors import NotFound

HEARING = load(shipped()["fair_hearing"], "fair_hearing.yaml")


def lines(workflow: Workflow) -> list[str]:
    return [" ".join(line.split()) for line in table(workflow).splitlines()]


@pytest.mark.parametrize(
    "line",
    [
        "Small (small, version 1)",
        "Governed by sample",
        "chief of the facility substitute: coordinator",
        "board quorum 50% of members carries majority of votes cast [sample]",
        "apply applicant -> draft",
        "granted: Granted (ends: granted)",
        "does serve: decision",
        "hold coordinator -> (stays) states reasons",
        "tire board or clock -> denied",
        "refuse board -> hearing states reasons; quorum all members",
        "send_back chief -> draft does notify: [board, chief]",
        "by the clock answer 30 days then lapse; tells coordinator [sample]",
        "by the clock report 10 business days after submit guidance; unless already: hold [sample]",
        "Deadlines of the whole case",
        "PROVED board_grants never grant_privileges, except by board [sample]",
        "PROVED current never granted or decision, unless verifications_current and verified: npdb [sample]",
        "PROVED recommended never voting.grant, without review.recommend since opening or draft [sample]",
        "ATTACHED two_hands never one person: submit, recommend [sample]",
    ],
)
def test_the_table_says_who_may_do_what_and_what_is_proved(line: str) -> None:
    assert line in lines(small())


def test_a_workflow_without_bodies_or_whole_deadlines_shows_none() -> None:
    child = load(shipped()["fair_hearing"], "f")
    assert "Deadlines of the whole case" not in table(child)


def test_a_violation_shows_its_path() -> None:
    workflow = small()
    voting = workflow.states["voting"]
    given_away = replace(voting, actions={"grant": replace(voting.actions["grant"], by=("chief",))})
    shown = lines(replace(workflow, states={**workflow.states, "voting": given_away}))
    assert any(line.startswith("VIOLATED board_grants") and line.endswith("voting.grant") for line in shown)


def test_the_picture_is_one_svg_element_without_style_or_script() -> None:
    drawn = svg(HEARING)
    root = ElementTree.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert not [part for part in root.iter() if "style" in part.attrib or part.tag.endswith(("style", "script"))]


def test_every_state_has_its_id_and_final_ones_their_class() -> None:
    parts = {part.get("id"): part.get("class") for part in ElementTree.fromstring(svg(HEARING)).iter()}
    assert {f"state-{name}" for name in HEARING.states} <= parts.keys()
    assert parts["state-waived"] == "node state final"
    assert parts["state-offered"] == "node state"


def test_an_action_of_many_states_is_written_into_the_boxes() -> None:
    assert "or: close" in dot(HEARING)
    assert "by: close" in dot(HEARING)
    assert '"offered" -> "closed"' not in dot(HEARING)


def test_titles_are_text_whatever_they_hold() -> None:
    title = """title: '<b>"\\N' \n    shown_as"""
    drawn = svg(small(changed("shown_as", title)))
    assert '<b>"\\N' in [part.text for part in ElementTree.fromstring(drawn).iter()]


def test_what_only_the_clock_does_is_dashed() -> None:
    assert '[label="lapse"; weight=1; style=dashed]' in dot(
        small(changed("    also: [withdraw, lapse]", "    also: lapse"))
    )


def test_without_pygraphviz_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(NotFound, match=r"pip install 'privileging\[diagrams\]'"):
        svg(HEARING)
