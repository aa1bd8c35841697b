"""Whatever several people do at random, sensible or not: the history verifies, and everything follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from office import (
    ADEYEMI,
    ANSWERS,
    BRANDT,
    CHO,
    MAIN,
    MEMBERS,
    NOW,
    OFFICE,
    ORDER,
    PRACTITIONERS,
    STAFF,
    WHY,
    act,
    load,
    pdf,
    rows,
    step,
)

from privileging.canonical import instant
from privileging.engine.snapshot import dump
from privileging.engine.values import Case
from privileging.errors import PrivilegingError
from privileging.exchange.office_file import read_office
from privileging.queries import library
from privileging.queries.loading import as_event, folded
from privileging.services import people, verbs
from privileging.services.office import apply_office
from privileging.services.rebuild import rebuild
from privileging.store import history, streams, tables
from privileging.store.driver import Store, Unit

STEPS = 400
EVERYBODY = (*STAFF, *(member for members in MEMBERS.values() for member in members), *PRACTITIONERS)
SEATED = (b", {person: costa}", b", {person: evans}", b", {person: ito}", b", {person: gray}")
CHECKS = ("license", "education", "npdb", "insurance", "references", "fee", "performance", "nonsense")


class Walk:
    """People who act at random on one office, each choice drawn from one seed."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.dice, self.now = store, Random(seed), NOW
        self.cases: list[str] = []
        self.landed: dict[str, int] = {}

    def run(self) -> None:
        deeds = (
            [self.go_on] * 12
            + [self.open] * 2
            + [self.open, self.fill, self.verify, self.strike, self.do, self.do, self.move]
        )
        deeds += [self.vote, self.vote, self.close, self.recuse, self.serve, self.sweep, self.wait, self.seats]
        deeds += [self.enter, self.reopen, self.repeat]
        for _ in range(STEPS):
            deed: Callable[[], object] = self.dice.choice(deeds)
            try:
                deed()
            except PrivilegingError as error:
                self.landed[type(error).__name__] = self.landed.get(type(error).__name__, 0) + 1
            else:
                self.landed[deed.__name__] = self.landed.get(deed.__name__, 0) + 1
            self.look_around()

    def look_around(self) -> None:
        self.cases = [row[0] for row in rows(self.store, [tables.case_file])["case_file"]]

    def case(self) -> str:
        return self.dice.choice(self.cases or ["case/2026-00001"])

    def by(self, *among: str) -> Any:
        """Somebody, now; now and then late, or on a stale page."""
        who = self.dice.choice(among or EVERYBODY)
        terms: dict[str, Any] = {"now": self.now}
        if self.dice.random() < 0.1:
            terms["at"] = self.shifted(-self.dice.randint(1, 5 * 86_400))
        if self.dice.random() < 0.1:
            terms["seen"] = self.dice.randint(0, 60)
        return act(who, **terms)

    def shifted(self, seconds: int) -> str:
        return instant(datetime.fromisoformat(self.now) + timedelta(seconds=seconds))

    # What people do

    def go_on(self) -> None:
        """Somebody who may takes a case one step on."""
        case = self.case()
        known = load(self.store, case)
        who = next(name for name, npi in PRACTITIONERS.items() if known.practitioner.endswith(npi))
        if known.workflow == "initial_appointment" and known.state in ORDER[:-1]:
            step(self.store, case, known.state, who, self.now)
        else:
            self.do()

    def open(self) -> None:
        who = self.dice.choice((ADEYEMI, BRANDT, CHO))
        verbs.open_case(self.store, self.by(*STAFF), "initial_appointment", who, MAIN, action="invite")

    def reopen(self) -> None:
        who = self.dice.choice((ADEYEMI, BRANDT, CHO))
        verbs.open_case(self.store, self.by(*STAFF), "reappointment", who, MAIN)

    def fill(self) -> None:
        items = dict(self.dice.sample(sorted(ANSWERS.items()), 3))
        papers = {"photo_id": pdf(self.dice.choice("abc"))}
        verbs.record_items(self.store, self.by(), self.case(), items, documents=papers, reason="By post")

    def verify(self) -> None:
        day = self.shifted(self.dice.randint(-200, 2) * 86_400)[:10]
        outcome = self.dice.choice(("verified", "verified", "verified_with_concern", "not_verified", "odd"))
        told: Any = {"method": "letter", "verified_on": day, "outcome": outcome, "note": "See the file", "reason": "x"}
        proof = pdf("letter") if self.dice.random() < 0.5 else None
        verbs.verify(self.store, self.by(*STAFF), self.case(), self.dice.choice(CHECKS), proof=proof, **told)

    def strike(self) -> None:
        verbs.strike(self.store, self.by(*STAFF), self.case(), self.dice.randint(1, 12), "Another's")

    def action(self, case: str) -> tuple[str, dict[str, object]]:
        """An action of the case's state, and what it must state; sometimes an odd one."""
        known = load(self.store, case)
        with self.store.reading() as unit:
            workflow = library.workflow_of(unit, known.digest)
        actions = workflow.states[known.state].actions
        if not actions or self.dice.random() < 0.05:
            return "approve", {}
        action = self.dice.choice(sorted(actions.values(), key=lambda entry: entry.name))
        lines = [{"privilege": line.code} for line in known.lines]
        ends = self.shifted(self.dice.randint(-10, 800) * 86_400)[:10]
        stated = {**WHY, "conditions": "Proctored", "privileges": lines, "term_ends": ends, "hearing_on": ends}
        stated["category"] = self.dice.choice(("streamlined", "traditional"))
        return action.name, {name: stated[name] for name in action.asks}

    def do(self) -> None:
        case = self.case()
        name, facts = self.action(case)
        verbs.do(self.store, self.by(), case, name, facts=facts, reason="So it was")

    def move(self) -> None:
        case = self.case()
        name, facts = self.action(case)
        verbs.move(self.store, self.by(*sum(MEMBERS.values(), ())), case, name, facts=facts, reason="So it was")

    def vote(self) -> None:
        case = self.case()
        motion = load(self.store, case).open_motion
        choice = self.dice.choice(("for", "for", "against", "abstain"))
        verbs.vote(self.store, self.by(*sum(MEMBERS.values(), ())), case, motion.number if motion else 1, choice)

    def close(self) -> None:
        case = self.case()
        motion = load(self.store, case).open_motion
        verbs.close(self.store, self.by(*sum(MEMBERS.values(), ())), case, motion.number if motion else 1)

    def recuse(self) -> None:
        what = self.dice.choice((verbs.recuse, verbs.declare))
        what(self.store, self.by(), self.case(), self.dice.choice(sorted(MEMBERS)), "So I say")

    def serve(self) -> None:
        case = self.case()
        owed = [notice.name for notice in load(self.store, case).notices] or ["decision_notice"]
        verbs.serve(self.store, self.by("ortiz", "park"), case, self.dice.choice(owed), served_on=self.now[:10])

    def sweep(self) -> None:
        verbs.sweep(self.store, now=self.now)

    def wait(self) -> None:
        self.now = self.shifted(self.dice.randint(60, 12 * 86_400))

    def seats(self) -> None:
        text = OFFICE
        for seat in self.dice.sample(SEATED, self.dice.randint(0, 2)):
            text = text.replace(seat, b"")
        apply_office(self.store, read_office(text, "office.yaml"), now=self.now)

    def enter(self) -> None:
        entry = people.Entry(PRACTITIONERS["cho"], f"Cho {self.dice.randint(1, 3)}", {})
        people.enter(self.store, [entry], now=self.now)

    def repeat(self) -> None:
        """A key that is used for whatever comes: the same command again, or another."""
        keyed = act("ortiz", key=f"key-{self.dice.randint(1, 3)}", now=self.now)
        told: Any = {"method": "web site", "verified_on": self.now[:10]}
        verbs.verify(self.store, keyed, self.case(), self.dice.choice(CHECKS), **told)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_people_do_everything_follows_from_the_history(office: Store, seed: int) -> None:
    walk = Walk(office, seed)
    walk.run()
    assert len(walk.landed) > 15, walk.landed
    with office.reading() as unit:
        history.verify(unit)
        heads = {row[0]: row for row in rows(office, [tables.stream])["stream"]}
        for stream in heads:
            _follows(unit, stream, {name: row[2] for name, row in heads.items()}, heads[stream][6])
    derived = rows(office, tables.DERIVED)
    rebuild(office)
    assert rows(office, tables.DERIVED) == derived


def _follows(unit: Unit, stream: str, versions: dict[str, int], snapshot: str) -> None:
    """One stream: its snapshot is what its events add up to, each move was declared, all it relied on exists."""
    events = [as_event(entry) for entry in streams.read(unit, stream)]
    value = folded(stream, events)
    assert dump(value) == snapshot
    if isinstance(value, Case):
        workflow = library.workflow_of(unit, value.digest)
        for event in events:
            if event.kind in ("opened", "moved"):
                body: Any = event.body
                offered = workflow.states[body["from"]].actions if body["from"] else workflow.opening
                assert (offered[body["action"]].to or "") == body["to"]
                relied = body["relied_on"]["streams"]
                assert all(0 <= version <= versions.get(name, 0) for name, version in relied.items())
                assert {check["number"] for check in _checks(events, event.seq)} >= set(
                    body["relied_on"]["verifications"]
                )


def _checks(events: list[Any], before: int) -> list[Any]:
    return [event.body["check"] for event in events if event.kind == "verified" and event.seq < before]
