"""What the command line said, and the variable by which it finds its database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

VARIABLE = "PRIVILEGING_DATABASE_URL"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Run = Callable[..., Said]
