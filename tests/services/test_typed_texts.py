"""Texts from a command line as the facts and items a definition asks for; and a case as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from office import NOW, WHY, case_in, decided, grant, invited, load, moved

from privileging.errors import DefinitionError, InvalidInput, NotFound
from privileging.exchange.text import case_text, columns, history_text
from privileging.exchange.typed import facts_from_texts, items_from_file
from privileging.queries.cases import show
from privileging.queries.history import history
from privileging.store.driver import Store


def test_all_privileges_are_those_requested(office: Store) -> None:
    case = case_in(office, "intake")
    facts = facts_from_texts(office, case, {"privileges": "all", "term_ends": "2028-03-01"})
    assert facts == grant(office, case)


def test_privileges_are_named_with_or_without_conditions(office: Store) -> None:
    case = case_in(office, "intake")
    facts = facts_from_texts(office, case, {"privileges": "colonoscopy: proctored: five cases, appendectomy"})
    assert facts["privileges"] == [
        {"privilege": "colonoscopy", "conditions": "proctored: five cases"},
        {"privilege": "appendectomy"},
    ]


def test_what_the_definition_does_not_know_stays_text(office: Store) -> None:
    assert facts_from_texts(office, invited(office), {"odd": "all"}) == {"odd": "all"}
    with pytest.raises(NotFound):
        facts_from_texts(office, "2026-99999", {})


def test_items_are_read_as_texts_and_rows(tmp_path: Path) -> None:
    path = tmp_path / "items.yaml"
    path.write_text("license_expires: 2028-01-01\nzip: 010\ndegrees: [{institution: Rush, degree: MD}]\n")
    assert items_from_file(path) == {
        "license_expires": "2028-01-01",
        "zip": "010",
        "degrees": [{"institution": "Rush", "degree": "MD"}],
    }


def test_items_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "items.yaml"
    path.write_text("a: *b")
    with pytest.raises(DefinitionError):
        items_from_file(path)
    with pytest.raises(InvalidInput, match="from"):
        items_from_file(tmp_path / "missing.yaml")


def test_a_case_as_text_says_what_is_open(office: Store) -> None:
    case = case_in(office, "committee_review")
    moved(office, case, "ruiz", "recommend")
    with office.reading() as unit:
        text = case_text(show(unit, case, now=NOW, account="bauer"))
    assert "recommend: Recommend [by vote: credentials_committee] (yours)" in text
    assert "1: recommend, moved by" in text
    assert "Stands at: Credentials committee, since 2026-03-02" in text


def test_a_case_as_text_says_what_lapsed_unnoticed(office: Store) -> None:
    case = invited(office)
    with office.reading() as unit:
        text = case_text(show(unit, case, now="2026-06-02T15:00:00.000000Z"))
    assert "Lapsed since it was last written: deem_withdrawn" in text
    assert "Ended: Deemed withdrawn; no answer in time" in text
    assert load(office, case).outcome == ""


def test_a_case_as_text_names_its_hearing(office: Store) -> None:
    case = case_in(office, "executive_review")
    decided(office, case, "executive_committee", "recommend_against", facts=WHY)
    with office.reading() as unit:
        text = case_text(show(unit, case, now=NOW))
        hearing = case_text(show(unit, f"{case}.1", now=NOW, account="adeyemi"))
        told = history_text(history(unit, case))
    assert f"{case.removeprefix('case/')}.1" in text
    assert "adverse_notice: owed since 2026-03-02" in hearing
    assert "opened case/2026-00001.1 (fair_hearing)" in told
    assert "reason: Well documented" in told


def test_every_history_reads_as_sentences(office: Store) -> None:
    case = case_in(office, "granted")
    streams = [case, "person/npi-1234567893", "person/ortiz", "facility/main", "body/main/governing_board"]
    for stream in [*streams, "workflow/fair_hearing"]:
        with office.reading() as unit:
            entries = history(unit, stream)
        assert len(history_text(entries).splitlines()) >= len(entries)


def test_columns_are_aligned() -> None:
    assert columns([("a", "long"), ("longer", "b")]) == "a       long\nlonger  b"
    assert columns([]) == ""
