"""What passes between the parent and a worker: JSON documents, each after its length in 4 bytes. Never pickle.

Everything that comes from a worker is untrusted: it may have been taken over by the file it read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from evidencekit.model import (
    Beside,
    Child,
    Context,
    Fact,
    Kind,
    Moment,
    Pages,
    Preview,
    Reading,
    Study,
    Zone,
)
from evidencekit.packed import pack_proposals, pack_questions, unpack_proposals, unpack_questions

LARGEST = 64 << 20
Message = dict[str, Any]


class WireError(Exception):
    """The other side sent what is no message; it is not to be trusted any further."""


def pack(message: Message) -> bytes:
    """The frame of one message."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    return len(body).to_bytes(4) + body


class Inbox:
    """Messages out of a byte stream; ``fetch`` gives up to n bytes, none at the end."""

    def __init__(self, fetch: Callable[[int], bytes]) -> None:
        self._fetch = fetch
        self._buffer = b""

    @classmethod
    def of(cls, descriptor: int) -> Inbox:
        """An inbox on a file descriptor."""
        return cls(lambda n: os.read(descriptor, n))

    def next(self) -> Message | None:
        """The next message; None when the stream ends. Raises :class:`WireError` when it ends inside a message, or
        holds anything that is none."""
        header = self._take(4)
        if not header:
            return None
        length = int.from_bytes(header)
        if len(header) < 4 or not 2 <= length <= LARGEST:
            raise WireError
        body = self._take(length)
        if len(body) < length:
            raise WireError
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            raise WireError from None
        if not isinstance(message, dict):
            raise WireError
        return message

    def _take(self, count: int) -> bytes:
        if len(self._buffer) < count:
            parts, have = [self._buffer], len(self._buffer)
            while have < count:
                part = self._fetch(max(65_536, count - have))
                if not part:
                    break
                parts.append(part)
                have += len(part)
            self._buffer = b"".join(parts)
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken


def pack_reading(reading: Reading) -> Message:
    """A reading as JSON values."""
    return {
        "kind": reading.kind.value,
        "media_type": reading.media_type,
        "matches": reading.extension_matches,
        "reader": reading.reader,
        "version": reading.version,
        "facts": [[f.name, f.value, f.basis] for f in reading.facts],
        "moments": [[m.value, m.as_found, m.basis, m.zone.value] for m in reading.moments],
        "warnings": list(reading.warnings),
        "text": str(reading.text) if reading.text else None,
        "children": [[c.name, str(c.path), [list(pair) for pair in c.source]] for c in reading.children],
        "pages": reading.pages,
        "seconds": reading.seconds,
        "contacts": str(reading.contacts) if reading.contacts else None,
        "proposals": pack_proposals(reading.proposals),
        "questions": pack_questions(reading.questions),
    }


def pack_context(context: Context) -> Message:
    """What a reader may know besides, as JSON values."""
    return {
        "answers": [list(pair) for pair in context.answers],
        # A worker stands in a folder of its own.
        "beside": [[each.name, str(each.path.absolute()), each.media_type, each.number] for each in context.beside],
        "hidden": list(context.hidden),
    }


def unpack_context(message: Message) -> Context:
    """The context that :func:`pack_context` packed; it comes from the parent and is trusted."""
    return Context(
        tuple([(key, value) for key, value in message["answers"]]),
        tuple([Beside(name, Path(path), kind, number) for name, path, kind, number in message["beside"]]),
        tuple(message["hidden"]),
    )


def pack_study(study: Study) -> Message:
    """What long work gave, as JSON values."""
    return {"result": str(study.result) if study.result else None, "warnings": list(study.warnings)}


def unpack_study(message: Message, out: Path) -> Study:
    """What long work gave. Raises :class:`WireError` as :func:`unpack_reading` does."""
    try:
        result = _under(message["result"], out) if message["result"] is not None else None
        return Study(result, tuple([_text(w) for w in message["warnings"]]))
    except (KeyError, ValueError, TypeError):
        raise WireError from None


