"""How a body's votes add up. Pure arithmetic: every number it used is in the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from privileging.definition.model import Share

CHOICES = ("for", "against", "abstain")


@dataclass(frozen=True, slots=True)
class VotingSeat:
    """A seat with a vote on the day of the vote. ``recused`` counts whoever may not take part, for any reason."""

    person: str
    recused: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """The result with its arithmetic. ``result``: carried, lost or no_quorum."""

    members: int
    recused: int
    present: int
    votes_for: int
    votes_against: int
    abstained: int
    quorum: str
    quorum_needed: int
    carries: str
    carries_needed: int
    result: str

    @property
    def attendance(self) -> str:
        """Who took part against how many must, in words: says nothing of how anybody voted."""
        return (
            f"{self.present} of {self.members} took part, {self.recused} recused, "
            f"{self.quorum_needed} needed ({self.quorum})"
        )

    @property
    def sentence(self) -> str:
        """The arithmetic, in words."""
        return (
            f"{self.attendance}; {self.votes_for} for, {self.votes_against} against, {self.abstained} abstained, "
            f"{self.carries_needed} needed ({self.carries}): {self.result.replace('_', ' ')}"
        )


def tally(quorum: Share, carries: Share, seats: tuple[VotingSeat, ...], votes: Mapping[str, str]) -> Tally:
    """Counts ``votes`` (person → for, against, abstain) under a body's rule merged with the action's.

    The plain form of history.md, section 6: whoever voted is present; recused members leave the base and their
    votes do not count; abstentions count for the quorum and are not votes cast. Nothing carries without a vote for.
    """
    entitled = [seat for seat in seats if not seat.recused]
    choices = [votes[seat.person] for seat in entitled if seat.person in votes]
    yes, no = choices.count("for"), choices.count("against")
    sizes = {
        "members": len(entitled),
        "eligible": len(entitled),
        "those present": len(choices),
        "votes cast": yes + no,
    }
    needed, enough = quorum.needed(sizes[quorum.base]), carries.needed(sizes[carries.base])
    decided = "carried" if yes and yes >= enough else "lost"
    return Tally(
        members=len(seats),
        recused=len(seats) - len(entitled),
        present=len(choices),
        votes_for=yes,
        votes_against=no,
        abstained=len(choices) - yes - no,
        quorum=quorum.text,
        quorum_needed=needed,
        carries=carries.text,
        carries_needed=enough,
        result=decided if choices and len(choices) >= needed else "no_quorum",
    )
