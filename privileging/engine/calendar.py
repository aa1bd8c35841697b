"""Day arithmetic as bylaws mean it: the facility's zone, its holidays, its bodies' regular meetings.

Day 0 is the day of the moment. A period of days ends with the last second of its last day in the facility's zone;
business days skip weekends and the facility's holidays; hours run from the instant (language.md, phrases).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from privileging.canonical import instant
from privileging.definition.model import NextMeeting, Period

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = ("first", "second", "third", "fourth", "last")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
# The second one, where a clock is set back at midnight.
_LAST_SECOND = time(23, 59, 59, 999_999, fold=1)
_YEARS = range(1900, 3000)  # outside, some zone or some period would run out of calendar


@cache
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether ``name`` is a time zone of the IANA database."""
    try:
        zone_of(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def is_day(text: object) -> bool:
    """Whether ``text`` is a day that exists, spelled ``2026-12-09``, from 1900 to 2999."""
    if not isinstance(text, str) or not _DAY.match(text):
        return False
    try:
        return date.fromisoformat(text).year in _YEARS
    except ValueError:
        return False


def is_instant(text: object) -> bool:
    """Whether ``text`` is an instant exactly as ``canonical.instant`` spells it, on a day that is one."""
    if not isinstance(text, str) or not text.endswith("Z") or not is_day(text[:10]):
        return False
    try:
        return instant(datetime.fromisoformat(text)) == text
    except ValueError:
        return False


def meeting_fault(phrase: str) -> str | None:
    """Why ``phrase`` is no meeting rule (``second Wednesday``), or None."""
    words = phrase.lower().split()
    if len(words) == 2 and words[0] in ORDINALS and words[1] in WEEKDAYS:
        return None
    return f"{phrase!r} is not '<first|second|third|fourth|last> <weekday>'"


@dataclass(frozen=True, slots=True)
class Calendar:
    """A facility's days. ``meetings`` maps a body's name to its meeting rule."""

    zone: str = "UTC"
    holidays: frozenset[str] = frozenset()
    meetings: Mapping[str, str] = field(default_factory=dict)

    def day_of(self, at: str) -> str:
        """The facility's day at an instant."""
        return datetime.fromisoformat(at).astimezone(zone_of(self.zone)).date().isoformat()

    def start_of(self, day: str) -> str:
        """The instant at which a day begins there."""
        return self._at(date.fromisoformat(day), time.min)

    def end_of(self, day: str) -> str:
        """The last second of a day there."""
        return self._at(date.fromisoformat(day), _LAST_SECOND)

    def due(self, rule: Period | NextMeeting, moment: str) -> str | None:
        """The last instant at which a thing due by ``rule`` is in time; None when no meeting is scheduled."""
        if isinstance(rule, NextMeeting):
            phrase = self.meetings.get(rule.body)
            return self.end_of(self._next_meeting(phrase, self.day_of(moment))) if phrase else None
        if rule.unit == "hours":
            return self._hours(rule, moment)
        return self.end_of(self.moved(self.day_of(moment), rule))

    def earliest(self, rule: Period | NextMeeting, moment: str) -> str | None:
        """The first instant at which a thing not allowed before ``rule`` is allowed."""
        if isinstance(rule, NextMeeting):
            phrase = self.meetings.get(rule.body)
            return self.start_of(self._next_meeting(phrase, self.day_of(moment))) if phrase else None
        if rule.unit == "hours":
            return self._hours(rule, moment)
        return self.start_of(self.moved(self.day_of(moment), rule))

    def moved(self, day: str, period: Period) -> str:
        """``day`` plus the period, or minus it when the period says ``before``."""
        sign = -1 if period.anchor == "before" else 1
        start, number = date.fromisoformat(day), sign * period.number
        if period.unit == "business days":
            return self._business(start, number).isoformat()
        if period.unit in ("months", "years"):
            return _months(start, number * (12 if period.unit == "years" else 1)).isoformat()
        days = number if period.unit == "days" else -(-number // 24)
        return (start + timedelta(days=days)).isoformat()

    def _at(self, day: date, clock: time) -> str:
        return instant(datetime.combine(day, clock, zone_of(self.zone)))

    def _hours(self, rule: Period, moment: str) -> str:
        sign = -1 if rule.anchor == "before" else 1
        return instant(datetime.fromisoformat(moment) + timedelta(hours=sign * rule.number))

    def _business(self, day: date, number: int) -> date:
        step, left = timedelta(days=1 if number >= 0 else -1), abs(number)
        while left:
            day += step
            left -= day.weekday() < 5 and day.isoformat() not in self.holidays
        return day

    def _next_meeting(self, phrase: str, day: str) -> str:
        return next(meeting for meeting in _meetings(phrase, day) if meeting > day)


def _months(day: date, number: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _meetings(phrase: str, day: str) -> Iterator[str]:
    ordinal, weekday = phrase.lower().split()
    first = date.fromisoformat(day).replace(day=1)
    while True:
        days = [first + timedelta(days=n) for n in range(monthrange(first.year, first.month)[1])]
        matching = [d for d in days if d.weekday() == WEEKDAYS.index(weekday)]
        yield matching[-1 if ordinal == "last" else ORDINALS.index(ordinal)].isoformat()
        first = _months(first, 1)