def unpack_reading(message: Message, out: Path) -> Reading:
    """The reading that a message holds. Raises :class:`WireError` when it holds none, or when it names a file that
    does not lie under ``out``."""
    try:
        reading = Reading(
            kind=Kind(message["kind"]),
            media_type=_text(message["media_type"]),
            extension_matches=message["matches"] is True,
            reader=_text(message["reader"]),
            version=_text(message["version"]),
            facts=tuple([Fact(_text(n), _value(v), _text(b)) for n, v, b in message["facts"]]),
            moments=tuple([Moment(_text(v), _text(a), _text(b), Zone(z)) for v, a, b, z in message["moments"]]),
            warnings=tuple([_text(w) for w in message["warnings"]]),
            pages=_number(message["pages"], int),
            seconds=_number(message["seconds"], (int, float)),
            proposals=unpack_proposals(message["proposals"]),
            questions=unpack_questions(message["questions"]),
        )
        if message["text"] is None and not message["children"] and message["contacts"] is None:
            return reading
        return replace(
            reading,
            text=_under(message["text"], out) if message["text"] is not None else None,
            contacts=_under(message["contacts"], out) if message["contacts"] is not None else None,
            children=tuple([Child(_text(n), _under(p, out), _pairs(s)) for n, p, s in message["children"]]),
        )
    except (KeyError, ValueError, TypeError):
        raise WireError from None


def pack_pages(pages: Pages) -> Message:
    """A printable rendition as JSON values."""
    return {
        "pdf": str(pages.pdf) if pages.pdf else None,
        "count": pages.count,
        "peaks": [round(p, 4) for p in pages.peaks],
        "warnings": list(pages.warnings),
        "whole": pages.whole,
    }


def unpack_pages(message: Message, out: Path) -> Pages:
    """The rendition that a message holds. Raises :class:`WireError` as :func:`unpack_reading` does."""
    try:
        return Pages(
            pdf=_under(message["pdf"], out) if message["pdf"] is not None else None,
            count=_number(message["count"], int) or 0,
            peaks=_peaks(message["peaks"]),
            warnings=tuple([_text(w) for w in message["warnings"]]),
            whole=message["whole"] is True,
        )
    except (KeyError, ValueError, TypeError):
        raise WireError from None


def pack_preview(preview: Preview) -> Message:
    """What the screen shows as JSON values."""
    return {
        "image": str(preview.image) if preview.image else None,
        "sound": str(preview.sound) if preview.sound else None,
        "pages": preview.pages,
        "peaks": [round(p, 4) for p in preview.peaks],
        "seconds": preview.seconds,
        "scale": preview.scale,
        "text": preview.text,
        "warnings": list(preview.warnings),
    }


def unpack_preview(message: Message, out: Path) -> Preview:
    """The preview that a message holds. Raises :class:`WireError` as :func:`unpack_reading` does."""
    try:
        return Preview(
            image=_under(message["image"], out) if message["image"] is not None else None,
            sound=_under(message["sound"], out) if message["sound"] is not None else None,
            pages=_number(message["pages"], int) or 0,
            peaks=_peaks(message["peaks"]),
            seconds=_number(message["seconds"], (int, float)),
            scale=_number(message["scale"], (int, float)) or 1.0,
            text=_text(message["text"]),
            warnings=tuple([_text(w) for w in message["warnings"]]),
        )
    except (KeyError, ValueError, TypeError):
        raise WireError from None


def _peaks(values: Any) -> tuple[float, ...]:
    return tuple([min(1.0, max(0.0, float(p))) for p in values])


def _pairs(values: Any) -> tuple[tuple[str, str], ...]:
    return tuple([(_text(name), _text(value)) for name, value in values])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(v) for v in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError


def _number(value: Any, kinds: Any) -> Any:
    if value is not None and (not isinstance(value, kinds) or isinstance(value, bool) or value < 0):
        raise TypeError
    return value


def _under(value: object, out: Path) -> Path:
    path = Path(os.path.normpath(_text(value)))
    if not path.is_relative_to(out) or path.is_symlink() or not path.is_file():
        raise ValueError
    return path
