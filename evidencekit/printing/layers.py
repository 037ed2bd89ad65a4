"""Layers of a PDF (optional content): what is off in the source stays off on paper.

Pages keep their layer switches under ``/EKLayers`` until the binder is finished, because merging drops a part's own
list of layers. Source: ISO 32000-1 8.11.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

PAGE_KEY = "/EKLayers"


class Layers:
    """The layers of a source PDF and which of them a screen does not show."""

    def __init__(self, source: pikepdf.Pdf) -> None:
        root: Any = source.Root.get("/OCProperties")
        self._groups: dict[tuple[int, int], Any] = {}
        self._off: set[tuple[int, int]] = set()
        self._shared: pikepdf.Object | None = None
        if root is None or not hasattr(root, "keys"):
            return
        for group in _each(root.get("/OCGs")):
            if group.is_indirect:
                self._groups[group.objgen] = group
        default: Any = root.get("/D")
        if default is not None and hasattr(default, "keys"):
            self._switch(default)

    def hides(self, membership: Any) -> bool:
        """Whether content or an annotation under this group or membership dictionary is not shown."""
        if membership is None or not hasattr(membership, "keys"):
            return False
        if membership.get("/Type") != "/OCMD":
            return membership.objgen in self._off
        groups: Any = membership.get("/OCGs")
        members = [groups] if groups is not None and hasattr(groups, "keys") else list(_each(groups))
        states = [group.objgen not in self._off for group in members if group.is_indirect]
        if not states:
            return False
        policy = str(membership.get("/P", "/AnyOn"))
        shown = {"/AllOn": all(states), "/AnyOff": not all(states), "/AllOff": not any(states)}
        return not shown.get(policy, any(states))

    def note(self, framed: pikepdf.Page, pdf: pikepdf.Pdf) -> None:
        """Keeps the switches with a page of ``pdf``, when anything is off."""
        if not self._off:
            return
        if self._shared is None:
            from pikepdf import Array, Dictionary

            on = Array(pdf.copy_foreign(group) for key, group in self._groups.items() if key not in self._off)
            off = Array(pdf.copy_foreign(group) for key, group in self._groups.items() if key in self._off)
            self._shared = pdf.make_indirect(Dictionary(On=on, Off=off))
        framed.obj[PAGE_KEY] = self._shared

    def _switch(self, default: Any) -> None:
        if default.get("/BaseState") == "/OFF":
            self._off = set(self._groups)
        self._off -= {group.objgen for group in _each(default.get("/ON"))}
        self._off |= {group.objgen for group in _each(default.get("/OFF")) if group.objgen in self._groups}
        for rule in _each(default.get("/AS")):
            if rule.get("/Event") == "/View":
                for group in _each(rule.get("/OCGs")):
                    self._by_usage(group)

    def _by_usage(self, group: Any) -> None:
        usage: Any = group.get("/Usage")
        view: Any = usage.get("/View") if hasattr(usage, "keys") else None
        state = view.get("/ViewState") if hasattr(view, "keys") else None
        if state == "/OFF" and group.objgen in self._groups:
            self._off.add(group.objgen)
        elif state == "/ON":
            self._off.discard(group.objgen)


def restore_layers(pdf: pikepdf.Pdf, pages: Iterable[pikepdf.Object], *, keep: bool = False) -> None:
    """Writes the list of layers of a PDF made of framed pages, and takes the switches off its pages unless a later
    merge needs them (``keep``)."""
    from pikepdf import Array, Dictionary

    groups: dict[tuple[int, int], Any] = {}
    off: dict[tuple[int, int], Any] = {}
    for page in pages:
        if PAGE_KEY not in page:
            continue
        switches: Any = page[PAGE_KEY]
        hidden = {group.objgen: group for group in switches.Off}
        off |= hidden
        groups |= hidden | {group.objgen: group for group in switches.On}
        if not keep:
            del page[PAGE_KEY]
    if not off:
        return
    shown = [group for key, group in groups.items() if key not in off]
    default = Dictionary(BaseState=_name("/ON"), OFF=Array(off.values()), ON=Array(shown), Order=Array())
    pdf.Root.OCProperties = Dictionary(OCGs=Array(groups.values()), D=default)


def _name(value: str) -> pikepdf.Name:
    from pikepdf import Name

    return Name(value)


def _each(values: Any) -> list[Any]:
    """The dictionaries of an array that may be missing or something else."""
    from pikepdf import Array

    return [value for value in values if hasattr(value, "keys")] if isinstance(values, Array) else []
