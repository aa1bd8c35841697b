"""Random people who work at a case of a shipped workflow, sensibly or not, through ``decide`` only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from builders import BODIES, LONG_AGO, MAIN, NOW, Office, person, workflows
from walking import Walk, after, answers

from privileging.definition.load import shipped
from privileging.definition.model import Action
from privileging.engine.values import Appointment, Decision, Person, Seat

NAMES = tuple(sorted(shipped()))
ROLES = ("coordinator", "coordinator", "department_chair@surgery", "department_chair@medicine", "chief_of_staff")
HANDS = tuple(f"p{number}" for number in range(9))
OPENER = "case/2025-00001"


@dataclass
class Stroll:
    """A case that random people work at. ``walk`` holds what came of it; ``refusals`` counts what did not."""

    random: Random
    walk: Walk
    refusals: int = 0

    def tries(self, actor: str, kind: str, **args: object) -> bool:
        answer = self.walk.ask(actor, kind, **args)
        if not isinstance(answer, Decision):
            self.refusals += 1
            return False
        self.walk.case, self.walk.follow_ups = answer.case, answer.follow_ups
        self.walk.events += answer.events
        return True

    def anyone(self) -> str:
        return self.random.choice((*HANDS, "adeyemi"))

    def somebody(self, kind: str, **args: object) -> None:
        """Everybody tries, in no order, until somebody may."""
        everybody = self.random.sample((*HANDS, "adeyemi"), len(HANDS) + 1)
        any(self.tries(name, kind, **args) for name in everybody)

    def step(self) -> None:
        """One thing somebody does, sensible or not; sometimes nothing but time."""
        self.walk.wait(hours=self.random.choices((1, 30, 24 * 8, 24 * 40), (6, 4, 2, 0.2))[0])
        self.random.choices((self.apply, self.verify, self.act, self.ballot, self.other), (3, 4, 5, 9, 2))[0]()

    def apply(self) -> None:
        who = self.random.choice(("adeyemi", "adeyemi", self.anyone()))
        self.tries(who, "record_items", items=answers(self.walk.workflow), reason="typed in")
        self.tries(who, "request_privileges", form="general_surgery", reason="typed in")
        self.tries("adeyemi", "attest", statement="true")
        self.somebody("do", action=self.random.choice(("submit", "resubmit")), facts={})

    def verify(self) -> None:
        day = self.walk.now[:10]
        for wanted in self.walk.workflow.verifications.values():
            told = {"name": wanted.name, "method": (*wanted.accept, "web")[0], "verified_on": day}
            for _ in range(wanted.at_least):
                self.somebody("verify", outcome="verified", **told)
        for owed in self.walk.case.notices:
            self.somebody("serve", name=owed.name, served_on=day)

    def act(self) -> None:
        action = self.chosen()
        if not action or "opener" in action.by:
            self.random.random() < 0.1 and self.tries(OPENER, "shut")
            return
        waited = next((child for child in self.walk.case.children if child.workflow in action.by), None)
        if waited:
            self.tries(waited.case, "answer", outcome=action.name)
        self.somebody("do", action=action.name, facts=self.facts(action))

    def chosen(self) -> Action | None:
        """An action of the state; the ways out are taken seldom, or no case would get far."""
        actions = list(self.walk.workflow.states[self.walk.case.state].actions.values())
        states = self.walk.workflow.states
        far = [a for a in actions if not a.to or states[a.to].final in (None, "granted", "denied", "not_renewed")]
        return self.random.choice(far if far and self.random.random() < 0.93 else actions) if actions else None

    def facts(self, action: Action) -> dict[str, object]:
        known = {
            "privileges": [{"privilege": line.code} for line in self.walk.case.lines],
            "term_ends": after(self.walk.now, days=self.random.choice((200, 360, 800)))[:10],
            "category": self.random.choice(("streamlined", "traditional")),
            "hearing_on": after(self.walk.now, days=self.random.choice((0, 35)))[:10],
        }
        return {name: known.get(name, "because") for name in action.asks}

    def ballot(self) -> None:
        if not self.walk.case.open_motion and (action := self.chosen()):
            self.somebody("move", action=action.name, facts=self.facts(action))
        if motion := self.walk.case.open_motion:
            for name in self.random.sample(HANDS, len(HANDS)):
                choice = self.random.choices(("for", "against", "abstain"), (8, 1, 1))[0]
                self.tries(name, "vote", motion=motion.number, choice=choice)
            self.random.random() < 0.1 and self.tries(self.anyone(), "recuse", body=motion.body, reason="kin")
            self.somebody("close", motion=motion.number)

    def other(self) -> None:
        self.tries(self.anyone(), "strike", number=self.random.randint(0, 12), reason="mistyped")
        self.tries("clock", "lapse")
        self.tries(self.anyone(), "do", action="granted", facts={}, reason="please")


def office(random: Random) -> Office:
    """Nine people and the practitioner, who hold roles and seats at random: also several, also where they may not."""
    people = [person("adeyemi", *random.sample(ROLES, random.randint(0, 1)))]
    people += [person(name, *random.sample(ROLES, random.randint(0, 3))) for name in HANDS]
    term = Appointment(MAIN.id, "case/2024-1", "2024-09-01", after(NOW, days=random.choice((60, 400, 500)))[:10])
    people[0] = replace(people[0], appointments=(term,))
    bodies = {
        name: replace(known, seats=tuple(seated(random, people, random.randint(1, 5))))
        for name, known in BODIES.items()
    }
    return Office(people=tuple(people), bodies=bodies)


def seated(random: Random, people: list[Person], number: int) -> Iterator[Seat]:
    for place, member in enumerate(random.sample(people, number)):
        yield Seat(member.id, LONG_AGO, chair=place == 0, votes=random.random() < 0.9)


@cache
def stroll(name: str, seed: int, steps: int = 60) -> Stroll:
    """A case of the workflow, opened by whoever may, and so many steps taken."""
    random, workflow = Random(seed), workflows()[name]
    went = Stroll(random, Walk(workflow, office(random)))
    opening = random.choice(list(workflow.opening))
    told = {"reasons": "concerns", "opener": {"case": OPENER, "state": "adverse_recommendation"}}
    for actor in (*HANDS, "adeyemi", OPENER):
        args = {"opener": told["opener"], "facts": told} if actor == OPENER else {}
        if went.tries(actor, "open", action=opening, departments=["surgery"], **args):
            break
    while went.walk.case.seq and not went.walk.case.outcome and steps:
        went.step()
        steps -= 1
    return went
