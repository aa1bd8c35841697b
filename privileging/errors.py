"""What can go wrong, as one small tree.

PrivilegingError
├── DefinitionError    every problem of a file, with its place                        exit 1
├── InvalidInput       a value no command accepts, each named by its field            exit 2, 422
├── Refused            the rules say no; every reason                                 exit 1, 422
│   └── NotPermitted   this person may not do it at all                               exit 1, 403
├── NotFound           no such case, person, body …                                   exit 1, 404
├── Conflict           somebody else acted first; says who and what                   exit 1, 409
├── KeyReused          one idempotency key, two different commands                    exit 1, 422
├── TooManyTries       signing in failed too often; says when to try again            exit 1, 429
├── StoreUnavailable   the database is busy, full or away; nothing was written        exit 1, 503
└── HistoryBroken      the digest chain does not verify, and at which event           exit 1, 500
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class PrivilegingError(Exception):
    """The root: catching it catches everything this package raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a definition file.

    ``place`` is the path of keys joined by dots, ``line`` counts from 1 (0: the whole file), ``path`` is the
    shortest run of actions that shows the problem, where there is one.
    """

    place: str
    text: str
    line: int = 0
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = f"{self.place}: {self.text}" if self.place else self.text
        return f"{shown}; path: {' > '.join(self.path)}" if self.path else shown


class DefinitionError(PrivilegingError):
    """A workflow file that does not load. ``problems`` holds every problem found, in order of line."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.place)))
        super().__init__("\n".join(f"{file}:{problem.line}: {problem}" for problem in self.problems))


class InvalidInput(PrivilegingError):
    """Values that no command accepts. ``fields`` maps the field's name to what is wrong with it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("; ".join(f"{name}: {text}" for name, text in self.fields.items()))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not, in words a coordinator can act on.

    ``code`` is the requirement's name, ``text`` a sentence, ``cure_by`` who can cure it (roles, bodies or
    ``applicant``), ``cite`` the clause that asks for it.
    """

    code: str
    text: str
    cure_by: tuple[str, ...] = ()
    cite: str = ""

    def __str__(self) -> str:
        cure = f" (can be cured by: {', '.join(self.cure_by)})" if self.cure_by else ""
        cite = f" [{self.cite}]" if self.cite else ""
        return f"{self.text}{cure}{cite}"


class Refused(PrivilegingError):
    """The rules say no. ``reasons`` holds every reason, the same objects for page, API, log and command line."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(str(reason) for reason in self.reasons))


class NotPermitted(Refused):
    """The person may not do this, whatever else is in order."""


class NotFound(PrivilegingError):
    """There is no such thing under that name."""


class Conflict(PrivilegingError):
    """Somebody else acted between the reading and the writing; the text says who and what."""


class KeyReused(PrivilegingError):
    """An idempotency key that already stands for another command."""


class TooManyTries(PrivilegingError):
    """Signing in failed too often. ``wait``: the seconds until the next try."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(f"Too many tries; wait {wait} seconds")


class StoreUnavailable(PrivilegingError):
    """The database is busy, full or away. Nothing was written; the same command may be sent again."""


class HistoryBroken(PrivilegingError):
    """The history does not verify. ``stream`` and ``seq`` name the first bad event."""

    def __init__(self, stream: str, seq: int, text: str) -> None:
        self.stream, self.seq = stream, seq
        super().__init__(f"{stream} event {seq}: {text}")
