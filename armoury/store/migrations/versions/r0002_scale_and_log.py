"""The authorised holding scale, the site log, and weapons that a marking rule leaves out."""

from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE holding (
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    authority TEXT NOT NULL,
    dated TEXT NOT NULL,
    calibre TEXT,
    ended TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_holding PRIMARY KEY (id)
)
""",
    """
CREATE TABLE log (
    id TEXT NOT NULL,
    log_kind TEXT NOT NULL,
    at TEXT NOT NULL,
    text TEXT NOT NULL,
    place TEXT,
    people TEXT,
    outcome TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_log PRIMARY KEY (id),
    CONSTRAINT fk_log_place FOREIGN KEY(place) REFERENCES place (id)
)
""",
    "CREATE INDEX ix_log_at ON log (at)",
    "ALTER TABLE weapon ADD COLUMN temporary_import INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE weapon ADD COLUMN museum_piece INTEGER NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    """Add them."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    for column in ("museum_piece", "temporary_import"):
        op.execute(f"ALTER TABLE weapon DROP COLUMN {column}")
    for table in ("log", "holding"):
        op.execute(f"DROP TABLE {table}")
