"""The command line: one small module per group of commands over the core's functions."""

from __future__ import annotations

import errno
import json
import sys
from typing import TYPE_CHECKING, Any

from evidencekit.cli.common import Stopping
from evidencekit.errors import EvidenceKitError, Exit, UsageError

if TYPE_CHECKING:
    import typer

_LONGEST_NAME = 200  # characters that are told of a name


def build() -> typer.Typer:
    """The application with every command."""
    import typer

    from evidencekit.cli import (
        anchor,
        answers,
        background,
        contacts,
        court,
        custody,
        demo,
        desktop,
        forms,
        identity,
        intake,
        mappings,
        people,
        production,
        productions,
        protection,
        search,
        transcripts,
        transfers,
    )

    app = typer.Typer(
        name="evidencekit",
        help="Takes in digital evidence unchanged, keeps its chain of custody, prints an exhibit binder.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback()
    def _root() -> None:
        pass

    reading = (demo, intake, background, transcripts, search, answers, mappings)
    groups = (
        *reading,
        people,
        contacts,
        court,
        production,
        productions,
        protection,
        custody,
        identity,
        transfers,
        anchor,
        forms,
        desktop,
    )
    for group in groups:
        group.register(app)
    return app


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 with findings, 2 wrong usage or input, 130 cancelled."""
    import typer

    given = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in given
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    command: Any = typer.main.get_command(build())
    try:
        with Stopping().listening():
            result = command.main(args=given, prog_name="evidencekit", standalone_mode=False)
    except EvidenceKitError as error:
        return _fail(error, as_json)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        name = str(error.filename)[:_LONGEST_NAME]
        return _fail(UsageError("This name is too long for this system.", item=name, todo="Check it."), as_json)
    except Exception as error:
        usage = _usage(error)
        if usage is None:
            raise
        _print_error({"what": usage, "item": None, "todo": "See `evidencekit --help`."}, as_json)
        return int(Exit.USAGE)
    return int(result or 0)


def _usage(error: Exception) -> str | None:
    """The words of an error that the command-line parser raised, having printed its own help; else None."""
    show = getattr(error, "show", None)
    if show is None or not hasattr(error, "exit_code"):
        return "Stopped." if type(error).__name__ == "Abort" else None
    show()
    return str(getattr(error, "message", "") or error)


def _fail(error: EvidenceKitError, as_json: bool) -> int:
    from evidencekit.custody.names import shown

    print(shown(str(error)), file=sys.stderr)
    _print_error({"what": error.what, "item": error.item, "todo": error.todo}, as_json)
    return int(error.exit_code)


def _print_error(document: dict[str, str | None], as_json: bool) -> None:
    if as_json:
        json.dump({"error": document}, sys.stdout)
        sys.stdout.write("\n")
