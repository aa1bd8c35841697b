from __future__ import annotations

import json
from dataclasses import replace

from registry_replies import CARE, FIRST, HOME, found, person, recordings

from privileging.canonical import canonical
from privileging.exchange.nppes import as_record, changes, read


def test_a_second_import_of_the_same_is_no_change() -> None:
    one = found(person())
    assert changes(json.loads(canonical(as_record(one))), one) == {}


def test_a_second_import_tells_old_and_new_in_words() -> None:
    old = found(person() | {"taxonomies": [CARE, CARE | {"state": "PA", "primary": False}]})
    moved = [CARE | {"state": "PA", "primary": False}, CARE | {"code": "208M00000X", "desc": "Hospitalist"}]
    new = found(person(last_name="TESTOAK") | {"taxonomies": moved})
    assert changes(json.loads(canonical(as_record(old))), new) == {
        "family": ("Testfern", "Testoak"),
        "taxonomies": (
            "207R00000X, Internal Medicine, primary, OH, 35.1",
            "208M00000X, Hospitalist, primary, OH, 35.1",
        ),
    }


def test_the_order_of_addresses_is_no_change() -> None:
    one = found(person() | {"addresses": [HOME, HOME | {"address_purpose": "MAILING"}]})
    assert changes(as_record(one), replace(one, addresses=one.addresses[::-1])) == {}


def test_against_no_record_everything_is_new() -> None:
    told = changes({"taxonomies": "none", "addresses": [1]}, found(person()))
    assert told["npi"] == ("", FIRST)
    assert told["addresses"] == ("", ", ".join(value for value in HOME.values() if value))


def test_recorded_replies_read_again_are_no_change() -> None:
    for one in read(recordings()).found:
        assert changes(json.loads(canonical(as_record(one))), one) == {}
