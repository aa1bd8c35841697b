"""Replies of a made-up registry about made-up people, and the recorded ones where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from privileging.exchange.nppes import Found, Reading, read
from privileging.identifiers import npi_fault

SHARED = Path(__file__).parents[2].parent / "shared" / "data"


def npi(base: str) -> str:
    """The number that starts with these nine digits."""
    return next(base + digit for digit in "0123456789" if npi_fault(base + digit) is None)


FIRST, SECOND = npi("100000017"), npi("200000029")
CARE: dict[str, Any] = {
    "code": "207R00000X",
    "desc": "Internal Medicine",
    "primary": True,
    "state": "OH",
    "license": "35.1",
}
HOME: dict[str, Any] = {
    "address_purpose": "LOCATION",
    "address_1": "1 INVENTED ST",
    "address_2": "",
    "city": "NOWHERE",
    "state": "OH",
    "postal_code": "440010000",
    "country_code": "US",
    "telephone_number": "555-555-0100",
}


def person(number: object = int(FIRST), **basic: object) -> dict[str, Any]:
    """A result of the registry about a made-up practitioner."""
    stated = {"first_name": "QUILLA", "last_name": "TESTFERN", "middle_name": "J.", "credential": "M.D."}
    dated = {"last_updated": "2024-02-29", "status": "A"}
    return {
        "enumeration_type": "NPI-1",
        "number": number,
        "basic": stated | dated | basic,
        "addresses": [HOME],
        "taxonomies": [CARE],
    }


def reply(*results: object, **more: object) -> bytes:
    return json.dumps({"result_count": len(results), "results": list(results)} | more).encode()


def reading(*replies: bytes) -> Reading:
    return read((f"page-{number}.json", content) for number, content in enumerate(replies, 1))


def found(result: dict[str, Any]) -> Found:
    (one,) = reading(reply(result)).found
    return one


def reasons(content: bytes) -> list[str]:
    return [reject.reason for reject in reading(content).rejects]


def recordings() -> list[tuple[str, bytes]]:
    folder = SHARED / "nppes"
    if not folder.exists():
        pytest.skip(f"needs the recorded replies: {folder} is absent")
    return [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.json"))]
