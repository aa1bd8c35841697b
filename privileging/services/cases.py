"""What people do with a case: one verb, one command, one transaction.

Every verb takes ``by``, the account that acts; ``key``, which makes sending it twice harmless; ``seen``, the version
of the case on the page (a stale one is a Conflict); ``at``, the instant it was done, when it is entered later; ``now``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import bindparam, select

from privileging.definition.model import Workflow
from privileging.engine.ballots import stale
from privileging.engine.calendar import Calendar, is_instant
from privileging.engine.decide import decide
from privileging.engine.headline import headline
from privileging.engine.snapshot import dump
from privileging.engine.values import CLOCK, Case, Command, Decision, Event, Facility, Refusal
from privileging.errors import Conflict, InvalidInput, NotFound, NotPermitted, Refused
from privileging.queries import library
from privileging.queries.contexts import beside, context_for, is_person
from privileging.queries.loading import FOLDS, acting, case_of, head_of, value_of
from privileging.queries.people import names_of
from privileging.services import door, people
from privileging.store import evidence, streams, tables
from privileging.store.driver import Statement, Store, Unit
from privileging.store.projections import Row, case_rows, headline_rows
from privileging.store.streams import Head

_file = tables.case_file.c
_LAST_NUMBER = Statement(
    select(_file.id)
    .where(_file.id >= bindparam("first"), _file.id <= bindparam("last"), _file.opener.is_(None))
    .order_by(_file.id.desc())
    .limit(1)
)
_d = tables.deadline.c
_DUE_IN = Statement(
    select(_d.number, _d.due).where(_d.case_id == bindparam("case"), _d.due < bindparam("at"), tables.runs_and_lapses)
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: the case after it, and its events ``first`` to ``last`` (0: nothing was written)."""

    case: Case
    first: int
    last: int
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, and the terms on which: see the module."""

    by: str
    key: str = ""
    seen: int | tuple[int, int, int] | None = None
    at: str = ""
    now: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file that proves something: PDF, PNG, JPEG or TIFF, at most 20 MiB."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()


def case_id(name: str) -> str:
    """A case's stream, from its number as people write it (``2026-0143``)."""
    return name if name.startswith("case/") else f"case/{name}"


def perform(
    store: Store, act: Act, kind: str, case: str, args: Mapping[str, object], files: Sequence[File] = ()
) -> Outcome:
    """Carries out one command on a case (``case`` empty: opens one); ``files`` are kept in the same transaction.

    Raises Refused with every reason, NotPermitted, NotFound, Conflict, KeyReused, InvalidInput, StoreUnavailable.
    """
    door.admit({**args, "by": act.by, "case": case, "key": act.key, "at": act.at})
    kinds = [evidence.sniff(file.data, file.name) for file in files]
    key, stream = door.client_key(act.key), case_id(case) if case else ""
    command = Command(key, kind, stream, "", args, seen=act.seen, effective_at=act.at)
    return _carry_out(store, _Request(command, door.now_or(act.now), act.by, tuple(zip(files, kinds, strict=True))))


NO_CASE = Case("")


@dataclass(slots=True)
class _Request:
    """A command on its way through the door: there ``by``, its account, becomes a person. ``after``: the case then."""

    command: Command
    now: str
    by: str | None = None
    files: tuple[tuple[File, str], ...] = ()
    after: Case = NO_CASE
    kin_lapsed: bool = False

    def receive(self, unit: Unit) -> door.Sent:
        if self.by is not None:
            actor, account = acting(unit, self.by)
            self.command = replace(self.command, actor=actor, account=account)
        c = self.command
        mark = door.fingerprint(c.kind, c.stream, c.actor, c.args, c.effective_at)
        return door.Sent(c.key, mark, c.actor, self.now, c.stream)

    def plan(self, unit: Unit) -> door.Plan:
        planned, command = door.Plan(rows=_kept(unit, self.files, self.command.args)), self.command
        if not command.stream:
            command = replace(command, stream=_next_number(unit, _day_there(unit, command, self.now)))
        self.after = _decide(unit, planned, command, self.now, kin=self.by is not None and not self.kin_lapsed)
        return planned


