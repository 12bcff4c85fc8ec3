"""Bundles: what was exported to the registry; and to whom the site seals them."""

from alembic import op

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE bundle (
    id TEXT NOT NULL,
    reference TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    prepared_at TEXT NOT NULL,
    prepared_by TEXT NOT NULL,
    base INTEGER NOT NULL,
    previous TEXT,
    state TEXT NOT NULL,
    exported_at TEXT,
    size INTEGER,
    root TEXT,
    file_name TEXT,
    sha256 TEXT,
    octets INTEGER,
    recipient TEXT,
    abandoned TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_bundle PRIMARY KEY (id),
    CONSTRAINT uq_bundle_reference UNIQUE (reference),
    CONSTRAINT fk_bundle_prepared_by FOREIGN KEY(prepared_by) REFERENCES person (id)
)
""",
    "CREATE INDEX ix_bundle_sequence ON bundle (sequence)",
    "ALTER TABLE site ADD COLUMN registry_recipient TEXT",
)


def upgrade() -> None:
    """Make the table, and the column for the recipient."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    op.execute("DROP TABLE bundle")
    op.execute("ALTER TABLE site DROP COLUMN registry_recipient")
