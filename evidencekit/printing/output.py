"""Where printed parts are written, and how: every part on the same paper, without dates, the same bytes every time."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.errors import StorageError, UsageError
from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    import pikepdf


PRODUCER = "EvidenceKit"
_BUFFER = 1 << 18


def rendition_path(out: Path) -> Path:
    """The PDF that a rendition is written to: ``out`` itself when it names a PDF, else ``pages.pdf`` in that folder."""
    return out if out.suffix == ".pdf" else out / "pages.pdf"


def blank_page(pdf: pikepdf.Pdf, sheet: Sheet) -> pikepdf.Page:
    """Appends an empty page of that paper with room for XObjects and fonts."""
    from pikepdf import Dictionary

    page = pdf.add_blank_page(page_size=(sheet.width, sheet.height))
    page.Resources = Dictionary(XObject=Dictionary(), Font=Dictionary())
    return page


def blank_pdf(sheet: Sheet, out: Path) -> None:
    """Writes one blank page; in a binder it bears only the page mark."""
    import pikepdf

    with pikepdf.new() as pdf:
        blank_page(pdf, sheet)
        save_part(pdf, out)


def save_part(pdf: pikepdf.Pdf, path: Path) -> None:
    """Saves a part so that it can be merged without touching its streams again."""
    from pikepdf import ObjectStreamMode, StreamDecodeLevel

    path.parent.mkdir(parents=True, exist_ok=True)
    write_pdf(
        pdf,
        path,
        deterministic_id=True,
        object_stream_mode=ObjectStreamMode.generate,
        stream_decode_level=StreamDecodeLevel.none,
        compress_streams=True,
    )


def sign_as_ours(path: Path) -> None:
    """Rewrites a typeset PDF so that its properties name EvidenceKit as its maker; title and date stay."""
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        if "/Metadata" in pdf.Root:
            del pdf.Root.Metadata  # names the typesetting engine again
        pdf.docinfo["/Creator"] = pdf.docinfo["/Producer"] = PRODUCER
        write_pdf(pdf, path, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def write_pdf(pdf: pikepdf.Pdf, path: Path, **how: Any) -> None:
    """Write a PDF as ``Pdf.save`` does, with its options ``how``. Raises :class:`OSError` when the disk refuses."""
    raw = _Patient(path)
    with io.BufferedWriter(raw, _BUFFER) as file:
        pdf.save(file, **how)
    if raw.fault is not None:
        raise raw.fault


class _Patient(io.RawIOBase):
    """A new file that keeps back the first fault of its disk in ``fault`` and takes all that follows as written: qpdf
    ends the whole program when a write fails while it tidies up."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self.fault: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            return self._file.write(data) if self.fault is None else len(data)
        except OSError as fault:
            self.fault = fault
            return len(data)

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as fault:
            self.fault = self.fault or fault
        super().close()


def write_whole(path: Path, maker: Callable[[Path], None]) -> None:
    """A file a person asked for: ``maker`` writes a draft beside it, which takes its place whole or not at all.

    Raises :class:`UsageError` for a folder, or a folder that is not there, and :class:`StorageError` when the disk
    refuses.
    """
    if path.is_dir() or not path.absolute().parent.is_dir():
        what = "That is a folder." if path.is_dir() else f"There is no folder {path.parent}."
        raise UsageError(what, item=path.name, todo="Give the name of a file in a folder that exists.")
    draft = path.with_name(f".draft-{secrets.token_hex(6)}{path.suffix.lower()}")
    try:
        try:
            maker(draft)
            with draft.open("r+b") as made:
                os.fsync(made.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as fault:
        raise StorageError(
            f"The file could not be written ({fault.strerror or fault}).",
            item=path.name,
            todo="Check the disk and the folder's permissions, close the file where it is open, and try again.",
        ) from fault
