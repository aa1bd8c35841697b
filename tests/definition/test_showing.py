from __future__ import annotations

import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from small_files import changed, small

from privileging.definition.drawing import Walk, dot, public, svg
from privileging.definition.load import load, load_sources, shipped
from privileging.definition.model import Workflow
from privileging.definition.proof import prove
from privileging.definition.table import meaning, table
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


def classes(walk: Walk) -> dict[str | None, str | None]:
    return {part.get("id"): part.get("class") for part in ElementTree.fromstring(svg(HEARING, walk)).iter()}


def test_a_walk_marks_what_was_visited_and_where_the_case_stands() -> None:
    found = classes(Walk({"offered", "offer", "requested", "offered.request_hearing"}, current="requested"))
    assert found["state-offered"] == "node state visited"
    assert found["state-requested"] == "node state visited current"
    assert found["state-scheduled"] == "node state"
    assert list(found.values()).count("edge walked") == 2


def test_a_walk_by_an_action_of_many_states_has_its_arrow() -> None:
    walked = Walk({"offered", "offer", "closed", "offered.close"}, current="closed")
    assert '"offered" -> "closed" [label="close"; weight=1; class=walked]' in dot(HEARING, walked)
    assert classes(walked)["state-closed"] == "node state final visited current"


def test_the_picture_reads_no_names_of_nodes_aloud() -> None:
    drawn = svg(HEARING)
    assert "<title>" not in drawn
    assert "<!--" not in drawn
    assert drawn.count("font-family") == 1


def test_each_verdict_says_what_it_promises() -> None:
    workflow = small()
    said = {proof.safeguard.name: meaning(proof) for proof in prove(workflow)}
    assert said["two_hands"].startswith("Attached to these acts")
    assert said["board_grants"].startswith("Proved: on no path")
    voting = workflow.states["voting"]
    given_away = replace(voting, actions={"grant": replace(voting.actions["grant"], by=("chief",))})
    broken = replace(workflow, states={**workflow.states, "voting": given_away})
    assert "Violated: there is a path" in " ".join(map(meaning, prove(broken)))


def test_in_public_words_states_of_one_wording_are_one() -> None:
    seen = public(HEARING)
    assert seen.states["closed"].title == "Closed"
    assert len(seen.states) == len({state.shown_as for state in HEARING.states.values()})
    assert '"" -> "you_may_request_a_hearing" [label=""; weight=8]' in dot(seen)
    assert '"closed" -> "closed"' not in dot(seen)


def test_in_public_words_going_on_within_one_wording_is_no_way() -> None:
    seen = public(load_sources(shipped())["initial_appointment"])
    assert list(seen.states["under_review"].actions) == ["being_verified", "withdrawn", "awaiting_decision"]
