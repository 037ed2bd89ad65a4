"""The domain's types: frozen values and enums, no I/O. Terms as prosecutors' offices use them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

FactValue = str | int | float | bool | None | list[str]


class Kind(StrEnum):
    """What an item is, by its content."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    EMAIL = "email"
    MESSAGES = "messages"
    ARCHIVE = "archive"
    OTHER = "other"


class Zone(StrEnum):
    """How a moment's zone is known: written in the file, applied by a rule or person, or not at all."""

    STATED = "stated"
    ASSUMED = "assumed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Fact:
    """One piece of metadata and where in the file it was read."""

    name: str
    value: FactValue
    basis: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: ISO 8601 ``value`` (naive when ``zone`` is none), its text as found, its basis."""

    value: str
    as_found: str
    basis: str
    zone: Zone


@dataclass(frozen=True, slots=True)
class Child:
    """A file found inside an item (an attachment, an archive member), written by a reader under its ``out``. ``name``
    is its place below the item, with ``/`` between folders. ``source`` holds what the container knew of it, such as
    its time: (name, value) for the record of custody."""

    name: str
    path: Path
    source: tuple[tuple[str, str], ...] = ()


class Hint(StrEnum):
    """What a proposal proposes."""

    TIME = "time"
    DAY = "day"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that a file's name, or words recognised in it, may mean; a person decides, and it is never a fact.

    ``value`` is an ISO 8601 time or day, or a telephone number (E.164 where it can be told, else as found); ``basis``
    where it was found, ``why`` it is thought to mean that, in a few words."""

    hint: Hint
    value: str
    as_found: str
    basis: str
    why: str
    zone: Zone = Zone.NONE


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can tell of a file, such as the order of day and month. ``key`` names it among the item's
    answers, ``ask`` is the question in a sentence, ``choices`` the answers that can be given (value, in words); none
    stands for free text."""

    key: str
    ask: str
    choices: tuple[tuple[str, str], ...] = ()


class Channel(StrEnum):
    """The way by which somebody was reached."""

    TEXT = "text"
    CALL = "call"
    VOICEMAIL = "voicemail"
    EMAIL = "email"
    CHAT = "chat"
    POST = "post"
    IN_PERSON = "in-person"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Contact:
    """One communication or attempt as one item tells of it.

    ``at`` is its place there (“message 12”). ``when`` as in :class:`Moment`, None when it has no time that can be
    read; ``as_found`` its text. ``sender`` and ``recipients`` are numbers, addresses, handles or names as found; empty
    where the file does not say, which stands for the device's owner when ``outgoing`` is known. ``outgoing``: sent by
    the owner of the device or account (True), received (False), not known (None). ``answered`` and ``seconds`` for
    calls. ``body`` keeps its line breaks. ``attachments`` are names of files that belong to it. ``names`` are
    (identifier, display name) as found. ``thread`` is the conversation's name. ``ident`` is the file's own id of it:
    within one item, contacts of one ``ident`` are the same one."""

    at: str
    channel: Channel
    when: str | None
    as_found: str
    zone: Zone
    sender: str
    recipients: tuple[str, ...]
    outgoing: bool | None = None
    answered: bool | None = None
    seconds: float | None = None
    body: str | None = None
    attachments: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    thread: str = ""
    service: str = ""
    ident: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one file. ``text`` is a UTF-8 file under the reader's ``out``, or None; ``contacts`` one
    of JSON lines, one :class:`Contact` each, as :mod:`evidencekit.media.contacts` writes them."""

    kind: Kind
    media_type: str
    extension_matches: bool
    reader: str
    version: str
    facts: tuple[Fact, ...] = ()
    moments: tuple[Moment, ...] = ()
    warnings: tuple[str, ...] = ()
    text: Path | None = None
    children: tuple[Child, ...] = ()
    pages: int | None = None
    seconds: float | None = None
    contacts: Path | None = None
    proposals: tuple[Proposal, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """A file that came with another: an attachment or a neighbour in its folder. ``name`` is relative to the item's
    own folder, or the child's name."""

    name: str
    path: Path
    media_type: str
    number: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader may know of an item besides its bytes: a person's ``answers`` to its questions by key, what lies
    ``beside`` it, and the SHA-256 (hex) of what lies inside it and must not be shown (``hidden``)."""

    answers: tuple[tuple[str, str], ...] = ()
    beside: tuple[Beside, ...] = ()
    hidden: tuple[str, ...] = ()

    def answer(self, key: str) -> str:
        """What a person answered, or an empty text."""
        return dict(self.answers).get(key, "")

    def marks(self) -> tuple[str, ...]:
        """Texts that tell this context from every other: none for an empty one. Where the files lie is left out."""
        said = [f"{key}={value}" for key, value in self.answers]
        seen = [f"{each.name}\n{each.path.name}\n{each.media_type}" for each in self.beside]
        return (*said, *seen, *(f"without {each}" for each in self.hidden))


NO_CONTEXT = Context()


@dataclass(frozen=True, slots=True)
class Study:
    """What long work on one item gave: ``result`` is a JSON file under its ``out``, None when there was nothing to
    find or it failed; then ``warnings`` say why."""

    result: Path | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pages:
    """An item's printable rendition: ``pdf`` on the binder's paper (None when it cannot be printed), page count,
    loudness ``peaks`` 0..1 for a waveform, and ``warnings`` on what paper cannot show. Not ``whole``: some of its
    content is left off the pages, so that the native file must go beside them."""

    pdf: Path | None
    count: int
    peaks: tuple[float, ...] = ()
    warnings: tuple[str, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """What the screen shows of a file, and the only thing of it that the app decodes.

    ``image`` is a PNG of one page, upright, sRGB, 8 bits, opaque; ``scale`` its pixels by the original's (by the point
    for a PDF). ``sound`` is a WAV of 16-bit samples. ``pages`` says how many pages can be asked for, 0 when there is no
    picture. ``peaks`` 0..1 are the loudness over ``seconds``, which are counted. ``text`` holds a PDF page's words."""

    image: Path | None
    sound: Path | None
    pages: int
    peaks: tuple[float, ...] = ()
    seconds: float | None = None
    scale: float = 1.0
    text: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """One prosecution."""

    uuid: str
    number: str
    caption: str
    timezone: str
    court: str = ""
    jurisdiction: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Digests:
    """An item's two digests, lower-case hex."""

    sha256: str
    blake3: str


