"""The phrases of the language: periods, next meetings, shares. This is their whole grammar (language.md)."""

from __future__ import annotations

import re

from privileging.definition.model import NextMeeting, Period, Share
from privileging.definition.vocabulary import BASES, UNITS
from privileging.errors import InvalidInput

MOMENT = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?"
# A century each, so that no calendar runs out of years.
LONGEST = {"hours": 876_600, "days": 36_525, "business days": 26_100, "months": 1_200, "years": 100}

_PERIOD = re.compile(rf"([0-9]{{1,6}}) ([a-z]+(?: [a-z]+)??)(?: (after|before) ({MOMENT}))?")
_MEETING = re.compile(rf"next regular meeting of ([a-z][a-z0-9_]*)(?: after ({MOMENT}))?")
_SHARE = re.compile(rf"(.+?) (?:of )?({'|'.join(BASES)})")
_PARTS = {"majority": (1, 2), "two thirds": (2, 3), "three quarters": (3, 4)}


def parse_due(text: str) -> Period | NextMeeting:
    """``30 days after adverse_notice`` or ``next regular meeting of governing_board``. InvalidInput says why not."""
    if meeting := _MEETING.fullmatch(text):
        return NextMeeting(meeting[1], meeting[2], text)
    return _period(text)


def parse_age(text: str) -> Period:
    """A period of at least one unit without a moment: ``120 days``, ``2 years``. InvalidInput says why not."""
    period = _period(text)
    if period.moment:
        raise InvalidInput({text: f"an age counts from no moment: leave {period.anchor} {period.moment} out"})
    if not period.number:
        raise InvalidInput({text: "an age must be at least 1"})
    return period


def _period(text: str) -> Period:
    found = _PERIOD.fullmatch(text)
    if not found:
        raise InvalidInput({text: f"not a period: <number> {' | '.join(UNITS)}, then after or before a moment"})
    number, unit = int(found[1]), found[2]
    unit = f"{unit}s" if number == 1 and not unit.endswith("s") else unit
    if unit not in UNITS:
        raise InvalidInput({text: f"{found[2]!r} is no unit: {', '.join(UNITS)}"})
    if number > LONGEST[unit]:
        raise InvalidInput({text: f"at most {LONGEST[unit]:,} {unit}"})
    return Period(number, unit, found[3] or "after", found[4], text)


def parse_share(text: str) -> Share:
    """``majority of votes cast``, ``50% of members``, ``all members``, ``3 members``. InvalidInput says why not."""
    found = _SHARE.fullmatch(text)
    if not found:
        raise InvalidInput({text: f"must end in what is counted: {', '.join(BASES)}"})
    part, base = found[1], found[2]
    if part == "all" and text == f"all {base}":
        return Share(base, text=text)
    if part in _PARTS and text == f"{part} of {base}":
        return Share(base, None, *_PARTS[part], beyond=part == "majority", text=text)
    if re.fullmatch(r"[1-9][0-9]?%|100%", part) and text == f"{part} of {base}":
        return Share(base, None, int(part[:-1]), 100, text=text)
    if re.fullmatch(r"[1-9][0-9]{0,3}", part) and text == f"{part} {base}":
        return Share(base, int(part), text=text)
    forms = "all …, majority of …, two thirds of …, three quarters of …, <n>% of …, <n> …"
    raise InvalidInput({text: f"not a share; one of: {forms}"})
