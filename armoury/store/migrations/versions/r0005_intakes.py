"""Intakes: which files of old books were taken into the register."""

from alembic import op

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE intake (
    id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    mapping TEXT NOT NULL,
    rows_read INTEGER NOT NULL,
    rows_new INTEGER NOT NULL,
    rows_same INTEGER NOT NULL,
    rows_changed INTEGER NOT NULL,
    rows_left_out INTEGER NOT NULL,
    weapons INTEGER NOT NULL,
    sheet TEXT,
    encoding TEXT,
    header_line INTEGER,
    report TEXT,
    remarks TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_intake PRIMARY KEY (id)
)
""",
    "CREATE INDEX ix_intake_sha256 ON intake (sha256)",
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take it away again."""
    op.execute("DROP TABLE intake")
