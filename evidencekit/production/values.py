"""What a production is made from and tells: frozen values, planned before anything is written."""

from __future__ import annotations

from dataclasses import dataclass

from evidencekit.binder.values import Seal
from evidencekit.model import CaseInfo, HeldBack, Kind


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for. ``to`` whom it goes, ``medium`` how (“disc”, “portal”); ``prefix`` of the Bates numbers,
    empty for the case's own; ``items`` chosen by number, empty for all; ``only_new``: only what that recipient never
    got; ``confidentiality`` is printed on every page, empty for none; ``note`` is printed in the letter."""

    to: str
    medium: str = ""
    prefix: str = ""
    items: tuple[str, ...] = ()
    only_new: bool = False
    confidentiality: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProducedItem:
    """One item as it leaves. ``begin`` and ``end`` are its Bates numbers; ``family_begin`` and ``family_end`` those of
    its family, empty when it stands alone. ``custodian`` is the hand-over's source; ``name`` and ``received_path`` as
    received, shown safely; ``created`` and ``modified`` ISO 8601 or empty, read from the file and from its source's
    file system, never a person's choice. ``pdf``, ``text`` and ``native`` are paths below ``data/``, empty where there
    is none. ``redacted`` says what is held back of it, empty for nothing. ``drawn`` is the SHA-256 (hex) of its pages
    before their numbers are stamped, empty until they are made."""

    item: str
    parent: str
    begin: str
    end: str
    pages: int
    family_begin: str
    family_end: str
    custodian: str
    name: str
    received_path: str
    extension: str
    size: int
    kind: Kind
    media_type: str
    created: str
    modified: str
    sha256: str
    blake3: str
    redacted: str
    confidentiality: str
    pdf: str
    text: str
    native: str
    drawn: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """The ``name`` of an ``item`` that is held back as a whole, as it stands in another, ``inside``, that goes;
    ``where`` is native, pdf or text, ``found`` shows the first place there."""

    item: str
    name: str
    inside: str
    where: str
    found: str


@dataclass(frozen=True, slots=True)
class Production:
    """One production as planned: ``number`` counts the case's productions from 1."""

    number: int
    case: CaseInfo
    order: Order
    prefix: str
    by: str
    items: tuple[ProducedItem, ...]
    held: tuple[HeldBack, ...]

    @property
    def first(self) -> str:
        """The lowest number; an item that keeps its numbers may stand behind others."""
        return min((each.begin for each in self.items), key=lambda each: (len(each), each))

    @property
    def last(self) -> str:
        return max((each.end for each in self.items), key=lambda each: (len(each), each))

    @property
    def pages(self) -> int:
        return sum(each.pages for each in self.items)


@dataclass(frozen=True, slots=True)
class Package:
    """What vouches for a finished production: SHA-256 (hex) of its payload's ``manifest``, of its ``tagmanifest`` and
    of its ``verify`` program, and the ``seal`` over its line in the ledger."""

    manifest: str
    tagmanifest: str
    verify: str
    seal: Seal
