"""Conversations on paper: messages as bubbles and calls as dashed ones, through the typesetter in bounded memory.

A bubble is never torn unless it is longer than a page. Lots of some hundred are typeset at a time; what stands on the
last page of a lot is set again at the head of the next, so that no page ends early where a lot does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evidencekit.errors import BuildError, ReaderError
from evidencekit.job import Job
from evidencekit.printing.output import rendition_path
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Section, Typesetter

AT_ONCE = 250  # bubbles
WIDEST, NARROWEST = 0.76, 0.44  # of the frame's width
PICTURE = (190.0, 136.0)  # points; the room of a picture in a bubble
_PICTURE_WEIGHT = 5
_LONG_LINES = 46  # about what a page holds
_ON_A_LINE = 66  # letters in the widest bubble
_STRIP = 20.0  # points of the running head

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message: ``sort`` in a word (“picture”), ``words`` that name it, and its picture, a JPEG of that
    size in pixels, or none."""

    sort: str
    words: str
    picture: bytes = b""
    size: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message or call. ``side`` is right for what the owner sent; ``call`` has a call's words; ``app`` says that
    the body's words are the program's own."""

    side: str
    name: str
    number: str
    to: str
    when: str
    at: str
    body: str = ""
    call: str = ""
    note: str = ""
    app: bool = False
    files: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above everything: the ``export``'s kind, a ``title``, and rows of label and value."""

    export: str
    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ThreadMark:
    """A conversation begins: its ``title``, what is ``said`` of it, and the words that every page of it bears."""

    title: str
    said: str
    running: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across: a day's date, or a ``gap``."""

    words: str
    gap: bool = False


Part = Bubble | Heading | ThreadMark | Rule


def bubble_pages(parts: Iterable[Part], export: str, sheet: Sheet, out: Path, job: Job) -> tuple[Path, int]:
    """Prints the parts in their order onto ``sheet``; gives the PDF (in the folder ``out``, or ``out`` itself) and its
    page count. Raises :class:`~evidencekit.errors.ReaderError` when they cannot be typeset."""
    target = rendition_path(out)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="bubbles-", dir=target.parent) as scratch:
            setter = _Setter(export, sheet, Path(scratch), job)
            for entry in _entries(parts):
                setter.add(entry)
            return setter.bound(target)
    except (BuildError, OSError, MemoryError) as fault:
        raise ReaderError(
            f"The conversation could not be printed ({str(fault)[:200]}).",
            todo="Its slip sheet stands for it; the file is in native/.",
        ) from fault


def _entries(parts: Iterable[Part]) -> Iterator[Entry]:
    number = 0
    for part in parts:
        match part:
            case Bubble():
                number += 1
                yield _bubble(part, number)
            case Heading():
                yield {"kind": "head", "soft": _breaks(part.title), **asdict(part)}
            case ThreadMark():
                yield {"kind": "thread", "soft": _breaks(part.title), **asdict(part)}
            case Rule():
                yield {"kind": "gap" if part.gap else "day", "words": part.words}


def _bubble(part: Bubble, number: int) -> Entry:
    files = [_file(each) for each in part.files]
    body = part.body.replace("\t", "    ")
    lines = sum(1 + len(line) // _ON_A_LINE for line in body.split("\n")) if body else 0
    tall = lines + sum(3 + each["h"] / 14 for each in files)
    return {
        "kind": "bubble",
        "n": number,
        "side": part.side,
        "name": part.name,
        "number": part.number,
        "to": part.to,
        "when": part.when,
        "at": part.at,
        "body": body,
        "call": part.call,
        "note": part.note,
        "app": part.app,
        "rtl": _right_to_left(body),
        "soft": _breaks(body),
        "files": files,
        "long": tall > _LONG_LINES,
        "width": _width(part, body),
    }


def _breaks(text: str) -> bool:
    """Whether some word is so long that it may have to break inside."""
    return len(text) > 24 and any(len(word) > 24 for word in text.split())


def _width(part: Bubble, body: str) -> float:
    """A short message gets a narrow bubble, as on a screen, but room for who and when."""
    said = max([len(part.name) + len(part.number) + len(part.to) + 6, len(part.when) + len(part.at) + 6], default=0)
    longest = max((_columns(line) for line in body.split("\n")), default=0)
    wanted = max(longest / _ON_A_LINE, said / 88, len(part.note) / 92) * WIDEST
    if part.files:
        wanted = max(wanted, 0.5)
    return round(min(WIDEST, max(NARROWEST, wanted + 0.03)), 2)


def _columns(line: str) -> int:
    import unicodedata

    if line.isascii() or len(line) > 200:
        return len(line)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def _right_to_left(text: str) -> bool:
    import unicodedata

    if text.isascii():
        return False
    strong = (unicodedata.bidirectional(sign) for sign in text[:2_000])
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)