@dataclass(frozen=True, slots=True)
class Acquisition:
    """One hand-over: from whom, how and when the material came in. ``received`` is UTC ISO 8601."""

    number: int
    source: str
    received: str
    received_from: str = ""
    method: str = ""
    note: str = ""
    received_by: str = ""
    tool: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One received file, immutable, with what was read out of it and what a person said about it."""

    number: str
    name: str
    received_path: str
    size: int
    digests: Digests
    kind: Kind
    media_type: str
    extension_matches: bool
    acquisition: int
    received: str
    parent: str | None = None
    duplicate_of: str | None = None
    facts: tuple[Fact, ...] = ()
    moments: tuple[Moment, ...] = ()
    warnings: tuple[str, ...] = ()
    pages: int | None = None
    seconds: float | None = None
    title: str | None = None
    when_said: str | None = None
    party: str | None = None
    proposals: tuple[Proposal, ...] = ()
    questions: tuple[Question, ...] = ()
    when_by: str | None = None
    when_at: str | None = None

    @property
    def when(self) -> str | None:
        """A person's choice, else the best moment found, else None."""
        if self.when_said is not None:
            return self.when_said
        return self.moments[0].value if self.moments else None

    @property
    def moment(self) -> Moment | None:
        """The moment found in the file that ``when`` is: the one that a person chose, else the best one. None when a
        person said another time, or nothing was found."""
        if self.when_said is None:
            return self.moments[0] if self.moments else None
        return next((each for each in self.moments if each.value == self.when_said), None)

    def fact(self, name: str) -> FactValue:
        """The value of the first fact of that name, or None."""
        return next((f.value for f in self.facts if f.name == name), None)


class Role(StrEnum):
    """What a party is in the case."""

    VICTIM = "victim"
    DEFENDANT = "defendant"
    WITNESS = "witness"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Party:
    """A person, the numbers, addresses and handles that belong to them, and how that is known."""

    name: str
    role: Role
    identifiers: tuple[str, ...]
    basis: str = ""


