from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privileging.identifiers import dea_fault, npi_fault

CASES = Path(__file__).parents[1].parent / "shared" / "data" / "npi_dea_cases.csv"

Fault = Callable[[str], str | None]

NPI_SHAPE = "an NPI is ten digits, without spaces or signs"
DEA_SHAPE = "a DEA number is two letters (the second may be 9) and seven digits, without spaces or signs"
DEA_LETTER = "a DEA number starts with A, B, F, G (practitioner), M (mid-level), P, R (distributor) or X"


def collected(kind: str) -> list[dict[str, str]]:
    if not CASES.exists():
        pytest.skip(f"needs the collected cases: {CASES} is absent")
    with CASES.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == kind]


def judged(row: dict[str, str], fault: Fault) -> str:
    return "invalid" if fault(row["value"].replace("\\n", "\n")) else "valid"


@pytest.mark.parametrize(("kind", "fault"), [("npi", npi_fault), ("dea", dea_fault)])
def test_every_collected_case_is_judged_as_its_source_does(kind: str, fault: Fault) -> None:
    rows = [row for row in collected(kind) if not row["note"].startswith("checksum only")]
    assert len(rows) > 50
    assert [row for row in rows if judged(row, fault) != row["expected"]] == []


def test_a_collected_number_of_which_only_the_checksum_holds_is_refused() -> None:
    rows = [row for row in collected("npi") if row["note"].startswith("checksum only")]
    assert {npi_fault(row["value"]) for row in rows} == {"an NPI starts with 1 or 2"}


def test_a_collected_card_number_is_judged_behind_its_prefix() -> None:
    rows = collected("npi-with-80840-prefix")
    assert [row for row in rows if judged(row, lambda card: npi_fault(card[5:])) != row["expected"]] == []


def test_collected_punctuation_is_refused_not_removed() -> None:
    assert {npi_fault(row["value"]) for row in collected("npi-lenient")} == {NPI_SHAPE}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1234567893", None),
        ("2000000002", None),
        ("1234567890", "the check digit should be 3"),
        ("1234567983", "the check digit should be 4"),
        ("3234567890", "an NPI starts with 1 or 2"),
        ("0000000000", "an NPI starts with 1 or 2"),
        ("", NPI_SHAPE),
        ("123456789", NPI_SHAPE),
        ("12345678930", NPI_SHAPE),
        ("1234567893\n", NPI_SHAPE),
        (" 1234567893", NPI_SHAPE),
        ("+123456789", NPI_SHAPE),
        ("１２３４５６７８９３", NPI_SHAPE),
        ("²234567893", NPI_SHAPE),
        ("12345\x0067893", NPI_SHAPE),
    ],
)
def test_an_npi_is_right_or_says_what_is_wrong(text: str, fault: str | None) -> None:
    assert npi_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("AP5836727", None),
        ("F91234563", None),
        ("ab1234563", None),
        ("XB1234563", None),
        ("AB4523763", "the check digit should be 1"),
        ("AB1234569", "the check digit should be 3"),
        ("ZB1234563", DEA_LETTER),
        ("9B1234563", DEA_SHAPE),
        ("A81234563", DEA_SHAPE),
        ("AB123456", DEA_SHAPE),
        ("AB1234563\n", DEA_SHAPE),
        ("AB١234563", DEA_SHAPE),
        ("ßB1234563", DEA_SHAPE),
        ("ﬀ1234563", DEA_SHAPE),
        ("", DEA_SHAPE),
    ],
)
def test_a_dea_number_is_right_or_says_what_is_wrong(text: str, fault: str | None) -> None:
    assert dea_fault(text) == fault


@given(st.from_regex(r"\A[12][0-9]{8}\Z"))
def test_of_ten_last_digits_one_is_right_and_every_fault_names_it(base: str) -> None:
    faults = {digit: npi_fault(base + digit) for digit in "0123456789"}
    (right,) = [digit for digit, fault in faults.items() if fault is None]
    assert {fault for fault in faults.values() if fault} == {f"the check digit should be {right}"}


@given(st.text())
def test_no_text_is_too_strange_to_be_judged(text: str) -> None:
    assert npi_fault(text) != ""
    assert dea_fault(text) != ""
