"""How votes add up: every form of a share, as a table."""

from __future__ import annotations

import pytest

from privileging.definition.model import Share
from privileging.definition.phrases import parse_share
from privileging.engine.tally import CHOICES, VotingSeat, tally

MAJORITY = parse_share("majority of votes cast")
HALF = parse_share("50% of members")


def count(ballots: str, *, seats: int, recused: int = 0, quorum: Share = HALF, carries: Share = MAJORITY) -> str:
    """The result; one letter for each vote: f(or), a(gainst), x (abstains); the recused sit last and vote for."""
    sitting = tuple(VotingSeat(str(n), n >= seats - recused) for n in range(seats))
    meaning = dict(zip("fax", CHOICES, strict=True))
    votes = {str(n): meaning[letter] for n, letter in enumerate(ballots)}
    votes |= {str(n): "for" for n in range(seats - recused, seats)}
    return tally(quorum, carries, sitting, votes).result


@pytest.mark.parametrize(
    ("phrase", "sizes"),
    [
        ("all members", {0: 0, 1: 1, 5: 5}),
        ("majority of members", {0: 1, 1: 1, 2: 2, 3: 2, 4: 3, 5: 3}),
        ("majority of eligible", {4: 3, 5: 3}),
        ("majority of those present", {4: 3, 5: 3}),
        ("majority of votes cast", {0: 1, 4: 3, 5: 3}),
        ("two thirds of members", {1: 1, 2: 2, 3: 2, 4: 3, 6: 4, 7: 5}),
        ("three quarters of members", {1: 1, 4: 3, 5: 4, 8: 6}),
        ("50% of members", {0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3}),
        ("51% of members", {2: 2, 100: 51}),
        ("100% of members", {3: 3}),
        ("1% of members", {1: 1, 100: 1, 101: 2}),
        ("3 members", {0: 3, 5: 3}),
    ],
)
def test_a_share_says_how_many_are_enough(phrase: str, sizes: dict[int, int]) -> None:
    share = parse_share(phrase)
    assert {size: share.needed(size) for size in sizes} == sizes


@pytest.mark.parametrize(
    ("ballots", "result"),
    [
        ("fff", "carried"),
        ("ffa", "carried"),
        ("ffx", "carried"),
        ("fxx", "carried"),
        ("fa", "lost"),
        ("faa", "lost"),
        ("aaa", "lost"),
        ("xxx", "lost"),
        ("ff", "carried"),
        ("f", "no_quorum"),
        ("", "no_quorum"),
    ],
)
def test_three_members_and_a_majority_of_votes_cast(ballots: str, result: str) -> None:
    assert count(ballots, seats=3) == result


@pytest.mark.parametrize(
    ("carries", "ballots", "result"),
    [
        ("majority of members", "fffxx", "carried"),
        ("majority of members", "ffxxx", "lost"),
        ("majority of members", "ff", "no_quorum"),
        ("majority of those present", "ffx", "carried"),
        ("majority of those present", "ffxx", "lost"),
        ("two thirds of votes cast", "ffa", "carried"),
        ("two thirds of votes cast", "fffaa", "lost"),
        ("three quarters of votes cast", "fffa", "carried"),
        ("all votes cast", "fffx", "carried"),
        ("all votes cast", "fffa", "lost"),
        ("all members", "ffff", "lost"),
        ("2 votes cast", "ffaaa", "carried"),
        ("1% of votes cast", "xxx", "lost"),
    ],
)
def test_five_members_and_every_base(carries: str, ballots: str, result: str) -> None:
    assert count(ballots, seats=5, carries=parse_share(carries)) == result


@pytest.mark.parametrize(
    ("quorum", "seats", "recused", "ballots", "result"),
    [
        ("50% of members", 4, 0, "f", "no_quorum"),
        ("50% of members", 4, 2, "f", "carried"),
        ("all members", 3, 1, "ff", "carried"),
        ("majority of eligible", 5, 2, "f", "no_quorum"),
        ("3 members", 3, 1, "ff", "no_quorum"),
        ("all members", 2, 2, "", "no_quorum"),
        ("50% of members", 0, 0, "", "no_quorum"),
    ],
)
def test_the_recused_leave_the_base_and_their_votes_do_not_count(
    quorum: str, seats: int, recused: int, ballots: str, result: str
) -> None:
    assert count(ballots, seats=seats, recused=recused, quorum=parse_share(quorum)) == result


def test_the_votes_of_those_without_a_seat_do_not_count() -> None:
    found = tally(HALF, MAJORITY, (VotingSeat("a"), VotingSeat("b")), {"a": "for", "z": "against", "y": "against"})
    assert (found.result, found.present, found.votes_against) == ("carried", 1, 0)


def test_the_arithmetic_is_told_in_a_sentence() -> None:
    seats = (VotingSeat("a"), VotingSeat("b"), VotingSeat("c", recused=True))
    assert tally(HALF, MAJORITY, seats, {"a": "for", "b": "abstain"}).sentence == (
        "2 of 3 took part, 1 recused, 1 needed (50% of members); 1 for, 0 against, 1 abstained, "
        "1 needed (majority of votes cast): carried"
    )
