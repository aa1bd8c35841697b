"""Views as plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from privileging.engine.explain import Option
from privileging.engine.headline import NEVER
from privileging.queries.cases import CaseView, Due, Granted, Standing
from privileging.queries.history import Entry
from privileging.queries.worklist import Counts, Page


def columns(rows: Sequence[Sequence[str]], *, indent: str = "") -> str:
    """Rows as aligned columns."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))] if rows else []
    return "\n".join(
        (indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip()
        for row in rows
    )


def case_text(view: CaseView) -> str:
    """The case, what is missing first."""
    parts = [
        f"{view.practitioner_name} ({view.practitioner}) · {view.facility}",
        f"{view.title}, version {view.workflow_version} · case {_number(view.id)} at version {view.version}",
        f"{'Ended' if view.outcome else 'Stands at'}: {view.state_title}, since {view.since[:10]}",
        *(f"Lapsed since it was last written: {action}" for action in view.lapsed),
        *_section("What can happen next", [_option(option) for option in view.options]),
        *_section("Deadlines", [_due(due) for due in view.deadlines]),
        *_section("Not answered on the application", [f"  {title}" for title in view.unanswered]),
        *_section("Verifications", [columns([_standing(entry) for entry in view.verifications], indent="  ")]),
        *_section("Open motion", [_motion(view)] if view.motion else []),
        *_section("Notices", [f"  {n.name}: {n.served_on or 'owed since ' + n.since[:10]}" for n in view.notices]),
        *_section("Privileges requested", [f"  {line.code} ({line.group}): {line.title}" for line in view.privileges]),
        *_section("Cases this one opened", [f"  {_number(child)}" for child in view.children]),
    ]
    return "\n".join(parts)


def _number(case: str) -> str:
    return case.removeprefix("case/")


def _section(title: str, lines: Iterable[str]) -> list[str]:
    shown = [line for line in lines if line.strip()]
    return ["", f"{title}:", *shown] if shown else []


def _option(option: Option) -> str:
    yours = " (yours)" if option.yours else ""
    head = f"  {option.action}: {option.title} [{option.how}: {', '.join(option.by)}]{yours}"
    asks = [f"      states {', '.join(option.asks)}"] if option.asks else []
    binds = [f"      and holds to {', '.join(option.binds)}"] if option.binds else []
    return "\n".join([head, *asks, *binds, *(f"      missing: {reason}" for reason in option.missing)])


def _due(due: Due) -> str:
    then = f", then {due.lapses}" if due.lapses else ""
    return f"  {due.name}: {due.due[:16]}Z ({due.rule}{then}){' LATE' if due.late else ''} [{due.cite}]"


def _standing(entry: Standing) -> tuple[str, str, str, str]:
    mark = "missing" if entry.missing else "current"
    what = entry.missing.partition(": ")[2] if entry.missing else f"verified on {entry.last_verified_on}"
    return mark, entry.name, what, f"[{entry.cite}]"


def _motion(view: CaseView) -> str:
    if view.motion is None:
        return ""
    votes = ", ".join(f"{vote.person}: {vote.choice}" for vote in view.motion.votes) or "no vote yet"
    return (
        f"  {view.motion.number}: {view.motion.action}, moved by {view.motion.moved_by} in {view.motion.body}; {votes}"
    )


def worklist_text(page: Page, counts: Counts) -> str:
    """A page of the worklist with its counts."""
    head = f"Your turn {counts.mine} · overdue {counts.overdue} · due soon {counts.due_soon}"
    rows = [("Practitioner", "Case", "Stands at", "Since", "Due", "Number")]
    for line in page.lines:
        due = "–" if line.due == NEVER else line.due[:10]
        number = _number(line.id)
        rows.append((line.practitioner_name, line.title, line.state, line.since[:10], due, number))
    more = f"\nnext page: --after {page.after[0]},{page.after[1]}" if page.after else ""
    return f"{head}\n\n{columns(rows)}{more}"


def history_text(entries: Sequence[Entry]) -> str:
    """A history, one event a line, with reason and what it relied on beneath."""
    return "\n".join(_entry(entry) for entry in entries)


def _entry(entry: Entry) -> str:
    late = f" (entered {entry.recorded_at[:16]}Z)" if entry.late else ""
    who = f"{entry.actor}{f' as {entry.role}' if entry.role else ''}"
    head = f"#{entry.seq:<3} {entry.effective_at[:16]}Z{late}  {who}  {entry.says}"
    why = [f"      reason: {entry.reason}"] if entry.reason else []
    relied = [f"      relied on: {'; '.join(entry.relied_on)}"] if entry.relied_on else []
    return "\n".join([head, *why, *relied])


def grants_text(grants: Sequence[Granted]) -> str:
    """Who may do what: a practitioner's grants."""
    rows = [("Privilege", "Facility", "From", "To", "Conditions")]
    rows += [(g.title, g.facility, g.begins, g.ends, g.conditions or "–") for g in grants]
    return columns(rows)
