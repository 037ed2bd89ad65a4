"""A transcript on paper: a document of its own, apart from the recording, which goes to the jury without it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.binder.formats import format_words
from evidencekit.binder.words import clock, length
from evidencekit.casefile import TOOL, Case
from evidencekit.custody.names import shown
from evidencekit.edits import known_items
from evidencekit.errors import UsageError
from evidencekit.model import Item
from evidencekit.printing.output import sign_as_ours, write_whole
from evidencekit.printing.paper import SIZES, PaperName
from evidencekit.spoken import UNSURE, MachineDraft, Segment, Spoken, as_text, as_vtt, digest_of, place

if TYPE_CHECKING:
    from evidencekit.catalog.transcripts import Transcribed, Version

FORMS = (".pdf", ".txt", ".vtt")
DRAFT = "DRAFT"
_NOT_CERTIFIED = "DRAFT: not certified. It may be wrong; the recording is what counts."
_SIDE, _TOP, _FOOT = 54.0, 58.0, 60.0


def write_transcript(
    case: Case, number: str, out: Path, *, version: int | None = None, paper: PaperName = PaperName.LETTER
) -> None:
    """Write what stands of an item's transcript, or one ``version``, as ``out``, a PDF, text or WebVTT, whole or not at
    all. The text of a certified one is the very text whose digest the ledger keeps; all else says that it is a draft.

    Raises :class:`UsageError` for another name, an unknown item or version, or where there is no transcript."""
    form = out.suffix.lower()
    if form not in FORMS:
        raise UsageError(
            "A transcript is written as PDF, text or WebVTT.",
            item=out.name,
            todo="Give a name that ends in .pdf, .txt or .vtt.",
        )
    case.check_output(out)
    item, there, chosen = chosen_of(case, number, version)
    lines = chosen.lines if chosen is not None else there.lines
    note = "" if chosen is not None and chosen.certified else _NOT_CERTIFIED
    if form == ".pdf":
        data = transcript_data(case, item, there, chosen, paper, printed=datetime.now(UTC))
        write_whole(out, lambda draft: _typeset(data, draft))
        return
    text = as_vtt(lines, note) if form == ".vtt" else (f"{note}\n\n" if note else "") + as_text(lines)
    write_whole(out, lambda draft: _write(draft, text))


def chosen_of(case: Case, number: str, version: int | None) -> tuple[Item, Transcribed, Version | None]:
    """An item, all transcripts of it, and the version wanted: the latest for None, and None for a machine's draft.
    Raises :class:`UsageError` when there is no transcript, or no such version (0 is the machine's draft)."""
    from evidencekit.catalog import transcripts

    with case.catalog.read() as connection:
        item = known_items(connection, [number])[0]
        there = transcripts.transcribed(connection, item.number)
    if there.state is None:
        raise UsageError(
            "There is no transcript of this.",
            item=item.number,
            todo="Make a draft with `evidencekit transcribe`, import one, or type it in the app.",
        )
    if version is None:
        return item, there, there.latest
    chosen = next((each for each in there.versions if each.version == version), None)
    if chosen is None and not (version == 0 and there.draft is not None):
        raise UsageError(f"There is no version {version} of this transcript.", item=item.number, todo="See --json.")
    return item, there, chosen


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def _typeset(data: Mapping[str, Any], out: Path) -> None:
    from evidencekit.printing.typeset import compile_pdf

    compile_pdf("transcript.typ", data, out, moment=data["printed_at"])
    sign_as_ours(out)


def transcript_data(
    case: Case, item: Item, there: Transcribed, chosen: Version | None, paper: PaperName, *, printed: datetime
) -> dict[str, Any]:
    """What the template is given; ``chosen`` None stands for the machine's draft."""
    info = case.info
    certified = chosen is not None and chosen.certified
    width, height = SIZES[paper]
    lines = chosen.lines if chosen is not None else there.lines
    rows = _machine_rows(there.draft) if chosen is None and there.draft is not None else _rows(lines)
    return {
        "page": {"width": width, "height": height, "left": _SIDE, "right": _SIDE, "top": _TOP, "bottom": _FOOT},
        "court": [part for part in (info.court, info.jurisdiction) if part],
        "caption": info.caption,
        "number": info.number,
        "item": item.number,
        "title": shown(item.title or item.name),
        "draft": not certified,
        "facts": _about(item, info.timezone),
        "sha256": item.digests.sha256,
        "blake3": item.digests.blake3,
        "status": _status(case, there, chosen),
        "declaration": chosen.declaration if certified and chosen is not None else "",
        "rows": rows,
        "speakers": any(each["speaker"] for each in rows),
        "unsure": any(low for each in rows for _, low in each["words"]),
        "unsure_below": f"{UNSURE:.0%}",
        "left_out": [f"{place(start)}–{place(end)}" for start, end in there.draft.left_out]
        if chosen is None and there.draft is not None
        else [],
        "printed_at": printed.isoformat(),
        "printed": f"{clock(printed.isoformat(), info.timezone)}, {TOOL}",
    }


def _about(item: Item, zone: str) -> list[tuple[str, str]]:
    rows = (
        ("Item", item.number),
        ("File", shown(item.name)),
        ("Format", format_words(item.kind, item.media_type)),
        ("Length", f"{length(item.seconds)} ({place(item.seconds)})" if item.seconds else ""),
        ("Received", clock(item.received, zone)),
    )
    return [(label, value) for label, value in rows if value]


def _status(case: Case, there: Transcribed, chosen: Version | None) -> list[tuple[str, str]]:
    """How the transcript came to be: by which machine, by whom, certified or not."""
    zone, rows = case.info.timezone, list[tuple[str, str]]()
    if chosen is None:
        draft = there.draft
        assert draft is not None
        settings = ", ".join(f"{key} {value}" for key, value in draft.engine.settings)
        rows += [
            ("Made by", f"{draft.engine.words()}, on {clock(there.made, zone)}"),
            ("Model’s SHA-256", draft.engine.model_sha256),
            ("Settings", settings),
        ]
        return rows
    rows.append(("Version", f"{chosen.version}, begun from {chosen.basis}"))
    if chosen.certified:
        rows += [
            ("Certified by", f"{chosen.by}, on {clock(chosen.time, zone)}"),
            ("SHA-256 of its text", digest_of(chosen.lines)),
            ("Ledger", _ledger_words(case, chosen)),
        ]
    else:
        rows.append(("Last written by", f"{chosen.actor}, on {clock(chosen.time, zone)}"))
    return rows


def ledger_line(case: Case, version: Version) -> tuple[int | None, bool]:
    """The ledger line that certified a version, and whether the text kept is the one that was certified."""
    for line in reversed(case.checked.lines):
        fields = line.fields
        about = (line.act, fields.get("made"), fields.get("item"), fields.get("version"))
        if about == ("derive", "transcript", version.item, version.version):
            return line.number, fields.get("sha256") == digest_of(version.lines)
    return None, False


def _ledger_words(case: Case, version: Version) -> str:
    number, same = ledger_line(case, version)
    if number is None:
        return "No line of the ledger certifies this version."
    return f"Line {number} keeps this digest" if same else f"Line {number} keeps another digest: the text was changed."


def _rows(lines: tuple[Spoken, ...]) -> list[dict[str, Any]]:
    return [{"at": place(each.start), "speaker": each.speaker, "words": [(each.text, False)]} for each in lines]


def _machine_rows(draft: MachineDraft) -> list[dict[str, Any]]:
    return [{"at": place(each.start), "speaker": "", "words": _marked(each)} for each in draft.segments]


def _marked(segment: Segment) -> list[tuple[str, bool]]:
    """A segment's words in runs, doubtful ones apart."""
    if " ".join(word.text for word in segment.words) != segment.text:
        return [(segment.text, False)]
    runs: list[tuple[str, bool]] = []
    for word in segment.words:
        if runs and runs[-1][1] == word.unsure:
            runs[-1] = (f"{runs[-1][0]} {word.text}", word.unsure)
        else:
            runs.append((word.text, word.unsure))
    return runs
