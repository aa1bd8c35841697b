"""The requirements a definition may name: each answers with reasons, not with a boolean.

A requirement is given the command's stated facts beside case and context, and is judged on the decision date
(``at``), on what was known then. No name that a hospital chooses stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from privileging.definition.model import Action, Deadline, Item, NextMeeting, Period, Workflow
from privileging.definition.phrases import parse_age, parse_due
from privileging.engine.answers import shown
from privileging.engine.calendar import Calendar, is_day
from privileging.engine.standing import missing
from privileging.engine.values import Case
from privileging.errors import Reason


@dataclass(frozen=True, slots=True)
class Question:
    """What a requirement looks at. ``at``: the decision's instant; ``day``: its day at the facility."""

    workflow: Workflow
    case: Case
    action: Action
    facts: Mapping[str, object]
    calendar: Calendar
    at: str
    day: str

    @property
    def subject(self) -> tuple[str, ...]:
        """The file's roles held by the case's own practitioner: who can cure what the application lacks."""
        return tuple(role.name for role in self.workflow.roles.values() if role.of == "case")

    def stated(self, kind: str) -> object:
        """The fact of this kind that the action states (there is one: the file was checked), or None."""
        names = [name for name in self.action.asks if self.workflow.facts[name].name == kind]
        return self.facts.get(names[0]) if names else None


Requirement = Callable[[Question, Item], tuple[Reason, ...]]


def unmet(question: Question, items: tuple[Item, ...]) -> tuple[Reason, ...]:
    """Every reason for which ``items`` do not hold, in the file's order; empty when all hold."""
    return tuple(reason for item in items for reason in _ask(question, item))


def _ask(question: Question, item: Item) -> tuple[Reason, ...]:
    requirement = REQUIREMENTS.get(item.name, _fact_is)
    found = requirement(question, item)
    cite = question.action.cite or question.workflow.governed_by
    return tuple(reason if reason.cite else Reason(reason.code, reason.text, reason.cure_by, cite) for reason in found)


def _application_complete(question: Question, item: Item) -> tuple[Reason, ...]:
    """Every required item of the application is answered."""
    answers = question.case.application
    return tuple(
        Reason(item.name, f"{wanted.title}: not answered", question.subject, wanted.cite)
        for wanted in question.workflow.application.values()
        if wanted.required and not answers.get(wanted.name)
    )


def _attestation_signed(question: Question, item: Item) -> tuple[Reason, ...]:
    """The applicant attested to the application as it now stands."""
    if question.case.attested_by:
        return ()
    text = "The applicant has not attested to the application as it now stands"
    return (Reason(item.name, text, question.subject),)


def _privileges_requested(question: Question, item: Item) -> tuple[Reason, ...]:
    """At least one privilege is requested."""
    return () if question.case.lines else (Reason(item.name, "No privilege is requested", question.subject),)


def _all_privileges_granted(question: Question, item: Item) -> tuple[Reason, ...]:
    """Every privilege requested is among those stated as granted."""
    stated = question.stated("each_privilege")
    lines = stated if isinstance(stated, (list, tuple)) else ()
    granted = [line.get("privilege") for line in lines if isinstance(line, Mapping)]
    return tuple(
        Reason(item.name, f"{line.title} ({line.code}): requested, not among those granted", question.action.by)
        for line in question.case.lines
        if line.code not in granted
    )


def _standing(question: Question, names: tuple[str, ...], *, any_age: bool) -> tuple[Reason, ...]:
    q = question
    found = (missing(q.workflow, q.case, name, q.at, q.day, q.calendar, any_age=any_age) for name in names)
    return tuple(reason for reason in found if reason)


def _verifications_complete(question: Question, item: Item) -> tuple[Reason, ...]:
    """Every verification is on file and nothing remained unverified."""
    return _standing(question, tuple(question.workflow.verifications), any_age=True)


def _verifications_current(question: Question, item: Item) -> tuple[Reason, ...]:
    """Every verification is on file, fresh and unexpired that day."""
    return _standing(question, tuple(question.workflow.verifications), any_age=False)


def _verified(question: Question, item: Item) -> tuple[Reason, ...]:
    """These verifications are on file, fresh and unexpired that day."""
    return _standing(question, item.names, any_age=False)


def _term_at_most(question: Question, item: Item) -> tuple[Reason, ...]:
    """The stated end of the term is no later than this after the decision."""
    age, ends = parse_age(str(item.of)), question.stated("date")
    if not isinstance(ends, str) or not is_day(ends):
        return (Reason(item.name, "The end of the term is not stated", question.action.by),)
    latest = question.calendar.moved(question.day, age)
    if question.day <= ends <= latest:
        return ()
    text = f"The term may run from {question.day} to {latest} at most ({age.text}); {ends} is stated"
    return (Reason(item.name, text, question.action.by),)


