"""Publishing workflows: a version goes live from a day on, checked and proved, and never changes again."""

from __future__ import annotations

from collections.abc import Mapping

from privileging.definition.load import load, load_sources
from privileging.definition.model import Workflow
from privileging.engine.calendar import is_day
from privileging.engine.office import Versions
from privileging.errors import InvalidInput
from privileging.queries import library
from privileging.queries.loading import head_of, value_of
from privileging.services import door, plain
from privileging.store.driver import Store, Unit
from privileging.store.sources import get_source, put_row


def publish(
    store: Store, sources: Mapping[str, bytes], *, live_from: str, key: str = "", now: str | None = None
) -> tuple[str, ...]:
    """Makes definitions live from a day on, in one transaction; the names that were not live already.

    ``sources`` maps file names to their bytes. Raises DefinitionError for any problem, also in a live workflow that
    opens one of these; InvalidInput when a published version would come to mean something else.
    """
    at = door.now_or(now)
    door.admit({"key": key})
    if not is_day(live_from):
        raise InvalidInput({"live_from": "must be a day that exists, as in 2026-12-09"})
    published: list[str] = []

    def plan(unit: Unit) -> door.Plan:
        published.clear()
        planned = door.Plan()
        for workflow, source in _loaded(unit, sources, live_from):
            change = _change(unit, workflow, live_from)
            if change is not None:
                published.append(workflow.name)
                own = key if key and len(published) == 1 else f"publish:{workflow.digest}:{key or live_from}"
                written = plain.write(unit, f"workflow/{workflow.name}", [change], key=own, actor=plain.OPERATOR, at=at)
                planned.writes.append(written)
                planned.rows += [] if get_source(unit, workflow.digest) else [put_row(workflow.digest, source)]
        return planned

    digests = {name: source.hex() for name, source in sorted(sources.items())}
    mark = door.fingerprint("publish", "workflow", plain.OPERATOR, {"sources": digests, "from": live_from}, "")
    door.carry_out(
        store, key=key or f"publish:{mark}", mark=mark, actor=plain.OPERATOR, now=at, plan=plan, stream="workflow"
    )
    return tuple(published)


def _loaded(unit: Unit, sources: Mapping[str, bytes], live_from: str) -> list[tuple[Workflow, str]]:
    """The definitions, and the proof that every live workflow which opens one of them still holds."""
    family = library.all_live(unit, live_from)
    fresh = load_sources(sources, family)
    texts = dict(zip(fresh, (source.decode() for source in sources.values()), strict=True))
    for name, workflow in family.items():
        if name not in fresh and fresh.keys() & _opened(workflow):
            load(str(get_source(unit, workflow.digest)).encode(), name, {**family, **fresh})
    return [(workflow, texts[name]) for name, workflow in fresh.items()]


def _opened(workflow: Workflow) -> set[str]:
    return {name for state in workflow.states for name in workflow.opens(state)}


def _change(unit: Unit, workflow: Workflow, live_from: str) -> plain.Change | None:
    """The event that publishes this version; None when it is published already, from that day or before."""
    head = head_of(unit, f"workflow/{workflow.name}")
    known = value_of(unit, head, Versions).versions if head else ()
    same = next((entry for entry in known if entry.version == workflow.version), None)
    if same is None:
        newest = max((entry.version for entry in known), default=0)
        if workflow.version < newest:
            raise InvalidInput({"version": f"{workflow.name} is at version {newest}; {workflow.version} is older"})
        told = {"name": workflow.name, "version": workflow.version, "digest": workflow.digest}
        return "published", {**told, "title": workflow.title, "live_from": live_from}
    if same.digest != workflow.digest:
        text = f"{workflow.name} version {workflow.version} is published with another content; give it a new version"
        raise InvalidInput({"version": text})
    if live_from < same.live_from:
        text = f"{workflow.name} version {workflow.version} is published already, live from {same.live_from}"
        raise InvalidInput({"live_from": text})
    return None