class MilestoneKind(StrEnum):
    """A dated legal or human turning point."""

    NO = "no"
    ORDER_ISSUED = "order-issued"
    ORDER_SERVED = "order-served"
    ORDER_EXPIRES = "order-expires"
    ARREST = "arrest"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A turning point on the chronology; ``when`` as a person said it."""

    id: int
    when: str
    kind: MilestoneKind
    text: str
    item: str | None = None


class Category(StrEnum):
    """SLII, the four behaviours of stalking (SPARC / NCVC model)."""

    SURVEILLANCE = "surveillance"
    LIFE_INVASION = "life-invasion"
    INTIMIDATION = "intimidation"
    INTERFERENCE = "interference"


@dataclass(frozen=True, slots=True)
class Incident:
    """One hand-written row of the chronology, resting on items."""

    id: int
    when: str
    text: str
    items: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    location: str = ""
    witness: str = ""
    reported: str = ""


class Status(StrEnum):
    """What happened to an exhibit in court."""

    MARKED = "marked"
    OFFERED = "offered"
    ADMITTED = "admitted"
    EXCLUDED = "excluded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What is marked for court. ``label`` is the bare label on the sticker, issued once and never reused.
    ``dates`` holds one (status, ISO date) per step in court."""

    label: str
    title: str
    items: tuple[str, ...]
    status: Status = Status.MARKED
    witness: str | None = None
    group: str | None = None
    dates: tuple[tuple[Status, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An exhibit that is being prepared: it has no label until it is marked. ``label`` is a late one that a person
    wants for it, such as 12A; an empty ``title`` stands for its first item's."""

    id: int
    items: tuple[str, ...]
    title: str = ""
    witness: str | None = None
    group: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an exhibit stands in a built binder; ``first_page`` is the 1-based page of the volume's file."""

    label: str
    pages: int
    first_page: int
    volume: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault found by a check, naming its item or ledger line (1-based)."""

    code: str
    message: str
    item: str | None = None
    line: int | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class ChronologyRow:
    """One line of the bound chronology. ``date`` and ``time`` as printed; undated rows say so in ``date``.

    ``exhibit`` and ``page`` are the first of ``cites``, which holds (label, page) of every live exhibit with one of
    the ``items``. ``contact`` is the number of the contact that it is, as ``contacts`` lists them, None for others."""

    n: int
    date: str
    time: str
    zone: str
    channel: str
    what: str
    categories: tuple[str, ...] = ()
    milestone: bool = False
    items: tuple[str, ...] = ()
    exhibit: str = ""
    page: int | None = None
    location: str = ""
    witness: str = ""
    reported: str = ""
    sort: tuple[str, ...] = field(default=(), repr=False)
    cites: tuple[tuple[str, int | None], ...] = ()
    contact: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts on evidence: name, role and agency, as they sign."""

    name: str
    role: str = ""
    agency: str = ""

    @property
    def actor(self) -> str:
        """How the ledger names them: “Name, role, agency”, without what is not known."""
        return ", ".join(part for part in (self.name, self.role, self.agency) if part)


class Part(StrEnum):
    """What of an item is held back from a production."""

    WHOLE = "whole"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Held:
    """An item that is held back: which part, why (printed in the production letter), by whom, when (UTC ISO 8601) and
    by which ledger line."""

    item: str
    part: Part
    reason: str
    actor: str
    time: str
    line: int


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An item that does not leave, or whose native does not, by name or along with another; ``basis`` is printed in the
    letter."""

    item: str
    part: Part
    basis: str


@dataclass(frozen=True, slots=True)
class Cleared:
    """What a person let go although it is protected: ``keys`` are :func:`protected_key` of terms, ``gps``, or that it
    is ``unsearchable`` or ``held``."""

    item: str
    keys: frozenset[str]
    reason: str
    actor: str
    time: str
    line: int


@dataclass(frozen=True, slots=True)
class Protection:
    """What must not leave: protected ``terms`` as typed, the items ``held`` back and those ``cleared`` by number.
    ``released``: item number → the ledger line by which a person last said that it is not held back; what is held back
    before that line does not hold it back along."""

    terms: tuple[str, ...] = ()
    held: dict[str, Held] = field(default_factory=dict)
    cleared: dict[str, tuple[Cleared, ...]] = field(default_factory=dict)
    released: dict[str, int] = field(default_factory=dict)

    def clears(self, item: str, key: str) -> bool:
        """Whether a person let this item go with that in it."""
        return any(key in each.keys for each in self.cleared.get(item, ()))


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where something of an item that would leave holds what is protected: ``where`` is native, pdf, text,
    name, index or metadata; ``what`` the protected term, or ``gps``; ``key`` tells it from every other; ``found`` shows
    it in a few words."""

    item: str
    where: str
    what: str
    key: str
    found: str
