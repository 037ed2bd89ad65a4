"""Contacts, answers, proposals, what machines made of items, transcripts; recognised words can be searched."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TOKENS = "tokenize = 'unicode61 remove_diacritics 2'"


def upgrade() -> None:
    for column in ("proposals", "questions"):
        op.add_column("readings", sa.Column(column, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("descriptions", sa.Column("when_by", sa.Text(), nullable=True))
    op.add_column("descriptions", sa.Column("when_at", sa.String(), nullable=True))
    _contacts()
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("time", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name=op.f("fk_answers_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("item", "key", name=op.f("uq_answers_item")),
    )
    op.create_table(
        "derivatives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("proposals", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name=op.f("fk_derivatives_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_derivatives")),
        sa.UniqueConstraint("item", "kind", name=op.f("uq_derivatives_item")),
    )
    op.create_table(
        "transcripts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("time", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name=op.f("fk_transcripts_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcripts")),
        sa.UniqueConstraint("item", "version", name=op.f("uq_transcripts_item")),
    )
    _search()


def _contacts() -> None:
    texts = ["at", "as_found", "sender", "thread", "service", "ident", "note", "people"]
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("when", sa.String(), nullable=True),
        sa.Column("sort", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("outgoing", sa.Boolean(), nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name=op.f("fk_contacts_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_item"), "contacts", ["item"], unique=False)
    op.create_index(op.f("ix_contacts_sort"), "contacts", ["sort"], unique=False)
    op.create_index(op.f("ix_contacts_sender"), "contacts", ["sender", "recipients", "names"], unique=False)
    op.execute(
        "CREATE VIRTUAL TABLE contact_words USING fts5("
        f"body, people, content = 'contacts', content_rowid = 'id', {_TOKENS})"
    )
    op.execute(
        "CREATE TRIGGER contact_words_in AFTER INSERT ON contacts BEGIN "
        "INSERT INTO contact_words(rowid, body, people) VALUES (new.id, new.body, new.people); END"
    )
    op.execute(
        "CREATE TRIGGER contact_words_out AFTER DELETE ON contacts BEGIN "
        "INSERT INTO contact_words(contact_words, rowid, body, people) "
        "VALUES ('delete', old.id, old.body, old.people); END"
    )


def _search() -> None:
    """FTS5 tables cannot be altered: a new one takes the old one's rows."""
    op.execute("ALTER TABLE search RENAME TO search_before")
    op.execute(
        f"CREATE VIRTUAL TABLE search USING fts5(name, title, facts, body, notes, recognised, transcript, {_TOKENS})"
    )
    op.execute(
        "INSERT INTO search(rowid, name, title, facts, body, notes, recognised, transcript) "
        "SELECT rowid, name, title, facts, body, notes, '', '' FROM search_before"
    )
    op.execute("DROP TABLE search_before")
