"""The demo: one office, its people, and cases that rest in every state of every workflow that is shipped.

Everything is done by the services, as people would have done it, day by day over three years: nothing is written
past them. For one ``now`` it comes out the same every time, but for what is drawn at random (salts, hashes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from privileging.canonical import instant
from privileging.definition.load import shipped, shipped_folder
from privileging.engine.calendar import ORDINALS, WEEKDAYS
from privileging.exchange.demo_people import APPLICANTS, OFFICIALS, PHYSICIANS, PLANS, VOTERS, Plan
from privileging.exchange.demo_walk import (
    Walker,
    accept,
    concern,
    do,
    do_late,
    leave_open,
    resubmit,
    screen_and_vote,
    serve,
    strike,
    submit,
    verify,
    vote,
)
from privileging.exchange.office_file import read_office
from privileging.services import door, verbs
from privileging.services.office import OfficeFile, apply_office
from privileging.services.people import Entry, enter, hash_of, open_account, person_id
from privileging.services.workflows import publish
from privileging.store.driver import Store

PASSWORD = "demo only, never real"  # every demo account's; known to the world, so a demo holds invented people only
BEGAN = 1_150  # days before now


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the demo: its name, whose it is, and what it is there to show."""

    name: str
    who: str
    what_for: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What was built. ``states`` holds every (workflow, state) in which at least one case rests."""

    accounts: tuple[Account, ...]
    password: str
    practitioners: int
    cases: int
    states: frozenset[tuple[str, str]]


def build_demo(store: Store, *, now: str | None = None) -> Demo:
    """Builds the demo in an initialised, empty store, as it would stand at ``now``.

    Publishes the shipped workflows, applies ``workflows/offices/demo.yaml``, enters the practitioners, opens accounts
    with ``PASSWORD`` and walks every case of ``PLANS``.
    """
    at = door.now_or(now)
    today = date.fromisoformat(at[:10])
    start = instant(datetime.combine(today - timedelta(days=BEGAN), time(14), UTC))
    office = demo_office()
    publish(store, shipped(), live_from=start[:10], now=start)
    apply_office(store, office, now=start)
    enter(store, [Entry(p.npi, p.name, p.record) for p in PHYSICIANS.values()], key="demo-practitioners", now=start)
    accounts = _open_accounts(store, office, start)
    walker = Walker(store, datetime.fromisoformat(start))
    _walk(walker, today, {body.name: body.meets for body in office.bodies})
    verbs.sweep(store, now=at)
    cases = tuple(walker.every())
    states = frozenset((case.workflow, case.state) for case in cases)
    return Demo(accounts, PASSWORD, len(PHYSICIANS), len(cases), states)


def demo_office() -> OfficeFile:
    """The office of the demo, as its file says."""
    path = shipped_folder() / "offices" / "demo.yaml"
    return read_office(path.read_bytes(), str(path))


def _open_accounts(store: Store, office: OfficeFile, start: str) -> tuple[Account, ...]:
    entries = {entry.name: entry for entry in office.people}
    officials = [(name, entries[name].id, entries[name].title, does) for name, does in OFFICIALS.items()]
    newest = {plan.account: plan.rests.replace("_", " ") for plan in PLANS}
    applicants = [
        (p.account, person_id(p.npi), p.name, f"practitioner; newest case: {newest[p.account]}") for p in APPLICANTS
    ]
    hashed = hash_of(PASSWORD)  # once: it is no secret, and hashing it for each would take most of the time
    for name, person, _, _ in (*officials, *applicants):
        open_account(store, name, person, PASSWORD, hashed=hashed, key=f"demo-account-{name}", now=start)
    return tuple(Account(name, who, does) for name, _, who, does in (*officials, *applicants))


# Words ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """What a word of a plan stands for, and when: so many days after the word before it.

    ``meets``: on a regular meeting of this body. ``hearing``: in the hearing that the plan's case opened.
    """

    gap: int
    verb: Callable[..., None]
    args: tuple[str, ...] = ()
    meets: str = ""
    hearing: bool = False


def _vote(body: str, action: str, verb: Callable[..., None] = screen_and_vote, gap: int = 1) -> Way:
    return Way(gap, verb, (body, action), meets=body)


def _hearing(gap: int, verb: Callable[..., None], *args: str) -> Way:
    return Way(gap, verb, args, hearing=True)


CREDENTIALS, EXECUTIVE, BOARD, PANEL = VOTERS
WAYS: Mapping[str, Way] = {
    "submit": Way(9, submit),
    "resubmit": Way(8, resubmit),
    "return": Way(4, do, ("coordinator", "return_incomplete")),
    "accept": Way(4, accept),
    "verify": Way(12, verify),
    "strike": Way(2, strike),
    "concern": Way(3, concern),
    "ask": Way(3, do, ("coordinator", "request_information")),
    "complete": Way(2, do, ("coordinator", "complete")),
    "chair": Way(6, do, ("chair", "recommend")),
    "chair_late": Way(6, do_late, ("chair", "recommend")),
    "committee": _vote(CREDENTIALS, "recommend", gap=3),
    "committee_conditions": _vote(CREDENTIALS, "recommend_with_conditions", gap=3),
    "leave_open": Way(4, leave_open, (CREDENTIALS, "recommend")),
    "executive": _vote(EXECUTIVE, "recommend"),
    "against": _vote(EXECUTIVE, "recommend_against"),
    "defer": _vote(EXECUTIVE, "defer"),
    "board": _vote(BOARD, "approve"),
    "board_stale": Way(33, vote, (BOARD, "approve")),  # screened too long ago: carried, and not executed
    "board_again": _vote(BOARD, "reappoint"),
    "board_short": _vote(BOARD, "reappoint_for_short_term"),
    "board_conditions": _vote(BOARD, "reappoint_with_conditions"),
    "deny": _vote(BOARD, "deny", vote),
    "not_renew": _vote(BOARD, "not_renew", vote, gap=14),
    "told": Way(5, serve),
    "withdraw": Way(6, do, ("applicant", "withdraw")),
    "resign": Way(10, do, ("applicant", "resign")),
    "find_ineligible": Way(5, do, ("chief", "find_ineligible")),
    "told_right": _hearing(4, serve),
    "request": _hearing(12, do, "applicant", "request_hearing"),
    "waive": _hearing(15, do, "applicant", "waive"),
    "schedule": _hearing(6, do, "coordinator", "schedule"),
    "told_date": _hearing(2, serve),
    "panel_uphold": _hearing(38, vote, PANEL, "recommend_uphold"),
    "panel_modify": _hearing(38, vote, PANEL, "recommend_modify"),
    "panel_reverse": _hearing(38, vote, PANEL, "recommend_reverse"),
    "told_report": _hearing(3, serve),
    "affirm": _hearing(12, vote, EXECUTIVE, "affirm"),
    "modify": _hearing(12, vote, EXECUTIVE, "modify"),
    "reverse": _hearing(12, vote, EXECUTIVE, "reverse"),
    "appeal": _hearing(6, do, "applicant", "appeal"),
}


# Days ----------------------------------------------------------------------------------------------------------------

Step = tuple[date, int, int, Plan, str]


def _walk(walker: Walker, today: date, meetings: Mapping[str, str]) -> None:
    """Takes every plan's words in the order of their days; on each of these days the sweeper runs first."""
    numbered = enumerate(PLANS)
    steps = sorted(step for number, plan in numbered for step in _steps(plan, number, today, meetings))
    for day, todays in groupby(steps, key=lambda step: step[0]):
        walker.begin(day)
        for _, _, _, plan, word in todays:
            _take(walker, plan, word)


def _take(walker: Walker, plan: Plan, word: str) -> None:
    if word in WAYS:
        way = WAYS[word]
        way.verb(walker, plan, walker.case(plan, way.hearing), *way.args)
    else:
        walker.open(plan, word)


def _steps(plan: Plan, number: int, today: date, meetings: Mapping[str, str]) -> Iterator[Step]:
    """The plan's words with their days, counted back from its last one; last word first."""
    day = today - timedelta(days=plan.ago)
    for place, word in reversed(list(enumerate(plan.words.split()))):
        way = WAYS.get(word)
        day = _last_meeting(meetings[way.meets], day) if way and way.meets else _last_workday(day)
        yield day, number, place, plan, word
        day -= timedelta(days=way.gap if way else 0)


def _last_workday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _last_meeting(phrase: str, day: date) -> date:
    """The regular meeting on ``day`` or before it."""
    ordinal, weekday = phrase.lower().split()
    while (ORDINALS[(day.day - 1) // 7], WEEKDAYS[day.weekday()]) != (ordinal, weekday):
        day -= timedelta(days=1)
    return day
