"""Day arithmetic as bylaws mean it: zones, holidays, months, meetings."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from walking import after

from privileging.definition.model import Period
from privileging.definition.phrases import parse_age, parse_due
from privileging.engine.calendar import ORDINALS, WEEKDAYS, Calendar, is_day, is_instant, is_zone, meeting_fault

CHICAGO = Calendar("America/Chicago", frozenset({"2026-05-25", "2026-07-03"}), {"board": "second Wednesday"})
NOON = "T18:00:00.000000Z"
days = st.dates(date(1950, 1, 1), date(2900, 1, 1)).map(date.isoformat)


@pytest.mark.parametrize(
    ("day", "phrase", "due"),
    [
        ("2026-03-02", "0 days", "2026-03-03T05:59:59.999999Z"),
        ("2026-03-02", "1 day", "2026-03-04T05:59:59.999999Z"),
        ("2026-03-02", "30 days", "2026-04-02T04:59:59.999999Z"),
        ("2026-03-02", "10 days before opening", "2026-02-21T05:59:59.999999Z"),
        ("2026-03-06", "1 business day", "2026-03-10T04:59:59.999999Z"),
        ("2026-05-22", "1 business day", "2026-05-27T04:59:59.999999Z"),
        ("2026-05-26", "2 business days before opening", "2026-05-22T04:59:59.999999Z"),
        ("2026-05-23", "0 business days", "2026-05-24T04:59:59.999999Z"),
        ("2026-01-31", "1 month", "2026-03-01T05:59:59.999999Z"),
        ("2028-01-31", "1 month", "2028-03-01T05:59:59.999999Z"),
        ("2026-03-31", "1 month before opening", "2026-03-01T05:59:59.999999Z"),
        ("2026-10-31", "4 months", "2027-03-01T05:59:59.999999Z"),
        ("2028-02-29", "1 year", "2029-03-01T05:59:59.999999Z"),
        ("2028-02-29", "4 years", "2032-03-01T05:59:59.999999Z"),
        ("2026-12-15", "1 month", "2027-01-16T05:59:59.999999Z"),
        ("2026-03-02", "next regular meeting of board", "2026-03-12T04:59:59.999999Z"),
        ("2026-03-11", "next regular meeting of board", "2026-04-09T04:59:59.999999Z"),
        ("2026-12-31", "next regular meeting of board", "2027-01-14T05:59:59.999999Z"),
        ("2026-03-02", "next regular meeting of court", None),
    ],
)
def test_a_period_ends_with_the_last_second_of_its_last_day(day: str, phrase: str, due: str | None) -> None:
    assert CHICAGO.due(parse_due(phrase), f"{day}{NOON}") == due


@pytest.mark.parametrize(
    ("phrase", "earliest"),
    [
        ("30 days", "2026-04-01T05:00:00.000000Z"),
        ("12 hours", "2026-03-03T06:00:00.000000Z"),
        ("12 hours before opening", "2026-03-02T06:00:00.000000Z"),
        ("next regular meeting of board", "2026-03-11T05:00:00.000000Z"),
        ("next regular meeting of court", None),
    ],
)
def test_what_is_not_allowed_before_is_allowed_from_the_first_instant(phrase: str, earliest: str | None) -> None:
    assert CHICAGO.earliest(parse_due(phrase), f"2026-03-02{NOON}") == earliest


def test_hours_run_from_the_instant_through_a_change_of_clocks() -> None:
    assert CHICAGO.due(parse_due("24 hours"), "2026-03-08T06:00:00.000000Z") == "2026-03-09T06:00:00.000000Z"


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-01", 24)],
)
def test_a_day_is_as_long_as_the_clock_makes_it(day: str, hours: int) -> None:
    assert after(CHICAGO.start_of(day), hours=hours, microseconds=-1) == CHICAGO.end_of(day)


def test_a_day_whose_last_hour_comes_twice_ends_with_the_second() -> None:
    cairo = Calendar("Africa/Cairo")
    assert cairo.end_of("2026-10-29") == after(cairo.start_of("2026-10-30"), microseconds=-1)


def test_the_day_is_the_facilitys_not_greenwichs() -> None:
    assert CHICAGO.day_of("2026-03-03T05:59:59.999999Z") == "2026-03-02"
    assert Calendar("Asia/Tokyo").day_of("2026-03-02T15:00:00.000000Z") == "2026-03-03"


@pytest.mark.parametrize("zone", ["America/Chicago", "Asia/Kathmandu", "Africa/Cairo", "Pacific/Apia", "UTC"])
@given(day=days)
def test_days_follow_each_other_without_a_hole(zone: str, day: str) -> None:
    calendar, following = Calendar(zone), (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    assert is_instant(calendar.start_of(day))
    if day not in ("2011-12-29", "2011-12-30"):  # Samoa left a day out
        assert after(calendar.end_of(day), microseconds=1) == calendar.start_of(following)
        assert calendar.day_of(calendar.start_of(day)) == calendar.day_of(calendar.end_of(day)) == day


@given(days, st.integers(0, 400))
def test_business_days_there_and_back_are_never_on_a_day_off(day: str, number: int) -> None:
    there = CHICAGO.moved(day, Period(number, "business days"))
    assert number == 0 or (date.fromisoformat(there).weekday() < 5 and there not in CHICAGO.holidays)
    back = CHICAGO.moved(there, Period(number, "business days", "before"))
    assert back <= there
    assert number == 0 or date.fromisoformat(day).weekday() > 4 or day in CHICAGO.holidays or back == day


@given(days, st.integers(0, 1200))
def test_months_land_in_their_month_on_the_same_day_or_its_last(day: str, number: int) -> None:
    then = date.fromisoformat(CHICAGO.moved(day, Period(number, "months")))
    start = date.fromisoformat(day)
    assert (then.year * 12 + then.month) - (start.year * 12 + start.month) == number
    assert then.day == start.day or (then.day < start.day and (then + timedelta(days=1)).day == 1)


@given(days, st.sampled_from(ORDINALS), st.sampled_from(WEEKDAYS))
def test_a_body_meets_once_a_month_on_its_weekday(day: str, ordinal: str, weekday: str) -> None:
    calendar, rule = (
        Calendar("UTC", meetings={"board": f"{ordinal} {weekday}"}),
        parse_due("next regular meeting of board"),
    )
    met = [day]
    for _ in range(4):
        met.append((calendar.due(rule, f"{met[-1]}T12:00:00.000000Z") or "")[:10])
    dates = [date.fromisoformat(entry) for entry in met]
    assert all(WEEKDAYS[entry.weekday()] == weekday for entry in dates[1:])
    assert all(0 < (later - earlier).days <= 35 for earlier, later in pairwise(dates))
    last = ordinal == "last"
    assert all((e.day > 21) if last else (e.day - 1) // 7 == ORDINALS.index(ordinal) for e in dates[1:])


@pytest.mark.parametrize(
    ("age", "day"), [("72 hours", "2026-03-05"), ("30 hours", "2026-03-04"), ("2 days", "2026-03-04")]
)
def test_an_age_in_hours_is_whole_days_begun(age: str, day: str) -> None:
    assert CHICAGO.moved("2026-03-02", parse_age(age)) == day


@pytest.mark.parametrize("value", [None, 7, ["2026-03-02"], {}, True])
def test_what_is_no_text_is_neither_a_day_nor_an_instant(value: object) -> None:
    assert not is_day(value)
    assert not is_instant(value)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "America", "x" * 5000, "\x00"])
def test_a_zone_is_one_of_the_database(zone: str) -> None:
    assert not is_zone(zone)
    assert is_zone("America/Chicago")


@pytest.mark.parametrize("phrase", ["", "second", "fifth Monday", "second weekday", "every second Monday"])
def test_a_meeting_rule_is_an_ordinal_and_a_weekday(phrase: str) -> None:
    assert meeting_fault(phrase)
    assert meeting_fault("Second wednesday") is None
