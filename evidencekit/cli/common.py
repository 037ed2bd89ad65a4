"""What every command shares: the options, the one way results and errors go out, progress and cancelling."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit.cli import passphrases
from evidencekit.custody.keys import Home, default_home
from evidencekit.custody.names import shown
from evidencekit.errors import Exit
from evidencekit.job import Job

if TYPE_CHECKING:
    from evidencekit.casefile import Case
    from evidencekit.casefile.history import Event

CasePath = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]
By = Annotated[str | None, typer.Option("--by", metavar="NAME, ROLE", help="Who acts; else the configured identity.")]

_PIPE_WIDTH = 200
_WHOLE = 25
Rows = Sequence[Sequence[object]]


def home() -> Home:
    """This user's own folder; the passphrase of a key that is needed is asked for."""
    return Home(default_home(), ask=passphrases.ask)


def actor(by: str | None) -> str:
    """Who acts."""
    return home().actor(by)


def open_to_read(case: Path) -> Case:
    """Open a case to look at it, saying its faults aloud."""
    from evidencekit.casefile import read_case

    opened = read_case(case, home())
    if opened.findings:
        count = f"{len(opened.findings)} finding{'' if len(opened.findings) == 1 else 's'}"
        say(f"Warning: this case fails its checks ({count}); run `evidencekit verify` on it.")
    for each in opened.notes:
        say(f"Note: {each}")
    return opened


def case_events(opened: Case) -> list[Event]:
    """The ledger of an open case in words."""
    from evidencekit.casefile.history import history

    heads = {each.acquisition.number: each.acquisition for each in opened.checked.records}
    return history(opened.folder, heads, papers=opened.checked.papers, upto=opened.size)


def say(text: str) -> None:
    """A line for people."""
    print(shown(text), file=sys.stderr)


def say_reading(when: str, zone: str) -> None:
    """What a person should know of how their words for a time were read: a clock time that came twice, say."""
    from evidencekit.moments import parse_when

    note = parse_when(when, zone).note if when.strip() else ""
    if note:
        say(f"Note: {note}")


def answer(document: dict[str, Any], as_json: bool, words: Callable[[], None]) -> None:
    """The result: one JSON document, or words for people."""
    if as_json:
        json.dump(document, sys.stdout, ensure_ascii=True, indent=2)
        sys.stdout.write("\n")
    else:
        words()


def tell(text: str = "") -> None:
    """A line of a result that people asked for."""
    print("\n".join(shown(line) for line in text.split("\n")))


def table(columns: Sequence[str], rows: Rows) -> None:
    """A table for people; untrusted text is never read as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(soft_wrap=False, highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(columns):
        whole = all(len(str(row[place] or "")) <= _WHOLE for row in rows)  # numbers and times are not broken in two
        drawn.add_column(name, overflow="fold", no_wrap=whole)
    for row in rows:
        drawn.add_row(*(Text("" if cell is None else shown(str(cell))) for cell in row))
    console.print(drawn)


def finish(findings: bool) -> None:
    """End the command: 0 done, or 1 done with findings."""
    raise typer.Exit(Exit.FINDINGS if findings else Exit.DONE)


@contextmanager
def working(title: str, *, measured: bool = False) -> Iterator[Job]:
    """A job drawn on standard error, with bytes where it is ``measured`` in them; Ctrl+C or a polite kill cancels it
    at its next step."""
    asked = signal.getsignal(signal.SIGINT)
    cancelled = asked.asked if isinstance(asked, Stopping) else lambda: False
    if sys.stderr.isatty():
        with _bar(title, measured=measured) as report:
            yield Job(report, cancelled)
    else:
        yield Job(cancelled=cancelled)


class Stopping:
    """Takes Ctrl+C and a polite kill as a wish: work ends at its next step, what is acknowledged is told to its end."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._asked = True

    def asked(self) -> bool:
        return self._asked

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen for the time of a command, in the main thread."""
        names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
        numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
        before = {each: signal.signal(each, self) for each in numbers}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


@contextmanager
def _bar(title: str, *, measured: bool) -> Iterator[Callable[[int, int, str], None]]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

    columns: list[ProgressColumn] = [TextColumn("{task.description}"), BarColumn()]
    columns += [DownloadColumn()] if measured else [TextColumn("{task.percentage:>3.0f} %")]
    progress = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
    task = progress.add_task(title, total=None)

    def report(done: int, total: int, what: str) -> None:
        words = f"{title} · {shown(what)[:48]}" if what else title
        progress.start()  # not before there is something to show: a passphrase may be asked for first
        progress.update(task, completed=done, total=total or None, description=escape(words))

    try:
        yield report
    finally:
        progress.stop()
