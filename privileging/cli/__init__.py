"""The command line. Exit codes everywhere: 0 yes, 1 the answer is no, 2 misuse."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import click

from privileging.cli.cases import case
from privileging.cli.reading import export, history, people, practitioner_grants, rebuild, sweep, verify, worklist
from privileging.cli.serving import demo, serve
from privileging.cli.setup import import_, init, office, user
from privileging.cli.shared import fail
from privileging.cli.workflows import check, publish, show
from privileging.errors import PrivilegingError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="privileging")
def command() -> None:
    """Who may practise what: applications, committees, grants and their history."""


_COMMANDS = (init, office, user, import_, people, case, worklist, practitioner_grants, history, export, verify, sweep)
for _entry in (*_COMMANDS, rebuild, check, show, publish, serve, demo):
    command.add_command(_entry)


def main() -> None:
    """Runs the command line and exits with its code."""
    try:
        command.main(standalone_mode=False)
    except PrivilegingError as error:
        sys.exit(fail(error, as_json="--json" in sys.argv[1:]))
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except OSError as error:
        _lose_output()
        click.echo(f"Cannot go on: {error}", err=True)
        sys.exit(1)
    except click.Abort:
        click.echo("Aborted.", err=True)
        sys.exit(1)


def _lose_output() -> None:
    """What is left of an output that could not be written would be tried again at exit, with a traceback."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
