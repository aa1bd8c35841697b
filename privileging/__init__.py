"""Workflow engine for medical staff credentialing and privileging: the public names, listed once."""

from privileging.definition.load import load_files, shipped, shipped_folder
from privileging.errors import (
    Conflict,
    DefinitionError,
    HistoryBroken,
    InvalidInput,
    KeyReused,
    NotFound,
    NotPermitted,
    PrivilegingError,
    Problem,
    Reason,
    Refused,
    StoreUnavailable,
)
from privileging.exchange.office_file import read_office
from privileging.exchange.typed import items_from_file
from privileging.queries.cases import grants_of, show
from privileging.queries.history import history
from privileging.queries.worklist import worklist
from privileging.services.cases import Act, File, Outcome
from privileging.services.office import apply_office, plan_office
from privileging.services.people import Entry, enter, open_account
from privileging.services.rebuild import rebuild
from privileging.services.verbs import (
    attest,
    close,
    declare,
    do,
    move,
    open_case,
    record_items,
    recuse,
    request_privileges,
    serve,
    strike,
    sweep,
    verify,
    vote,
)
from privileging.services.workflows import publish
from privileging.store.driver import Store, open_store
from privileging.store.history import export
from privileging.store.history import verify as verify_history
from privileging.store.schema import migrate

__all__ = [
    "Act",
    "Conflict",
    "DefinitionError",
    "Entry",
    "File",
    "HistoryBroken",
    "InvalidInput",
    "KeyReused",
    "NotFound",
    "NotPermitted",
    "Outcome",
    "PrivilegingError",
    "Problem",
    "Reason",
    "Refused",
    "Store",
    "StoreUnavailable",
    "apply_office",
    "attest",
    "close",
    "declare",
    "do",
    "enter",
    "export",
    "grants_of",
    "history",
    "items_from_file",
    "load_files",
    "migrate",
    "move",
    "open_account",
    "open_case",
    "open_store",
    "plan_office",
    "publish",
    "read_office",
    "rebuild",
    "record_items",
    "recuse",
    "request_privileges",
    "serve",
    "shipped",
    "shipped_folder",
    "show",
    "strike",
    "sweep",
    "verify",
    "verify_history",
    "vote",
    "worklist",
]
