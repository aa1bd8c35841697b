"""The way most programs do it: a session, a mapped row, a ``Machine`` and a history row for every request."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from transitions import Machine

from privileging.definition.load import load_sources, shipped


class Base(DeclarativeBase):
    pass


class CaseRow(Base):
    __tablename__ = "case_row"
    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner: Mapped[str]
    state: Mapped[str]
    due: Mapped[str]

    def may(self, actor: str) -> bool:
        return actor == "ortiz"


class HistoryRow(Base):
    __tablename__ = "history_row"
    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[int] = mapped_column(index=True)
    at: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str]
    body: Mapped[str]


def naive(path: Path) -> Callable[[int], None]:
    """The step, on one case of the shipped workflow that is returned to the applicant and submitted again."""
    flow = load_sources(shipped())["initial_appointment"]
    states = list(flow.states)
    moves = [
        {"trigger": action.name, "source": action.state, "dest": action.to, "conditions": "may"}
        for action in flow.actions()
        if action.state and action.to
    ]
    requests = _requests(path)

    def step(number: int) -> None:
        action = "resubmit" if number % 2 else "return_incomplete"
        with requests() as session:
            case = session.get_one(CaseRow, 1)
            Machine(model=case, states=states, transitions=moves, initial=case.state)
            getattr(case, action)("ortiz")
            case.due = f"2026-12-{number % 28 + 1:02}"
            told = json.dumps({"action": action, "to": case.state, "reasons": "The photograph is missing"})
            when = datetime.now(UTC).isoformat()
            session.add(HistoryRow(case=case.id, at=when, actor="ortiz", action=action, body=told))
            session.commit()

    return step


def _requests(path: Path) -> sessionmaker[Session]:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    Base.metadata.create_all(engine)
    requests = sessionmaker(engine)
    with requests() as session:
        session.add(CaseRow(id=1, practitioner="Applicant", state="intake", due=""))
        session.commit()
    return requests
