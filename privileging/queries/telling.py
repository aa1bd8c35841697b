"""Events in plain words: the titles of the case's workflow for its names, the names of persons for their streams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from privileging.definition.model import Workflow
from privileging.engine.standing import OUTCOMES
from privileging.engine.values import CLOCK, Facility
from privileging.queries.history import entry_of
from privileging.store.streams import Recorded

Body = Mapping[str, Any]


def actor_name(names: Mapping[str, str], actor: str) -> str:
    """Who acted, as people say it."""
    if actor == CLOCK:
        return "The clock"
    return names.get(actor) or (f"Case {actor.removeprefix('case/')}" if actor.startswith("case/") else actor)


def plain(name: str) -> str:
    """``adverse_notice`` as ``adverse notice``."""
    return name.replace("_", " ")


@dataclass(slots=True)
class Words:
    """What a history is told with; ``note`` every event in order, since later ones rely on earlier ones."""

    workflow: Workflow
    facility: Facility
    names: Mapping[str, str]
    checks: dict[int, str]
    motions: dict[int, str]
    at: str = ""

    def note(self, event: Recorded) -> None:
        """Remembers what later events name by number."""
        body: Body = event.body
        if event.kind == "verified":
            check = body["check"]
            self.checks[check["number"]] = f"{self._check(check['name'])}, verified {check['verified_on']}"
        elif event.kind in ("opened", "moved"):
            self.at = body["to"] or self.at
        elif event.kind == "motion_closed":
            self.motions[body["motion"]] = f"motion {body['motion']}: {body['sentence']}"

    def late(self, event: Recorded) -> bool:
        return entry_of(event).late

    def reason(self, event: Recorded) -> str:
        note = event.body["check"].get("note", "") if event.kind == "verified" else ""
        return "; ".join(filter(None, (entry_of(event).reason, note)))

    def role(self, name: str) -> str:
        """The title of a role or a body."""
        found = self.workflow.roles.get(name) or self.workflow.bodies.get(name)
        return found.title if found else plain(name)

    def says(self, event: Recorded) -> str:
        """What happened, as the rest of a sentence that begins with who."""
        tell = _SENTENCES.get(event.kind)
        return tell(self, event.body) if tell else plain(event.kind)

    def relied_on(self, event: Recorded) -> tuple[str, ...]:
        """What a decision rested on: a vote's arithmetic, verifications, the rosters and persons as they then were."""
        body: Body = event.body
        relied = body.get("relied_on") or {}
        checks = [f"{self.checks.get(n, 'a verification')} (#{n})" for n in relied.get("verifications") or ()]
        rosters = [f"{self._stream(name)}, version {n}" for name, n in (relied.get("streams") or {}).items()]
        motion = self.motions.get(body["motion"]) if relied and body.get("motion") else None
        return (*([motion] if motion else ()), *checks, *rosters)

    def evidence(self, event: Recorded) -> tuple[tuple[str, str], ...]:
        """The files an event brought: a name, the digest."""
        body: Body = event.body
        if event.kind == "verified":
            return (("evidence", body["check"]["evidence"]),) if body["check"]["evidence"] else ()
        if event.kind == "items_recorded":
            files = [v for v in body["items"].values() if isinstance(v, Mapping) and v.get("evidence")]
            return tuple((str(file.get("name", "file")), str(file["evidence"])) for file in files)
        return (("evidence", str(body["evidence"])),) if body.get("evidence") else ()

    # Titles ----------------------------------------------------------------------------------------------------

    def _check(self, name: str) -> str:
        wanted = self.workflow.verifications.get(name)
        return wanted.title if wanted else plain(name)

    def _state(self, name: str) -> str:
        return self.workflow.states[name].title if name in self.workflow.states else plain(name)

    def _action(self, state: str, name: str) -> str:
        actions = self.workflow.states[state].actions if state in self.workflow.states else self.workflow.opening
        return actions[name].title if name in actions else plain(name)

    def _notice(self, name: str) -> str:
        return self.workflow.notices[name].title if name in self.workflow.notices else plain(name)

    def _stream(self, name: str) -> str:
        if name == self.facility.id:
            return self.facility.title
        kind, _, rest = name.partition("/")
        return f"{self.role(rest.split('/')[-1])} (roster)" if kind == "body" else self.names.get(name, name)

    def _items(self, names: Mapping[str, object]) -> str:
        wanted = self.workflow.application
        return ", ".join(wanted[name].title if name in wanted else plain(name) for name in names)

    # Sentences -------------------------------------------------------------------------------------------------

    def opened(self, body: Body) -> str:
        return f"opened the case: {self._action('', body['action'])}. It stands at {self._state(body['to'])}"

    def moved(self, body: Body) -> str:
        stated = "; ".join(f"{plain(n)}: {_short(v)}" for n, v in body["facts"].items() if n != "reasons")
        where = f"it goes to {self._state(body['to'])}" if body["to"] else "it stays"
        late = f". Late: {', '.join(map(plain, body['late']))}" if body["late"] else ""
        return f"{self._action(body['from'], body['action'])}: {where}{f'. {stated}' if stated else ''}{late}"

    def verified(self, body: Body) -> str:
        check = body["check"]
        until = f", good until {check['good_until']}" if check["good_until"] else ""
        found = f"{OUTCOMES.get(check['outcome'], check['outcome'])} on {check['verified_on']}{until}"
        return (
            f"verified {self._check(check['name'])} (#{check['number']}): {found}. {check['source']}, {check['method']}"
        )

    def struck(self, body: Body) -> str:
        return f"struck verification #{body['number']}: {self.checks.get(body['number'], '')}"

    def items(self, body: Body) -> str:
        return f"filled in {self._items(body['items'])}"

    def requested(self, body: Body) -> str:
        return f"requested {len(body['lines'])} privileges on {plain(body['form'])}"

    def attested(self, body: Body) -> str:
        return f"attested: “{body['statement']}”"

    def motion(self, body: Body) -> str:
        stated = "; ".join(f"{plain(name)}: {_short(value)}" for name, value in body["facts"].items())
        action = self._action(self.at, body["action"])
        return f"moved, as motion {body['number']}: {action}{f'. {stated}' if stated else ''}"

    def vote(self, body: Body) -> str:
        return f"voted {body['choice']} on motion {body['motion']}"

    def recused(self, body: Body) -> str:
        return f"recused from this case in the {self.role(body['body'])}"

    def declared(self, body: Body) -> str:
        return f"declared to the {self.role(body['body'])}: “{body['statement']}”"

    def closed(self, body: Body) -> str:
        return f"closed the vote on motion {body['motion']}: {body['sentence']}"

    def owed(self, body: Body) -> str:
        return f"{self._notice(body['name'])} is to be served"

    def served(self, body: Body) -> str:
        return f"recorded that {self._notice(body['name'])} was served on {body['served_on']} by {body['method']}"

    def granted(self, body: Body) -> str:
        return f"granted {len(body['lines'])} privileges, {body['begins']} to {body['ends']}"

    def child(self, body: Body) -> str:
        return f"opened case {body['case'].removeprefix('case/')} ({plain(body['workflow'])})"

    def notified(self, body: Body) -> str:
        return f"told {', '.join(self.role(name) for name in body['to'])}"


def _short(value: object) -> str:
    return f"{len(value)} lines" if isinstance(value, list) else str(value)


_SENTENCES: Mapping[str, Callable[[Words, Body], str]] = {
    "opened": Words.opened,
    "moved": Words.moved,
    "verified": Words.verified,
    "verification_struck": Words.struck,
    "items_recorded": Words.items,
    "privileges_requested": Words.requested,
    "attested": Words.attested,
    "motion_made": Words.motion,
    "vote_cast": Words.vote,
    "recused": Words.recused,
    "no_conflict_declared": Words.declared,
    "motion_closed": Words.closed,
    "notice_owed": Words.owed,
    "notice_served": Words.served,
    "privileges_granted": Words.granted,
    "child_opened": Words.child,
    "notified": Words.notified,
}
KINDS = tuple(_SENTENCES)
