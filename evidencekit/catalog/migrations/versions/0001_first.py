"""The first catalog: items, readings, descriptions, chronology, exhibits and the full-text index."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acquisitions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("received", sa.String(), nullable=False),
        sa.Column("received_from", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_acquisitions")),
    )
    op.create_table(
        "case_info",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_case_info")),
    )
    op.create_table(
        "exhibits",
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=True),
        sa.Column("group", sa.Text(), nullable=True),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("first_page", sa.Integer(), nullable=True),
        sa.Column("volume", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("label", name=op.f("pk_exhibits")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("when", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("reported", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_table(
        "parties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
        sa.UniqueConstraint("name", name=op.f("uq_parties_name")),
    )
    op.create_table(
        "stamps",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.Integer(), nullable=False),
        sa.Column("ctime_ns", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stamps")),
    )
    op.create_table(
        "identifiers",
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["parties.id"], name=op.f("fk_identifiers_party")),
        sa.PrimaryKeyConstraint("identifier", name=op.f("pk_identifiers")),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("received_path", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("blake3", sa.String(length=64), nullable=False),
        sa.Column("acquisition", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("duplicate_of", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["acquisition"], ["acquisitions.number"], name=op.f("fk_items_acquisition")),
        sa.ForeignKeyConstraint(["duplicate_of"], ["items.number"], name=op.f("fk_items_duplicate_of")),
        sa.ForeignKeyConstraint(["parent"], ["items.number"], name=op.f("fk_items_parent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("number", name=op.f("uq_items_number")),
    )
    op.create_index(op.f("ix_items_duplicate_of"), "items", ["duplicate_of"], unique=False)
    op.create_index(op.f("ix_items_parent"), "items", ["parent"], unique=False)
    op.create_index(op.f("ix_items_sha256"), "items", ["sha256"], unique=False)
    op.create_table(
        "refusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("acquisition", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["acquisition"], ["acquisitions.number"], name=op.f("fk_refusals_acquisition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
    )
    op.create_table(
        "descriptions",
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("when_said", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name=op.f("fk_descriptions_item")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_descriptions")),
    )
    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("when", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("item", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name=op.f("fk_milestones_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("time", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name=op.f("fk_notes_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_item"), "notes", ["item"], unique=False)
    op.create_table(
        "readings",
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("extension_matches", sa.Boolean(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("moments", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name=op.f("fk_readings_item")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_readings")),
    )
    op.create_index(op.f("ix_readings_kind"), "readings", ["kind"], unique=False)
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5("
        "name, title, facts, body, notes, tokenize = 'unicode61 remove_diacritics 2')"
    )
