"""Bodies that Outlook keeps only as compressed RTF ([MS-OXRTFCP]): the HTML or plain text wrapped in it
([MS-OXRTFEX]), else the words of the RTF itself."""

from __future__ import annotations

from dataclasses import dataclass

from evidencekit.media import rtf
from evidencekit.media.notes import Notes

_LONGEST = 16 << 20
_LONGEST_WRAPPED = 2 << 20  # taking HTML out of RTF goes through a grammar and is slow


@dataclass(frozen=True, slots=True)
class RichBody:
    """What was in the RTF: one of ``html`` and ``plain`` when it was wrapped, else ``words`` of the RTF."""

    html: str = ""
    plain: str = ""
    words: str = ""


def rich_body(compressed: bytes) -> RichBody:
    """Unpacks a body. Raises ``ValueError`` when it is none, or too large."""
    raw = unpacked(compressed)
    if len(raw) <= _LONGEST_WRAPPED and (b"\\fromhtml" in raw[:4_000] or b"\\fromtext" in raw[:4_000]):
        found = _unwrapped(raw)
        if found is not None:
            return found
    return RichBody(words=words_of_rtf(raw))


def unpacked(compressed: bytes) -> bytes:
    """The RTF of a compressed body. Raises ``ValueError`` when it is none, or too large."""
    from compressed_rtf import decompress

    size = int.from_bytes(compressed[4:8], "little")
    if len(compressed) > _LONGEST or size > _LONGEST:
        raise ValueError("the body is too large")
    try:
        return bytes(decompress(compressed))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 — the library raises bare exceptions
        raise ValueError("the body is damaged") from None


def _unwrapped(raw: bytes) -> RichBody | None:
    from RTFDE.deencapsulate import DeEncapsulator

    try:
        wrapped = DeEncapsulator(raw)
        wrapped.deencapsulate()
        content = wrapped.html if wrapped.content_type == "html" else wrapped.text
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 — its grammar gives up on what it has not seen in many ways
        return None
    return RichBody(html=text) if wrapped.content_type == "html" else RichBody(plain=text)


def words_of_rtf(raw: bytes) -> str:
    """The words of an RTF text; what only describes its looks is left out."""
    return "".join(rtf.read(raw, Notes())).strip("\n")
