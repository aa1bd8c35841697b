from __future__ import annotations

import csv
from typing import Any

import pytest
from registry_replies import CARE, FIRST, HOME, SECOND, SHARED, found, person, reading, reasons, reply


def test_a_practitioner_is_read_whole() -> None:
    one = found(person())
    assert (one.npi, one.family, one.given, one.middle) == (FIRST, "Testfern", "Quilla", "J.")
    assert (one.credential, one.status, one.last_updated) == ("MD", "A", "2024-02-29")
    assert [vars_of(taxonomy) for taxonomy in one.taxonomies] == [
        ["207R00000X", "Internal Medicine", True, "OH", "35.1"]
    ]
    assert [vars_of(address) for address in one.addresses] == [list(HOME.values())]


def vars_of(entry: Any) -> list[object]:
    return [getattr(entry, name) for name in entry.__slots__]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("MCTEST", "Mctest"),
        ("O'TEST", "O'Test"),
        ("TEST-FERN LEAF", "Test-Fern Leaf"),
        ("McTest", "McTest"),
        ("van der Test", "van der Test"),
        ("  TEST \t\n FERN ", "Test Fern"),
        ("ÉTÉ", "Été"),
        ("試驗", "試驗"),
    ],
)
def test_a_name_in_capitals_is_shown_in_title_case(written: str, shown: str) -> None:
    assert found(person(last_name=written)).family == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [("M.D.", "MD"), ("M.D", "MD"), ("R.PH.", "RPH"), ("M.A., CCC-A", "MA, CCC-A"), ("--", ""), (None, "")],
)
def test_a_credential_is_shown_without_its_full_stops(written: object, shown: str) -> None:
    assert found(person(credential=written)).credential == shown


def test_a_number_may_be_a_number_or_a_text() -> None:
    as_text = person(FIRST) | {"addresses": [HOME | {"postal_code": "440010000"}]}
    as_number = person(int(FIRST)) | {"addresses": [HOME | {"postal_code": 440010000}]}
    assert found(as_text) == found(as_number)


def test_absent_and_null_lists_are_empty() -> None:
    result = person() | {"taxonomies": None}
    del result["addresses"]
    assert (found(result).taxonomies, found(result).addresses) == ((), ())


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (person() | {"enumeration_type": "NPI-2"}, "an organization, not a practitioner"),
        (person() | {"enumeration_type": "NPI-3"}, "enumeration_type 'NPI-3': must be NPI-1 or NPI-2"),
        (person() | {"enumeration_type": None}, "enumeration_type is missing"),
        (person(status="D"), "the NPI is deactivated"),
        (person(status="X"), "basic.status 'X': must be A (active)"),
        (person() | {"basic": None}, "basic is missing, as it is for a deactivated NPI"),
        (person() | {"basic": []}, "basic is missing, as it is for a deactivated NPI"),
        (person() | {"basic": "text"}, "basic must be a JSON object"),
        (person("1000000170"), f"number '1000000170': the check digit should be {FIRST[-1]}"),
        (person(True), "number must be text"),
        (person(None), "number is missing"),
        (person(first_name=""), "basic.first_name is missing"),
        (person(last_name="--"), "basic.last_name is missing"),
        (person(last_name=["TESTFERN"]), "basic.last_name must be text"),
        (
            person(last_updated="2023-02-29"),
            "basic.last_updated '2023-02-29': must be a day that exists, as in 2026-12-09",
        ),
        (
            person(last_updated="20240229"),
            "basic.last_updated '20240229': must be a day that exists, as in 2026-12-09",
        ),
        (person() | {"taxonomies": {}}, "taxonomies must be a list"),
        (person() | {"addresses": "home"}, "addresses must be a list"),
        ("text", "a result must be a JSON object"),
        (None, "a result must be a JSON object"),
    ],
)
def test_a_faulty_result_is_rejected_with_its_reason(result: object, reason: str) -> None:
    read_once = reading(reply(result))
    assert read_once.found == ()
    assert [(reject.file, reject.position, reject.reason) for reject in read_once.rejects] == [
        ("page-1.json", 1, reason)
    ]


@pytest.mark.parametrize("unclean", ["TEST\x00FERN", "TEST\ud800", "\udfffFERN"], ids=ascii)
def test_text_that_no_store_can_hold_is_refused_by_name(unclean: str) -> None:
    assert reasons(reply(person(last_name=unclean))) == [
        "basic.last_name: text may not hold a NUL byte or half of a surrogate pair"
    ]


def test_every_fault_of_a_result_is_in_its_reason() -> None:
    (reject,) = reading(reply(person(), person(SECOND, first_name=1.5, last_name="", status=None))).rejects
    assert (reject.position, reject.npi) == (2, SECOND)
    assert reject.reason.split("; ") == [
        "basic.last_name is missing",
        "basic.first_name must be text",
        "basic.status is missing",
    ]


@pytest.mark.parametrize(
    ("taxonomy", "reason"),
    [
        (
            CARE | {"code": "207R"},
            "taxonomy 2: code '207R': a NUCC code is ten capitals or digits, ending in X",
        ),
        (
            CARE | {"code": "207R00000Y"},
            "taxonomy 2: code '207R00000Y': a NUCC code is ten capitals or digits, ending in X",
        ),
        (CARE | {"code": None}, "taxonomy 2: code is missing"),
        (CARE | {"primary": "yes"}, "taxonomy 2: primary must be true or false"),
        (CARE | {"license": {}}, "taxonomy 2: license must be text"),
        ([], "taxonomy 2: code is missing"),
    ],
)
def test_a_faulty_taxonomy_is_rejected_and_the_person_stays(taxonomy: object, reason: str) -> None:
    read_once = reading(reply(person() | {"taxonomies": [CARE, taxonomy]}))
    assert [len(one.taxonomies) for one in read_once.found] == [1]
    assert [(reject.npi, reject.reason) for reject in read_once.rejects] == [(FIRST, reason)]


def test_a_faulty_address_is_rejected_and_the_person_stays() -> None:
    read_once = reading(reply(person() | {"addresses": [HOME | {"city": []}, HOME]}))
    assert [len(one.addresses) for one in read_once.found] == [1]
    assert [reject.reason for reject in read_once.rejects] == ["address 1: city must be text"]


def test_every_code_of_the_nucc_list_is_taken() -> None:
    path = SHARED / "nucc_taxonomy.csv"
    if not path.exists():
        pytest.skip(f"needs the list of codes: {path} is absent")
    with path.open(encoding="utf-8", newline="") as file:
        codes = [row["Code"] for row in csv.DictReader(file)]
    one = found(person() | {"taxonomies": [CARE | {"code": code} for code in codes]})
    assert [taxonomy.code for taxonomy in one.taxonomies] == codes