def _file(each: Attached) -> Entry:
    if not each.picture:
        return {"sort": each.sort, "words": each.words, "svg": "", "w": 0, "h": 0}
    from base64 import b64encode

    width, height = each.size
    scale = min(PICTURE[0] / width, PICTURE[1] / height, 0.75)
    data = b64encode(each.picture).decode("ascii")
    box = f'width="{width}" height="{height}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box} viewBox="0 0 {width} {height}">'
    svg += f'<image {box} href="data:image/jpeg;base64,{data}"/></svg>'
    return {"sort": each.sort, "words": each.words, "svg": svg, "w": width * scale, "h": height * scale}


def _weight(entry: Entry) -> int:
    """What an entry adds to a lot: a picture as much as several bubbles."""
    if entry["kind"] != "bubble":
        return 2 if entry["kind"] == "thread" else 0
    return 1 + _PICTURE_WEIGHT * sum(1 for each in entry["files"] if each["svg"])


class _Setter:
    """Typesets lots of entries, each beginning where a page does."""

    def __init__(self, export: str, sheet: Sheet, scratch: Path, job: Job) -> None:
        self._typesetter = Typesetter()
        self._sheet = sheet
        self._export = export
        self._scratch = scratch
        self._job = job
        self._waiting: list[Entry] = []
        self._weight = 0
        self._running = ""
        self._done: list[tuple[Path, int]] = []  # (PDF, pages of it that count)

    def add(self, entry: Entry) -> None:
        self._waiting.append(entry)
        self._weight += _weight(entry)
        if self._weight >= AT_ONCE:
            self._set(last=False)

    def _set(self, *, last: bool) -> None:
        """Typesets what waits; all but the last page is done, and its entries wait again."""
        made = self._scratch / f"{len(self._done):05d}.pdf"
        self._job.step(len(self._done), 0, "printing messages")
        sheet = self._sheet
        page = {
            "width": sheet.width,
            "height": sheet.height,
            "left": sheet.left,
            "right": sheet.right,
            "top": sheet.top,
            "bottom": sheet.bottom,
        }
        data = {
            "page": page,
            "export": self._export,
            "running": self._running,
            "strip": _STRIP,
            "entries": self._waiting,
        }
        typeset = self._typesetter.typeset("bubbles.typ", data, made)
        pages, rest = (typeset.pages, []) if last else self._cut(typeset.sections, typeset.pages)
        for entry in self._waiting[: len(self._waiting) - len(rest)]:
            self._running = entry["running"] if entry["kind"] == "thread" else self._running
        self._done.append((made, pages))
        self._waiting = rest
        self._weight = sum(_weight(entry) for entry in rest)

    def _cut(self, sections: Iterable[Section], pages: int) -> tuple[int, list[Entry]]:
        """(pages that count, entries that are set again): up to the last page that begins with a new bubble."""
        begins: dict[int, int] = {}
        ends: dict[int, int] = {}
        for section in sections:
            (begins if section.name[0] == "b" else ends)[int(section.name[1:])] = section.page
        for number in sorted(begins, reverse=True):
            before = ends.get(number - 1)
            if before is not None and before < begins[number]:
                at = next(i for i, entry in enumerate(self._waiting) if entry.get("n") == number)
                while at > 0 and self._waiting[at - 1]["kind"] != "bubble":
                    at -= 1  # the day or the conversation that is announced above it
                return begins[number] - 1, self._waiting[at:]
        return pages, []

    def bound(self, target: Path) -> tuple[Path, int]:
        """Typesets the rest and binds all into ``target``."""
        import pikepdf

        if self._waiting or not self._done:
            self._set(last=True)
        arguments = ["qpdf", "--empty", "--deterministic-id", "--object-streams=generate", "--pages"]
        for path, pages in self._done:
            if pages:
                arguments += [str(path), f"1-{pages}"]
        pikepdf.Job([*arguments, "--", str(target)]).run()
        return target, sum(pages for _, pages in self._done)
