"""The numbers that name a practitioner, and what is wrong with one. A right one may belong to nobody."""

from __future__ import annotations

import re

_NPI = re.compile(r"[0-9]{10}")
_DEA = re.compile(r"[A-Z][A-Z9][0-9]{7}")
_REGISTRANTS = "ABFGMPRX"


def npi_fault(text: str) -> str | None:
    """What is wrong with a National Provider Identifier, as a sentence; None when nothing is.

    Ten digits of ASCII and nothing else (spaces and signs are refused, not removed), the first 1 or 2, the
    last the Luhn check digit of the number behind the prefix 80840 (45 CFR 162.406).
    """
    if not _NPI.fullmatch(text):
        return "an NPI is ten digits, without spaces or signs"
    if text[0] not in "12":
        return "an NPI starts with 1 or 2"
    return _check_digit_fault(text[-1], _luhn_digit("80840" + text[:-1]))


def dea_fault(text: str) -> str | None:
    """What is wrong with a DEA registration number, as a sentence; None when nothing is.

    Two letters of either case, the first a registrant type (A, B, F, G practitioner, M mid-level, P, R
    distributor, X the former waiver), the second an initial or 9, then seven digits of which the last is the
    last digit of (d1+d3+d5) + 2(d2+d4+d6). The initial is not compared with a name: people change theirs.
    """
    upper = text.upper() if text.isascii() else text
    if not _DEA.fullmatch(upper):
        return "a DEA number is two letters (the second may be 9) and seven digits, without spaces or signs"
    if upper[0] not in _REGISTRANTS:
        return "a DEA number starts with A, B, F, G (practitioner), M (mid-level), P, R (distributor) or X"
    digits = [int(digit) for digit in upper[2:8]]
    return _check_digit_fault(upper[-1], (sum(digits[0::2]) + 2 * sum(digits[1::2])) % 10)


def _luhn_digit(digits: str) -> int:
    doubled = (2 * int(digit) for digit in digits[::-2])
    return -(sum(n // 10 + n % 10 for n in doubled) + sum(map(int, digits[-2::-2]))) % 10


def _check_digit_fault(given: str, right: int) -> str | None:
    return None if given == str(right) else f"the check digit should be {right}"
