"""What a framed PDF leaves behind, named for a person; and what must not travel inside its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidencekit.printing.jpeg import without_metadata

if TYPE_CHECKING:
    import pikepdf

_PRIVATE = ("/Metadata", "/PieceInfo", "/OPI", "/Ref", "/AF", "/Measure", "/PtData")
_ACTIONS = {
    "/JavaScript": "scripts",
    "/Launch": "launch actions",
    "/SubmitForm": "form submission",
    "/ImportData": "form submission",
    "/GoToR": "links to other files",
    "/GoToE": "links to other files",
    "/Rendition": "sound or video",
    "/Movie": "sound or video",
    "/Sound": "sound or video",
}
_ANNOTATIONS = {
    "/FileAttachment": "attached files",
    "/RichMedia": "sound or video",
    "/Screen": "sound or video",
    "/Movie": "sound or video",
    "/Sound": "sound or video",
    "/3D": "3D models",
}


def left_behind(source: pikepdf.Pdf) -> list[str]:
    """Warnings that name what the paper cannot carry. On the way, metadata beside the pictures of ``source`` (EXIF with
    its GPS, XMP, editors' private data) is taken out of the copy in memory."""
    import pikepdf

    found: set[str] = set()
    for thing in source.objects:
        try:
            _look_at(thing, found)
        except (pikepdf.PdfError, TypeError, ValueError, RuntimeError):
            continue  # an object that cannot be read is not printed either
    _of_document(source, found)
    notes = []
    if source.is_encrypted:
        notes.append("The PDF is encrypted against changes but opens without a password; it was printed as it opens.")
    if found:
        notes.append(f"Left out of the printed pages, kept in the original: {', '.join(sorted(found))}.")
    return notes


def _of_document(source: pikepdf.Pdf, found: set[str]) -> None:
    names: Any = source.Root.get("/Names")
    if hasattr(names, "keys"):
        if "/EmbeddedFiles" in names:
            found.add("attached files")
        if "/JavaScript" in names:
            found.add("scripts")
    form: Any = source.Root.get("/AcroForm")
    if hasattr(form, "keys") and "/XFA" in form:
        found.add("an XFA form")


def _look_at(thing: Any, found: set[str]) -> None:
    import pikepdf

    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    action = _ACTIONS.get(str(thing.get("/S", ""))) if "/S" in thing else None
    if action:
        found.add(action)
    if "/A" in thing or "/AA" in thing or "/OpenAction" in thing:
        _direct_actions(thing, found)
    if "/Subtype" in thing:
        kind = _ANNOTATIONS.get(str(thing["/Subtype"]))
        if kind and "/Rect" in thing:
            found.add(kind)
    if thing.get("/FT") == "/Sig" and "/V" in thing:
        found.add("a digital signature (only the original file can be checked)")
    if "/JS" in thing:
        found.add("scripts")
    for key in _PRIVATE:
        if key in thing:
            del thing[key]
    if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") == "/DCTDecode":
        _clean_jpeg(thing)


def _direct_actions(thing: Any, found: set[str]) -> None:
    extra: Any = thing.get("/AA")
    held = [thing.get("/A"), thing.get("/OpenAction")]
    held += [extra[key] for key in extra.keys()] if hasattr(extra, "keys") else []  # noqa: SIM118 — a PDF dictionary
    for action in held:
        kind = _ACTIONS.get(str(action.get("/S", ""))) if hasattr(action, "keys") else None
        if kind:
            found.add(kind)


def _clean_jpeg(stream: Any) -> None:
    import pikepdf

    raw = stream.read_raw_bytes()
    head = raw[: 1 << 16]
    if b"Exif\x00" not in head and b"http://ns.adobe.com/" not in head and b"Photoshop 3.0" not in head:
        return
    clean = without_metadata(raw)
    if clean is not None:
        stream.write(clean, filter=pikepdf.Name.DCTDecode, decode_parms=stream.get("/DecodeParms"))
