"""How every benchmark here measures and reports: interleaved rounds, medians, ratios; a table or one JSON object."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter_ns, thread_time_ns


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``target``: a bound such as ``<= 3``; empty where there is none, or none that applies."""

    name: str
    value: float
    unit: str = ""
    target: str = ""

    @property
    def met(self) -> bool | None:
        if not self.target:
            return None
        sign, bound = self.target.split()
        return self.value <= float(bound) if sign == "<=" else self.value >= float(bound)


@dataclass(frozen=True, slots=True)
class Times:
    """Medians of one thing done again and again, in milliseconds."""

    wall: float
    cpu: float


def interleaved(rounds: int, things: Mapping[str, Callable[[int], object]], warm_up: int = 5) -> dict[str, Times]:
    """Does each of ``things`` once a round, in turn; the first ``warm_up`` rounds do not count."""
    taken: dict[str, list[tuple[int, int]]] = {name: [] for name in things}
    for number in range(-warm_up, rounds):
        for name, thing in things.items():
            wall, cpu = perf_counter_ns(), thread_time_ns()
            thing(number + warm_up)
            took = perf_counter_ns() - wall, thread_time_ns() - cpu
            if number >= 0:
                taken[name].append(took)
    return {name: Times(*(median(part) / 1e6 for part in zip(*all, strict=True))) for name, all in taken.items()}


def report(title: str, figures: Iterable[Figure], notes: Iterable[str] = ()) -> None:
    """Prints the table, or with ``--json`` one object; ends the program with 1 when a target was missed."""
    every = list(figures)
    if "--json" in sys.argv[1:]:
        print(json.dumps({f.name: {"value": f.value, "target": f.target or None, "met": f.met} for f in every}))
    else:
        _table(title, every, notes)
    sys.exit(any(figure.met is False for figure in every))


def _table(title: str, figures: list[Figure], notes: Iterable[str]) -> None:
    print(title, *(f"  {note}" for note in notes), sep="\n")
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        says = {True: "met", False: "MISSED", None: ""}[figure.met]
        line = f"  {figure.name:<{width}}  {figure.value:>14,.3f} {figure.unit:<9} {figure.target:<10} {says}"
        print(line.rstrip())
