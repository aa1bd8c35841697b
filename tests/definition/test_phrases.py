from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privileging.definition.model import NextMeeting, Period, Share
from privileging.definition.phrases import LONGEST, parse_age, parse_due, parse_share
from privileging.definition.vocabulary import BASES
from privileging.errors import InvalidInput

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}(\.[a-z][a-z0-9_]{0,8})?", fullmatch=True)


@given(st.sampled_from(sorted(LONGEST)), st.integers(0, 100), st.sampled_from(["after", "before"]), NAMES)
def test_a_period_means_what_it_spells(unit: str, number: int, anchor: str, moment: str) -> None:
    text = f"{number} {unit} {anchor} {moment}"
    assert parse_due(text) == Period(number, unit, anchor, moment, text)


@given(st.sampled_from(sorted(LONGEST)), st.integers(1, 100))
def test_an_age_means_what_it_spells(unit: str, number: int) -> None:
    age = parse_age(f"{number} {unit}")
    assert age == Period(number, unit, text=f"{number} {unit}")
    assert parse_age(age.text) == age


def test_one_of_a_unit_may_be_spelled_in_the_singular() -> None:
    assert parse_age("1 year").unit == "years"
    assert parse_age("1 business day").unit == "business days"


@pytest.mark.parametrize(
    ("text", "meeting"),
    [
        ("next regular meeting of board", NextMeeting("board", None, "next regular meeting of board")),
        (
            "next regular meeting of board after review.submit",
            NextMeeting("board", "review.submit", "next regular meeting of board after review.submit"),
        ),
    ],
)
def test_a_next_meeting_names_its_body_and_moment(text: str, meeting: NextMeeting) -> None:
    assert parse_due(text) == meeting


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("all members", Share("members")),
        ("majority of votes cast", Share("votes cast", None, 1, 2, True)),
        ("two thirds of eligible", Share("eligible", None, 2, 3)),
        ("three quarters of those present", Share("those present", None, 3, 4)),
        ("50% of members", Share("members", None, 50, 100)),
        ("100% of members", Share("members", None, 100, 100)),
        ("3 those present", Share("those present", 3)),
    ],
)
def test_a_share_means_what_it_spells(text: str, share: Share) -> None:
    found = parse_share(text)
    assert found.text == text
    assert [found.needed(size) for size in range(20)] == [share.needed(size) for size in range(20)]
    assert (found.base, found.count) == (share.base, share.count)


@given(st.integers(1, 99), st.sampled_from(BASES))
def test_a_percentage_is_reached_and_a_number_is_fixed(number: int, base: str) -> None:
    assert parse_share(f"{number}% of {base}") == Share(base, None, number, 100, text=f"{number}% of {base}")
    assert parse_share(f"{number} {base}") == Share(base, number, text=f"{number} {base}")


@pytest.mark.parametrize(
    ("parse", "text", "said"),
    [
        (parse_due, "soon", "not a period"),
        (parse_due, "30 fortnights", "'fortnights' is no unit"),
        (parse_due, "2 day", "'day' is no unit"),
        (parse_due, "30 days since entry", "not a period"),
        (parse_due, "030303030 days", "not a period"),
        (parse_due, "101 years", "at most 100 years"),
        (parse_due, "next regular meeting", "not a period"),
        (parse_age, "0 days", "at least 1"),
        (parse_age, "2 years after opening", "leave after opening out"),
        (parse_share, "half", "must end in what is counted"),
        (parse_share, "all of members", "not a share"),
        (parse_share, "majority members", "not a share"),
        (parse_share, "0 members", "not a share"),
        (parse_share, "101% of members", "not a share"),
        (parse_share, "50% members", "not a share"),
        (parse_share, "3 of members", "not a share"),
    ],
)
def test_another_phrase_is_refused_with_the_reason(parse: type, text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        parse(text)


@given(st.text(max_size=40))
def test_any_text_is_a_phrase_or_refused(text: str) -> None:
    for parse in (parse_due, parse_age, parse_share):
        try:
            assert parse(text).text == text
        except InvalidInput:
            continue