def _kept(unit: Unit, files: Sequence[tuple[File, str]], args: Mapping[str, object]) -> list[Row]:
    """The rows that keep ``files``, each once. InvalidInput where ``args`` name evidence that nobody handed in."""
    fresh = {file.digest: (file, kind) for file, kind in files}
    named = {field: digest for field, digest in _evidence_in(args) if digest not in fresh}
    if absent := [field for field, digest in named.items() if not evidence.is_kept(unit, digest)]:
        raise InvalidInput(dict.fromkeys(absent, "no file of this digest is kept"))
    return [row for file, kind in fresh.values() for row in evidence.rows_for(unit, file.data, kind)]


def _evidence_in(args: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    items = args.get("items")
    told = {f"items.{name}": value for name, value in items.items()} if isinstance(items, Mapping) else {}
    proofs = {field: value.get("evidence") for field, value in told.items() if isinstance(value, Mapping)}
    for field, digest in {"evidence": args.get("evidence"), **proofs}.items():
        if isinstance(digest, str) and digest:
            yield field, digest


def _carry_out(store: Store, request: _Request) -> Outcome:
    try:
        done = door.settle(store, request)
    except _KinFirst as late:
        for case, number in late.due:
            lapse(store, case, request.now, number)
        request.kin_lapsed = True
        done = door.settle(store, request)
    if done.replayed:
        with store.reading() as unit:
            request.after = case_of(unit, done.stream)[1]
    return Outcome(request.after, done.first, done.last, done.replayed)


def _day_there(unit: Unit, command: Command, at: str) -> str:
    """The day it is at the facility where a case is opened."""
    facility = head_of(unit, str(command.args["facility"]))
    zone = value_of(unit, facility, Facility).zone if facility and facility.kind == "facility" else "UTC"
    return Calendar(zone).day_of(at) if is_instant(at) else at[:10]


def _next_number(unit: Unit, day: str) -> str:
    year = day[:4]
    row = unit.first(_LAST_NUMBER, {"first": f"case/{year}-0", "last": f"case/{year}-99999"})
    last = int(row[0].removeprefix(f"case/{year}-")) if row else 0
    return f"case/{year}-{last + 1:05d}"


class _KinFirst(Exception):
    """A case this one opened, or was opened by, is out of time: its lapse may change what this command meets."""

    def __init__(self, due: list[tuple[str, int]]) -> None:
        self.due = due


def _late_kin(unit: Unit, case: Case, at: str) -> list[tuple[str, int]]:
    """The lapses due before ``at`` in the open cases this one opened, and in the one that opened it, oldest first."""
    kin = [child.case for child in case.children if not child.outcome]
    kin += [case.opener.case] if case.opener and not case.outcome else []
    due = [(row[1], one, row[0]) for one in kin for row in unit.all(_DUE_IN, {"case": one, "at": at})]
    return [(one, number) for _, one, number in sorted(due)]


def _decide(
    unit: Unit, planned: door.Plan, command: Command, now: str, *, kin: bool = False, opener: Workflow | None = None
) -> Case:
    """Adds what ``command`` writes to the plan, and what other streams must be told of it; the case after it.

    With ``kin``, raises _KinFirst where another case must lapse before. ``opener``: whose follow-up the command is.
    """
    opening = command.kind == "open"
    actor = (command.actor,) if is_person(command.actor) else ()
    known = streams.heads(unit, {command.stream, *actor, *beside(command.stream)})
    head = known.get(command.stream)
    if head is None and not opening:
        raise NotFound(f"There is no case {command.stream.removeprefix('case/')}")
    case = value_of(unit, head, Case) if head else Case(id=command.stream)
    if kin and (due := _late_kin(unit, case, command.effective_at or now)):
        raise _KinFirst(due)
    workflow = _workflow_for(unit, case, command, now, opener)
    _check_seen(unit, head, case, command)
    context = context_for(unit, workflow, case, _with_opening(workflow, command), now, known)
    answer = decide(workflow, case, _with_opening(workflow, command), context)
    if isinstance(answer, Refusal):
        raise (Refused if answer.permitted else NotPermitted)(answer.reasons)
    planned.relied_on.update(context.versions)
    if answer.events:
        planned.writes.append(_write(command, head, workflow, answer))
    for number, follow_up in enumerate(answer.follow_ups, 1):
        _follow(unit, planned, replace(follow_up, key=f"{command.key}>{number}"), now, workflow)
    return answer.case


def _follow(unit: Unit, planned: door.Plan, command: Command, now: str, opener: Workflow) -> None:
    if command.kind == "record_appointment":
        planned.writes.append(people.appointment(unit, command))
    else:
        _decide(unit, planned, command, now, opener=opener)


def _workflow_for(unit: Unit, case: Case, command: Command, now: str, opener: Workflow | None) -> Workflow:
    if case.seq:
        return library.workflow_of(unit, case.digest)
    name, day = str(command.args["workflow"]), _day_there(unit, command, command.effective_at or now)
    return library.opened_by(unit, opener, name, day) if opener else library.live(unit, name, day)


def _with_opening(workflow: Workflow, command: Command) -> Command:
    """The opening, where the command names none: the one offered to an opener, or the only one there is."""
    if command.kind != "open" or command.args.get("action"):
        return command
    wanted = [a.name for a in workflow.opening.values() if ("opener" in a.by) == bool(command.args.get("opener"))]
    return replace(command, args={**command.args, "action": wanted[0] if len(wanted) == 1 else ""})


def _check_seen(unit: Unit, head: Head | None, case: Case, command: Command) -> None:
    """The second writer is told who changed what."""
    text = stale(case, command)
    if isinstance(command.seen, int) and head is not None and command.seen != head.version:
        text = f"version {command.seen} was seen, it is at {head.version} now"
    if text is None:
        return
    since = min(command.seen, case.seq) + 1 if isinstance(command.seen, int) else case.seq
    events = list(streams.read(unit, command.stream, since))
    names = names_of(unit, {event.actor for event in events})
    changes = "; ".join(
        f"{event.effective_at[:16].replace('T', ' ')} UTC {names.get(event.actor, event.actor)}: "
        f"{event.kind.replace('_', ' ')}"
        for event in events
    )
    raise Conflict(f"The case changed while you were looking at it: {text}. Since then: {changes or 'nothing'}")


def _write(command: Command, head: Head | None, workflow: Workflow, answer: Decision) -> door.Write:
    case = answer.case
    rows: list[Row] = []
    for event in answer.events:
        rows += case_rows(event.kind, event.stream, event.seq, event.effective_at, event.actor, event.body)
    rows += line_rows(workflow, case, answer.events)
    return door.Write(
        stream=case.id,
        kind="case",
        key=command.key,
        head=head,
        events=answer.events,
        fold=FOLDS["case"].number,
        snapshot=dump(case),
        rows=tuple(rows),
    )


def line_rows(workflow: Workflow, case: Case, events: tuple[Event, ...]) -> list[Row]:
    """The case's line on the worklist, inserted when its first event is among ``events``."""
    opened = None
    if events[0].seq == 1:
        opened = {
            "workflow": workflow.name,
            "digest": workflow.digest,
            "title": workflow.title,
            "practitioner": case.practitioner,
            "practitioner_name": case.practitioner_name,
            "facility": case.facility,
            "opener": case.opener.case if case.opener else None,
            "opened_at": case.opened_at,
        }
    return headline_rows(case.id, opened, headline(workflow, case))


def lapse(store: Store, case: str, now: str, number: int) -> Outcome:
    """Fires what is due in one case: once for each deadline's number, whoever asks and however often."""
    stream = case_id(case)
    return _carry_out(store, _Request(Command(f"lapse:{stream}:{number}", "lapse", stream, CLOCK), now))
