"""The catalog's tables. What came in is copied from the acquisition records; what people wrote lives only here."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

# The case's own fields; ``applied``: the ledger lines that the catalog already reflects; and ``preference:…``.
facts_of_case = Table("case_info", metadata, Column("key", String, primary_key=True), Column("value", Text))

acquisitions = Table(
    "acquisitions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("received", String, nullable=False),
    Column("received_from", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("received_by", Text, nullable=False),
    Column("tool", Text, nullable=False),
)

refusals = Table(
    "refusals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("acquisition", ForeignKey("acquisitions.number"), nullable=False),
    Column("path", Text, nullable=False),
    Column("why", Text, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("received_path", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("blake3", String(64), nullable=False),
    Column("acquisition", ForeignKey("acquisitions.number"), nullable=False),
    Column("parent", ForeignKey("items.number")),
    Column("duplicate_of", ForeignKey("items.number")),
    Index(None, "sha256"),
    Index(None, "parent"),
    Index(None, "duplicate_of"),
)

# What a reader found; replaced as a whole by ``reread``.
readings = Table(
    "readings",
    metadata,
    Column("item", ForeignKey("items.number"), primary_key=True),
    Column("kind", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("extension_matches", Boolean, nullable=False),
    Column("reader", String, nullable=False),
    Column("version", String, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("moments", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("pages", Integer),
    Column("seconds", Float),
    Column("proposals", JSON, nullable=False),
    Column("questions", JSON, nullable=False),
    Index(None, "kind"),
)

# Every contact that a reading told of, as found; replaced with the reading. ``sort`` is the instant in UTC to order by
# (a naive time taken in the case's zone), NULL for an undated one. SQLite keeps ``contact_words`` (FTS5) beside it.
contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", ForeignKey("items.number"), nullable=False),
    Column("at", Text, nullable=False),
    Column("channel", String, nullable=False),
    Column("when", String),
    Column("sort", String),
    Column("as_found", Text, nullable=False),
    Column("zone", String, nullable=False),
    Column("sender", Text, nullable=False),
    Column("recipients", JSON, nullable=False),
    Column("outgoing", Boolean),
    Column("answered", Boolean),
    Column("seconds", Float),
    Column("body", Text),
    Column("attachments", JSON, nullable=False),
    Column("names", JSON, nullable=False),
    Column("thread", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("ident", Text, nullable=False),
    Column("note", Text, nullable=False),
    # What of it is searched: everybody's identifiers and names on one line.
    Column("people", Text, nullable=False),
    Index(None, "item"),
    Index(None, "sort"),
    Index(None, "sender", "recipients", "names"),  # who there is, without going through the bodies
)

# What a person answered to a reader's questions about an item.
answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", ForeignKey("items.number"), nullable=False),
    Column("key", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("time", String, nullable=False),
    UniqueConstraint("item", "key"),
)

# What a machine made of an item: its words recognised (kind ocr) or a draft of a transcript (kind transcript). It can
# be made again; ``data`` holds the words with their boxes or times, ``made`` is UTC ISO 8601.
derivatives = Table(
    "derivatives",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", ForeignKey("items.number"), nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("tool", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("made", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("proposals", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    UniqueConstraint("item", "kind"),
)

# A person's transcripts of an item, version after version; none is ever overwritten once it is certified. ``text`` is
# what of it is searched.
transcripts = Table(
    "transcripts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", ForeignKey("items.number"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("actor", Text, nullable=False),
    Column("time", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("item", "version"),
)

# What a person said of an item.
descriptions = Table(
    "descriptions",
    metadata,
    Column("item", ForeignKey("items.number"), primary_key=True),
    Column("title", Text),
    Column("when_said", Text),
    # Who chose the time, and when they did (UTC ISO 8601).
    Column("when_by", Text),
    Column("when_at", String),
    Column("party", Text),
)

# How an item stands in a list, made from its reading and description by every change of these (catalog/listing.py).
# ``sort``, ``first_day`` and ``last_day`` are NULL for an undated item; ``title`` is a key to order by, not to show.
listing = Table(
    "listing",
    metadata,
    Column("id", ForeignKey("items.id"), primary_key=True),
    Column("kind", String, nullable=False),
    Column("warned", Boolean, nullable=False),
    Column("sort", String),
    Column("first_day", String),
    Column("last_day", String),
    Column("title", Text, nullable=False),
    Column("party", Text),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", ForeignKey("items.number"), nullable=False),
    Column("text", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("time", String, nullable=False),
    Index(None, "item"),
)

parties = Table(
    "parties",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("basis", Text, nullable=False),
)

identifiers = Table(
    "identifiers",
    metadata,
    Column("identifier", Text, primary_key=True),
    Column("party", ForeignKey("parties.id"), nullable=False),
)

milestones = Table(
    "milestones",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("when", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("item", ForeignKey("items.number")),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("when", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("items", JSON, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("location", Text, nullable=False),
    Column("witness", Text, nullable=False),
    Column("reported", Text, nullable=False),
)

# ``label`` and ``items`` follow the ledger; the rest is editable. ``position`` orders the binder.
exhibits = Table(
    "exhibits",
    metadata,
    Column("label", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("items", JSON, nullable=False),
    Column("status", String, nullable=False),
    Column("witness", Text),
    Column("group", Text),
    Column("dates", JSON, nullable=False),
    Column("pages", Integer),
    Column("first_page", Integer),
    Column("volume", Integer),
)

# Exhibits that are being prepared: they have no label yet. ``position`` orders them behind what is marked.
drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("items", JSON, nullable=False),
    Column("witness", Text),
    Column("group", Text),
    Column("label", Text),
)

# How each original looked when its digests were last found good: a changed stamp is re-hashed at the next opening.
stamps = Table(
    "stamps",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("ctime_ns", Integer, nullable=False),
)

# The FTS5 indexes are SQLite's own and made by their migrations: `search`, whose rowid is items.id, and
# `contact_words` over contacts, kept by triggers.
