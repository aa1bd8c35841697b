"""The tests' office with a few applications in their completeness review, made through the services like any other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from office import MAIN, PASSWORD, act, enter, filled, set_up

from privileging.services import people, verbs
from privileging.store import schema
from privileging.store.driver import Store, open_store

COORDINATOR = "ortiz"
__all__ = ["COORDINATOR", "act", "applications", "npi"]


def npi(number: int) -> str:
    """The ``number``-th invented NPI, with its check digit."""
    nine = f"{110_000_000 + number}"
    digits = [int(digit) for digit in f"80840{nine}"]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[::-1][::2])
    return f"{nine}{-(sum(doubled) + sum(digits[::-1][1::2])) % 10}"


def applications(path: Path, many: int) -> Iterator[tuple[str, str]]:
    """Fills a new database; the applicant's account and the case of each application, all in ``intake``."""
    schema.migrate(str(path))
    store = open_store(str(path))
    set_up(store)
    for number in range(many):
        yield _application(store, number)
    store.close()


def _application(store: Store, number: int) -> tuple[str, str]:
    account, person = f"applicant-{number}", people.person_id(npi(number))
    enter(store, npi(number))
    people.open_account(store, account, person, PASSWORD)
    case = verbs.open_case(store, act(COORDINATOR), "initial_appointment", person, MAIN, action="invite").case.id
    filled(store, case, account)
    verbs.do(store, act(account), case, "submit")
    return account, case
