"""Whether a verification counts on a given day, as known at a given instant."""

from __future__ import annotations

from datetime import date

from privileging.definition.model import Verification, Workflow
from privileging.engine.calendar import Calendar
from privileging.engine.values import Case, Check
from privileging.errors import Reason

NOT_VERIFIED = "not_verified"
OUTCOMES = {
    "verified": "confirmed at the source",
    "verified_with_concern": "confirmed at the source, with something the reviewers must read",
    NOT_VERIFIED: "the source did not confirm it",
}


def counting(case: Case, name: str, at: str) -> tuple[Check, ...]:
    """What was known at ``at``: the records of ``name`` that were not struck and did confirm something."""
    return tuple(
        check
        for check in case.checks
        if check.name == name and check.at <= at and not check.struck and check.outcome != NOT_VERIFIED
    )


def unconfirmed(case: Case, wanted: Verification, at: str) -> Check | None:
    """Where one record is enough: the latest one by its day, if the source did not confirm it. It undoes older ones."""
    known = [c for c in case.checks if c.name == wanted.name and c.at <= at and not c.struck]
    last = max(known, key=lambda check: (check.verified_on, check.number), default=None)
    return last if last and last.outcome == NOT_VERIFIED and wanted.at_least == 1 else None


def fault(check: Check, wanted: Verification, day: str, calendar: Calendar) -> str | None:
    """Why ``check`` does not count on ``day``; None when it does. An age limit includes its last day."""
    if check.good_until and check.good_until < day:
        return f"good until {check.good_until} only"
    if wanted.fresh_for and day > calendar.moved(check.verified_on, wanted.fresh_for):
        age = (date.fromisoformat(day) - date.fromisoformat(check.verified_on)).days
        return f"verified on {check.verified_on}, {age} days ago; the limit is {wanted.fresh_for.text}"
    return None


def current(case: Case, wanted: Verification, at: str, day: str, calendar: Calendar) -> tuple[Check, ...]:
    """The records that count towards ``wanted`` on ``day``."""
    if unconfirmed(case, wanted, at):
        return ()
    return tuple(c for c in counting(case, wanted.name, at) if fault(c, wanted, day, calendar) is None)


def missing(
    workflow: Workflow, case: Case, name: str, at: str, day: str, calendar: Calendar, *, any_age: bool = False
) -> Reason | None:
    """What is missing for one verification to stand on ``day``, or None. ``any_age``: age and expiry do not count."""
    wanted = workflow.verifications[name]
    if failed := unconfirmed(case, wanted, at):
        text = f"{wanted.title}: not confirmed at the source on {failed.verified_on}"
        return Reason(f"verified: {name}", text, wanted.by, wanted.cite)
    known = counting(case, name, at)
    good = known if any_age else current(case, wanted, at, day, calendar)
    if len(good) >= wanted.at_least:
        return None
    faults = [] if any_age else [why for check in known if (why := fault(check, wanted, day, calendar))]
    if wanted.at_least > 1:
        text = f"{len(good)} of {wanted.at_least} on file"
    else:
        text = "none on file" if not faults else faults[-1]
    if faults and wanted.at_least > 1:
        text = f"{text} ({'; '.join(faults)})"
    return Reason(f"verified: {name}", f"{wanted.title}: {text}", wanted.by, wanted.cite)
