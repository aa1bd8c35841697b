"""The text of every workflow file that was published, by its digest."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select

from privileging.store import tables
from privileging.store.driver import Statement, Unit
from privileging.store.projections import Row

_source = tables.workflow_source.c
_PUT = Statement(insert(tables.workflow_source))
_GET = Statement(select(_source.source).where(_source.digest == bindparam("digest")))


def put_row(digest: str, source: str) -> Row:
    """The row that keeps a file's text, for a digest that ``get_source`` does not know."""
    return _PUT, {"digest": digest, "source": source}


def get_source(unit: Unit, digest: str) -> str | None:
    """The text published under this digest, None where there is none."""
    row = unit.first(_GET, {"digest": digest})
    return row[0] if row else None
