"""What in a PDF could act, or lead outside, when a viewer opens it. Source: ISO 32000-2, 12.6 and 7.11."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

_ACTIONS = {
    "/JavaScript": "JavaScript",
    "/Launch": "launch action",
    "/URI": "web link",
    "/GoToR": "link to another file",
    "/GoToE": "link into an embedded file",
    "/SubmitForm": "form submission",
    "/ImportData": "data import",
    "/Rendition": "sound or video",
    "/Movie": "sound or video",
    "/Sound": "sound or video",
    "/RichMediaExecute": "sound or video",
}
_SUBTYPES = {
    "/FileAttachment": "embedded file",
    "/RichMedia": "sound or video",
    "/Screen": "sound or video",
    "/Movie": "sound or video",
    "/Sound": "sound or video",
    "/3D": "3D model",
}
# Links wait for a click and are ordinary; what a person should know of is the rest.
_ORDINARY = frozenset({"web link"})
_DEEPEST = 12
_MOST_NAMES = 200


def active_content(pdf: pikepdf.Pdf) -> tuple[list[str], list[str]]:
    """The sorted kinds of active content anywhere in the file, and the names of embedded files."""
    import pikepdf

    found: set[str] = set()
    names: list[str] = []
    for thing in pdf.objects:
        try:
            _look(thing, found, names, 0)
        except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
            continue  # an object that nobody can read cannot act
    root: Any = pdf.Root
    if "/AcroForm" in root and hasattr(root.AcroForm, "keys") and "/XFA" in root.AcroForm:
        found.add("XFA form")
    if "/OpenAction" in root and hasattr(root.OpenAction, "keys") and root.OpenAction.get("/S") != "/GoTo":
        found.add("action on opening")
    return sorted(found - _ORDINARY), list(dict.fromkeys(names))[:_MOST_NAMES]


def _look(thing: Any, found: set[str], names: list[str], depth: int) -> None:
    """Looks at one object and at the direct ones inside it; indirect ones come up by themselves."""
    import pikepdf

    if depth > _DEEPEST:
        return
    if isinstance(thing, pikepdf.Array):
        for inner in thing:
            if isinstance(inner, pikepdf.Array | pikepdf.Dictionary) and not inner.is_indirect:
                _look(inner, found, names, depth + 1)
        return
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    keys = set(thing.keys())
    if "/S" in keys and (action := _ACTIONS.get(str(thing["/S"]))):
        found.add(action)
    if "/JS" in keys:
        found.add("JavaScript")
    if "/Subtype" in keys and "/Rect" in keys and (kind := _SUBTYPES.get(str(thing["/Subtype"]))):
        found.add(kind)
    if "/EF" in keys:
        found.add("embedded file")
        names.append(str(thing.get("/UF", thing.get("/F", "without a name"))))
    if isinstance(thing, pikepdf.Stream) and "/F" in keys:
        found.add("data in another file")
    for key in keys:
        if key in ("/Parent", "/P"):
            continue
        inner = thing.get(key)
        if isinstance(inner, pikepdf.Array | pikepdf.Dictionary) and not inner.is_indirect:
            _look(inner, found, names, depth + 1)