def _not_before(question: Question, item: Item) -> tuple[Reason, ...]:
    """Not earlier than this."""
    rule = parse_due(str(item.of))
    moment = moment_of(question.case, rule, question.case.since)
    earliest = question.calendar.earliest(rule, moment) if moment else None
    if earliest is None:
        what = rule.moment or "the meeting"
        return (
            Reason(
                item.name,
                f"{_plain(what)}: not on record, so {rule.text} has not begun",
                _cure(question, what),
            ),
        )
    if question.at >= earliest:
        return ()
    day = question.calendar.day_of(earliest)
    return (Reason(item.name, f"Not before {day} ({rule.text})", (CLOCK_CURES,)),)


def _overdue(question: Question, item: Item) -> tuple[Reason, ...]:
    """The deadline has passed."""
    running = next((entry for entry in question.case.deadlines if entry.name == item.of), None)
    if running and running.due < question.at:
        return ()
    when = f"it is due {question.calendar.day_of(running.due)}" if running else "it does not run"
    return (Reason(item.name, f"The deadline {_plain(str(item.of))} has not passed: {when}", (CLOCK_CURES,)),)


def _already(question: Question, item: Item) -> tuple[Reason, ...]:
    """This has happened in this case."""
    moment = question.case.moments.get(str(item.of))
    if moment and moment.at <= question.at:
        return ()
    name = str(item.of)
    return (Reason(item.name, f"{_plain(name)}: not on record", _cure(question, name)),)


def _not_yet(question: Question, item: Item) -> tuple[Reason, ...]:
    """This has not happened in this case."""
    moment = question.case.moments.get(str(item.of))
    if moment is None:
        return ()
    return (Reason(item.name, f"{_plain(str(item.of))}: on record since {question.calendar.day_of(moment.at)}"),)


def _any_of(question: Question, item: Item) -> tuple[Reason, ...]:
    """At least one of these holds."""
    alternatives = item.of if isinstance(item.of, tuple) else ()
    missed = [_ask(question, alternative) for alternative in alternatives]
    if not all(missed):
        return ()
    texts = " or ".join("; ".join(reason.text for reason in reasons) for reasons in missed)
    cures = dict.fromkeys(cure for reasons in missed for reason in reasons for cure in reason.cure_by)
    return (Reason(item.name, f"One of these is needed: {texts}", tuple(cures)),)


def _fact_is(question: Question, item: Item) -> tuple[Reason, ...]:
    """A fact has this value: said by the fact's own name, as in ``category: streamlined``."""
    found = question.facts.get(item.name)
    if found == item.of:
        return ()
    told = shown(found) if isinstance(found, str) else "not stated"
    text = f"{_plain(item.name)} must be {item.of}; it is {told}"
    return (Reason(item.name, text, tuple(_stating(question.workflow, item.name))),)


CLOCK_CURES = "time"
# Requirements on what the act itself states; before it is stated they have nothing to judge.
SAID_IN_THE_ACT = frozenset({"term_at_most", "all_privileges_granted"})
REQUIREMENTS: Mapping[str, Requirement] = {
    "application_complete": _application_complete,
    "attestation_signed": _attestation_signed,
    "privileges_requested": _privileges_requested,
    "all_privileges_granted": _all_privileges_granted,
    "verifications_complete": _verifications_complete,
    "verifications_current": _verifications_current,
    "verified": _verified,
    "term_at_most": _term_at_most,
    "not_before": _not_before,
    "overdue": _overdue,
    "already": _already,
    "not_yet": _not_yet,
    "any_of": _any_of,
}


def moment_of(case: Case, rule: Period | NextMeeting, entered: str) -> str | None:
    """The instant a rule counts from: the named moment if it is on record, else ``entered``."""
    if rule.moment is None:
        return entered
    moment = case.moments.get(rule.moment)
    return moment.at if moment else None


def spared(question: Question, deadline: Deadline) -> bool:
    """Whether the deadline's ``unless`` holds, so that the clock does nothing."""
    return bool(deadline.unless) and not unmet(question, deadline.unless)


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", ": ").capitalize()


def _stating(workflow: Workflow, fact: str) -> Iterator[str]:
    yield from dict.fromkeys(name for action in workflow.actions() if fact in action.asks for name in action.by)


def _cure(question: Question, name: str) -> tuple[str, ...]:
    """Who can make a moment happen, by what kind of name it is."""
    workflow = question.workflow
    if name in workflow.notices:
        return workflow.notices[name].by
    if name in workflow.verifications:
        return workflow.verifications[name].by
    if name in workflow.facts:
        return tuple(_stating(workflow, name))
    return tuple(dict.fromkeys(by for a in workflow.actions() if name in (a.name, a.key, a.to or "") for by in a.by))
