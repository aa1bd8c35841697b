"""Workflows by digest, and which version is live: loaded once, checked and proved, then kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, product

from sqlalchemy import bindparam, or_, select

from privileging.definition.load import load
from privileging.definition.model import Workflow
from privileging.errors import DefinitionError, NotFound
from privileging.store.driver import Statement, Unit
from privileging.store.sources import get_source
from privileging.store.tables import workflow_version as v

MOST_CHOICES = 100
_loaded: dict[str, Workflow] = {}
_chosen: dict[str, dict[str, Workflow]] = {}
_fitting: dict[tuple[str, str], bool] = {}
_live_on = (v.c.live_from <= bindparam("day")) & or_(
    v.c.withdrawn_from.is_(None), v.c.withdrawn_from > bindparam("day2")
)
_named = select(v.c.digest).where(v.c.name == bindparam("name")).order_by(v.c.version.desc())
_EVERY, _IN_FORCE, _LIVE = (
    Statement(_named),
    Statement(_named.where(_live_on)),
    Statement(_named.where(_live_on).limit(1)),
)
_VERSIONS = Statement(
    select(v.c.version, v.c.digest, v.c.title, v.c.live_from, v.c.withdrawn_from)
    .where(v.c.name == bindparam("name"))
    .order_by(v.c.version.desc())
)
_NAMES = Statement(select(v.c.name).distinct().order_by(v.c.name))
_ALL_LIVE = Statement(select(v.c.name, v.c.digest).where(_live_on).order_by(v.c.name, v.c.version))


@dataclass(frozen=True, slots=True)
class Version:
    """A version that was published, and the days on which cases could be opened under it."""

    version: int
    digest: str
    title: str
    live_from: str
    withdrawn_from: str | None


def workflow_of(unit: Unit, digest: str) -> Workflow:
    """The workflow with this digest; a running case keeps the version it was opened under."""
    known = _loaded.get(digest)
    return known if known is not None else _loaded.setdefault(digest, _read(unit, digest))


def live(unit: Unit, name: str, day: str) -> Workflow:
    """The version of ``name`` in force on ``day``. Raises NotFound when there is none."""
    row = unit.first(_LIVE, {"name": name, "day": day, "day2": day})
    if row is None:
        raise NotFound(f"No version of the workflow {name!r} is live on {day}")
    return workflow_of(unit, row[0])


def all_live(unit: Unit, day: str) -> dict[str, Workflow]:
    """Every workflow in force on ``day``, by name."""
    rows = unit.all(_ALL_LIVE, {"day": day, "day2": day})
    return {name: workflow_of(unit, digest) for name, digest in rows}


def published(unit: Unit, name: str) -> tuple[Version, ...]:
    """Every version of ``name``, the newest first."""
    return tuple(Version(*row) for row in unit.all(_VERSIONS, {"name": name}))


def opened_by(unit: Unit, opener: Workflow, name: str, day: str) -> Workflow:
    """The newest version of ``name`` in force on ``day`` with which ``opener``, itself maybe not the newest, is proved.

    Raises NotFound when there is none.
    """
    for row in unit.all(_IN_FORCE, {"name": name, "day": day, "day2": day}):
        child = workflow_of(unit, row[0])
        if _fits(unit, opener, child):
            return child
    raise NotFound(f"No version of the workflow {name!r} that {opener.title} may open is live on {day}")


def _fits(unit: Unit, opener: Workflow, child: Workflow) -> bool:
    pair = (opener.digest, child.digest)
    if pair not in _fitting:
        with suppress(DefinitionError):
            _proved(unit, opener.digest, {**_chosen.get(opener.digest, {}), child.name: child})
    return _fitting.setdefault(pair, False)


def _read(unit: Unit, digest: str) -> Workflow:
    """A version that was published stays readable: proved with the newest of what it opens that it can answer."""
    asked: set[str] = set()
    try:
        return _proved(unit, digest, {}, asked)
    except DefinitionError:
        versions = [[(name, row[0]) for row in unit.all(_EVERY, {"name": name})] for name in sorted(asked)]
        for choice in islice(product(*versions), 1, MOST_CHOICES):
            with suppress(DefinitionError):
                chosen = {name: workflow_of(unit, each) for name, each in choice}
                workflow = _proved(unit, digest, chosen)
                _chosen[digest] = chosen
                return workflow
        raise


def _proved(unit: Unit, digest: str, chosen: Mapping[str, Workflow], asked: set[str] | None = None) -> Workflow:
    source = get_source(unit, digest)
    if source is None:
        raise NotFound(f"No workflow with digest {digest} is published")
    family = _Family(unit, chosen, set() if asked is None else asked)
    workflow = load(source.encode(), digest[:12], family)
    _fitting.update({(digest, family[name].digest): True for name in family.asked})
    return workflow


class _Family(Mapping[str, Workflow]):
    """The workflows that a definition may open, looked up when it names one; those ``chosen``, else the newest."""

    def __init__(self, unit: Unit, chosen: Mapping[str, Workflow], asked: set[str]) -> None:
        self._unit, self._chosen, self.asked = unit, chosen, asked

    def __getitem__(self, name: str) -> Workflow:
        newest = None if name in self._chosen else self._unit.first(_EVERY, {"name": name})
        if name not in self._chosen and newest is None:
            raise KeyError(name)
        self.asked.add(name)
        return self._chosen[name] if newest is None else workflow_of(self._unit, newest[0])

    def __iter__(self) -> Iterator[str]:
        return iter(row[0] for row in self._unit.all(_NAMES))

    def __len__(self) -> int:
        return len(self._unit.all(_NAMES))
