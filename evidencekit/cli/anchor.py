"""anchor and its verbs: time-stamps of the custody record by an authority outside the office."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit.cli.common import AsJson, By, CasePath, actor, answer, home, open_to_read, say, table, tell

if TYPE_CHECKING:
    from evidencekit.casefile.anchoring import Anchor, Asked

Request = Annotated[Path | None, typer.Option("-o", metavar="FILE.tsq", help="Also write the request here.")]
Reply = Annotated[Path, typer.Argument(metavar="REPLY.tsr", help="The authority's reply.", show_default=False)]
Roots = Annotated[
    Path | None, typer.Option("--roots", metavar="FILE.pem", help="The authority's root certificate, from its site.")
]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    verbs = typer.Typer(
        help="Time-stamps of the custody record by an authority outside; nothing is sent by this program.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    verbs.command()(request)
    verbs.command()(add)
    verbs.command("list")(listed)
    app.add_typer(verbs, name="anchor")


def request(case: CasePath, out: Request = None, by: By = None, as_json: AsJson = False) -> None:
    """Seal the record, and write a request for a time-stamp of that seal."""
    from evidencekit.casefile import write_case
    from evidencekit.casefile.anchoring import how_to_send, request_anchor

    with write_case(case, home(), actor(by)) as opened:
        if out is not None:
            opened.check_output(out)
        asked = request_anchor(opened)
    if out is not None:
        from evidencekit.printing.output import write_whole

        data = asked.request.read_bytes()
        write_whole(out, lambda draft: _write(draft, data))

    def words() -> None:
        tell(f"Request for a time-stamp of the first {asked.covers} ledger lines: {out or asked.request}")
        for line in how_to_send(out or asked.request):
            tell(line)

    answer({**_asked_shape(asked), "file": str(out or asked.request)}, as_json, words)


def add(case: CasePath, reply: Reply, roots: Roots = None, by: By = None, as_json: AsJson = False) -> None:
    """Take an authority's reply to a request of this case: check it, keep it, log and seal that."""
    from evidencekit.casefile import write_case
    from evidencekit.casefile.anchoring import add_anchor, how_to_check, read_reply_file, read_roots_file

    data, trusted = read_reply_file(reply), read_roots_file(roots) if roots is not None else ()
    with write_case(case, home(), actor(by)) as opened:
        taken = add_anchor(opened, data, trusted)
    say(f"Checked by {taken.checked}.")
    if not taken.trusted:
        say(
            "Who the authority is was not checked: its certificate was only held against what came with the reply. "
            "Give its root certificate with --roots next time, or check it by hand as below."
        )

    def words() -> None:
        tell(f"The first {taken.asked.covers} ledger lines were time-stamped by {taken.authority} on {taken.stamped}")
        tell(f"(serial number {taken.serial}). Logged as ledger line {taken.line}. To check it by hand, in the case:")
        for line in how_to_check(taken):
            tell(f"  {line}")

    answer({"anchor": _shape(taken)}, as_json, words)


def listed(case: CasePath, as_json: AsJson = False) -> None:
    """The requests and time-stamps of a case."""
    from evidencekit.casefile.anchoring import anchors_of, how_to_check

    with open_to_read(case) as opened:
        found = anchors_of(opened)

    def words() -> None:
        if not found:
            tell("No time-stamp was asked for yet: `evidencekit anchor request CASE` writes a request.")
            return
        rows = [
            (
                each.asked.covers,
                "open" if each.line is None else "answered",
                each.stamped[:19],
                each.authority,
                each.serial,
                "" if each.line is None else "yes" if each.trusted else "no",
                each.line,
            )
            for each in found
        ]
        table(("Lines", "State", "Stamped (UTC)", "Authority", "Serial", "Authority checked", "Ledger line"), rows)
        for each in [each for each in found if each.line is not None][-1:]:
            tell("\nTo check the newest by hand, in the case folder:")
            for line in how_to_check(each):
                tell(f"  {line}")

    answer({"anchors": [_shape(each) for each in found]}, as_json, words)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _asked_shape(asked: Asked) -> dict[str, Any]:
    return {"covers": asked.covers, "root": asked.root, "note": str(asked.note), "request": str(asked.request)}


def _shape(anchor: Anchor) -> dict[str, Any]:
    said = {
        "line": anchor.line,
        "stamped": anchor.stamped or None,
        "authority": anchor.authority or None,
        "serial": anchor.serial or None,
        "checked": anchor.checked or None,
        "authority_checked": anchor.trusted,
    }
    return {**_asked_shape(anchor.asked), "state": "open" if anchor.line is None else "answered", **said}
