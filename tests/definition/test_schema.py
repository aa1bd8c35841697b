from __future__ import annotations

import pytest
from small_files import changed, refused, small

from privileging.definition.build import titled
from privileging.definition.load import load
from privileging.definition.model import Item
from privileging.errors import DefinitionError

NAMES = "must be a name"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 1", "versoin: 1", "versoin: no such key here; there are: actions, application"),
        ("version: 1", "title: x", "version: is missing"),
        ("version: 1", "version: one", "version: must be a whole number"),
        ("version: 1", "version: [1]", "version: must be a whole number"),
        ("version: 1", "version: 0", "version: must be a whole number"),
        ("version: 1", "about: privilege\nversion: 1", "about: no such key here"),
        ("governed_by: sample", "governed_by: [a]", "governed_by: must be a text"),
        ("governed_by: sample", "governed_by: ' '", "governed_by: is empty"),
        ("governed_by: sample", f"governed_by: {'x' * 1001}", "governed_by: is longer than 1,000"),
        ("applicant: {of: case}", "Applicant: {of: case}", "roles.Applicant: not a name"),
        ("applicant: {of: case}", "applicant: {of: ward}", "roles.applicant.of: must be facility, department or case"),
        ("applicant: {of: case}", "applicant: case", "roles.applicant: must be a map of keys"),
        ("coordinator: {}", "coordinator: {seats: 1}", "roles.coordinator.seats: no such key here; there are: of"),
        ("quorum: 50% of members", "quorum: 50% of chairs", "bodies.board.quorum: 50% of chairs: must end in"),
        ("quorum: 50% of members", "quorum: [50%]", "bodies.board.quorum: must be a phrase"),
        ("of votes cast, cite: sample", "of votes cast", "bodies.board.cite: is missing"),
        (
            "kind: text, required: true",
            "kind: text, required: yes",
            "application.number.required: must be true or false",
        ),
        ("{choice: ['yes', 'no']}", "{choice: {a: b}}", "certified.kind.choice: a parameter is a text, or a list"),
        ("{choice: ['yes', 'no']}", "{choice: []}", "certified.kind.choice: a parameter is a text, or a list"),
        ("{choice: ['yes', 'no']}", "{choice: ['yes', 'No']}", f"kind.choice.1: {NAMES}"),
        ("{choice: ['yes', 'no']}", "{choice: x, list: y}", "certified.kind: an item is a name, or one name"),
        ("{choice: ['yes', 'no']}", "[text]", f"certified.kind: {NAMES}"),
        ("reasons: text", "reasons: {found: {owed: x}}", "facts.reasons.found: a parameter is"),
        ("fresh_for: 120 days", "fresh_for: 120 days after opening", "verifications.license.fresh_for: 120 days after"),
        ("by: [coordinator, chief]", "by: []", "verifications.npdb.by: an empty list"),
        ("by: [coordinator, chief]", "by: [chief, chief]", "verifications.npdb.by.1: stands twice"),
        ("by: [coordinator, chief]", "by: [chief, [x]]", f"verifications.npdb.by.1: {NAMES}"),
        ("at_least: 2, ", "at_least: few, ", "verifications.npdb.at_least: must be a whole number"),
        ("from: chief, to: applicant", "to: applicant", "notices.decision.from: is missing"),
        ("  apply: {by: applicant, to: draft}", "  {}", "opening: must name at least one"),
        ("  apply: {by: applicant, to: draft}", "  - x", "opening: must be a map of names"),
        ("{by: chief, to: voting,", "{by: chief, to: {level: {low: voting}},", "to: a target that the rules choose"),
        ("{due: 30 days, then", "{due: soon, then", "states.draft.deadlines.answer.due: soon: not a period"),
        (
            "unless: {already: hold}, cite: sample",
            "unless: {already: hold}",
            "review.deadlines.report.cite: is missing",
        ),
        ("[submit, recommend], cite: sample", "[submit, recommend]", "safeguards.two_hands.cite: is missing"),
        (
            "[submit, recommend], cite",
            "[Submit, a.b.c], cite",
            "two_hands.never_one_person.0: must be a name, or state",
        ),
        ("never_one_person: [submit, recommend]", "never_one_person: submit, never: draft", "needs one of never and"),
        ("never_one_person: [submit, recommend]", "at_most_once: [submit]", "two_hands.at_most_once: no such key"),
        ("never_one_person: [submit, recommend]", "never: draft", "two_hands: never needs one of except_by"),
        ("except_by: board,", "except_by: board, unless: verifications_current,", "board_grants: never needs one of"),
        ("except_by: board,", "except_by: board, since: opening,", "board_grants: since belongs to without"),
        ("never_one_person: [submit, recommend]", "never_one_person: submit, unless: x", "takes no exception"),
    ],
)
def test_another_shape_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    text = changed(old, new)
    assert any(said in line for line in refused(text)), refused(text)


def test_every_problem_of_shape_is_said_at_once_with_its_line() -> None:
    text = changed("version: 1", "version: x", changed("coordinator: {}", "coordinator: {a: b}"))
    lines = [line.split(": ")[0] for line in refused(text)]
    assert lines == [f"small.yaml:{1 + text[: text.index(part)].count(chr(10))}" for part in ("version", "coordinator")]


def test_a_title_defaults_to_the_name() -> None:
    assert titled("credentials_committee") == "Credentials committee"
    assert small().states["review"].title == "Review"
    assert (
        small(changed("shown_as: With", "title: At the board\n    shown_as: With")).states["voting"].title
        == "At the board"
    )


def test_one_name_and_a_list_of_one_say_the_same() -> None:
    assert small().facts["level"] == Item("rising", (Item("low"), Item("high")))
    assert small().states["review"].actions["hold"].asks == ("reasons",)
    assert small().notices["decision"].by == ("chief",)


def test_shared_actions_stand_in_every_state_that_names_them() -> None:
    states = small().states
    assert list(states["draft"].actions) == ["submit", "withdraw", "lapse"]
    assert states["hearing"].actions["withdraw"].key == "hearing.withdraw"
    assert states["voting"].shown_as == "With the board"


def test_a_path_rule_counts_from_the_opening_unless_it_says_otherwise() -> None:
    text = changed("without: review.recommend, since: [opening, draft]", "without: review.recommend")
    assert small(text).safeguards["recommended"].since == ("opening",)


def test_a_file_that_is_no_workflow_is_refused() -> None:
    with pytest.raises(DefinitionError, match="no such key here"):
        load(b"_schema: 1\n", "f.yaml")
