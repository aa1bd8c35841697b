"""The verbs of a case, as Python functions. Each is one command; see ``cases`` for what ``act`` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from privileging.errors import InvalidInput
from privileging.services import door
from privileging.services.cases import Act, File, Outcome, lapse, perform
from privileging.store import evidence, tables
from privileging.store.driver import Statement, Store

Facts = Mapping[str, object]
NOTHING: Facts = {}
_d = tables.deadline.c
_DUE = Statement(
    select(_d.case_id, _d.number).where(_d.due < bindparam("now"), tables.runs_and_lapses).order_by(_d.due, _d.case_id)
)


def open_case(
    store: Store,
    act: Act,
    workflow: str,
    practitioner: str,
    facility: str,
    *,
    action: str = "",
    departments: Sequence[str] = (),
    facts: Facts = NOTHING,
) -> Outcome:
    """Opens a case of the version of ``workflow`` in force, for a practitioner at a facility."""
    about = {"workflow": workflow, "practitioner": practitioner, "facility": facility}
    args = {**about, "action": action, "departments": list(departments), "facts": dict(facts), "reason": ""}
    return perform(store, act, "open", "", args)


def record_items(
    store: Store,
    act: Act,
    case: str,
    items: Mapping[str, object],
    *,
    documents: Mapping[str, File] | None = None,
    reason: str = "",
) -> Outcome:
    """Answers items of the application; ``documents`` maps an item to the file that answers it."""
    files = documents or {}
    _sniffed(files)
    answered = {name: {"evidence": file.digest, "name": file.name} for name, file in files.items()}
    args = {"items": {**items, **answered}, "reason": reason}
    return perform(store, act, "record_items", case, args, tuple(files.values()))


def _sniffed(documents: Mapping[str, File]) -> None:
    """Raises InvalidInput naming each item whose file is of no kind that is taken."""
    faults = {}
    for name, file in documents.items():
        try:
            evidence.sniff(file.data, file.name)
        except InvalidInput as error:
            faults[name] = " ".join(error.fields.values())
    if faults:
        raise InvalidInput(faults)


def request_privileges(
    store: Store,
    act: Act,
    case: str,
    form: str,
    *,
    without: Sequence[str] = (),
    special: Sequence[str] = (),
    reason: str = "",
) -> Outcome:
    """Chooses privileges on a delineation form: its core less ``without``, and the ``special`` ones named."""
    args = {"form": form, "without": list(without), "special": list(special), "reason": reason}
    return perform(store, act, "request_privileges", case, args)


def attest(store: Store, act: Act, case: str, statement: str) -> Outcome:
    """The applicant attests to the application as it stands."""
    return perform(store, act, "attest", case, {"statement": statement})


def verify(
    store: Store,
    act: Act,
    case: str,
    name: str,
    *,
    method: str,
    verified_on: str,
    outcome: str = "verified",
    source: str = "",
    good_until: str = "",
    note: str = "",
    proof: File | None = None,
    reason: str = "",
) -> Outcome:
    """Records one verification at its source, with the file that proves it."""
    told = {"name": name, "method": method, "verified_on": verified_on, "outcome": outcome, "source": source}
    more = {"good_until": good_until, "note": note, "evidence": proof.digest if proof else "", "reason": reason}
    return perform(store, act, "verify", case, {**told, **more}, (proof,) if proof else ())


def strike(store: Store, act: Act, case: str, number: int, reason: str) -> Outcome:
    """Strikes a verification recorded in error; it stays in the history and no longer counts."""
    return perform(store, act, "strike", case, {"number": number, "reason": reason})


def do(store: Store, act: Act, case: str, action: str, *, facts: Facts = NOTHING, reason: str = "") -> Outcome:
    """Takes an action in one's own role; ``facts`` is what the action must state."""
    return perform(store, act, "do", case, {"action": action, "facts": dict(facts), "reason": reason})


def move(
    store: Store, act: Act, case: str, action: str, *, body: str = "", facts: Facts = NOTHING, reason: str = ""
) -> Outcome:
    """Moves that one's body take an action; its facts are fixed in the motion. ``body``: where several may take it."""
    args = {"action": action, "facts": dict(facts), "reason": reason}
    return perform(store, act, "move", case, {**args, "body": body} if body else args)


def vote(store: Store, act: Act, case: str, motion: int, choice: str, *, reason: str = "") -> Outcome:
    """Votes ``for``, ``against`` or ``abstain`` on an open motion."""
    return perform(store, act, "vote", case, {"motion": motion, "choice": choice, "reason": reason})


def declare(store: Store, act: Act, case: str, body: str, statement: str) -> Outcome:
    """Declares, as a member of one body, that one has no conflict with the practitioner of the case."""
    return perform(store, act, "declare", case, {"body": body, "statement": statement})


def recuse(store: Store, act: Act, case: str, body: str, reason: str) -> Outcome:
    """Recuses oneself from the case in one body."""
    return perform(store, act, "recuse", case, {"body": body, "reason": reason})


def close(store: Store, act: Act, case: str, motion: int, *, reason: str = "") -> Outcome:
    """Closes the vote: the tally and, if carried and still permitted, the move, in one transaction."""
    return perform(store, act, "close", case, {"motion": motion, "reason": reason})


def serve(
    store: Store,
    act: Act,
    case: str,
    name: str,
    *,
    served_on: str,
    method: str = "",
    proof: File | None = None,
    reason: str = "",
) -> Outcome:
    """Records that a notice owed was served: the moment its periods count from."""
    told = {"name": name, "served_on": served_on, "method": method, "reason": reason}
    args = {**told, "evidence": proof.digest if proof else ""}
    return perform(store, act, "serve", case, args, (proof,) if proof else ())


def sweep(store: Store, *, now: str | None = None) -> tuple[Outcome, ...]:
    """Fires every lapse that is due, once each, however often and by whomever it is run."""
    at = door.now_or(now)
    with store.reading() as unit:
        due = unit.all(_DUE, {"now": at})
    outcomes = (lapse(store, case, at, number) for case, number in due)
    return tuple(outcome for outcome in outcomes if outcome.first and not outcome.replayed)
