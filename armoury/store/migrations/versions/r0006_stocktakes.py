"""Stock-takes with their lines, and certificates."""

from alembic import op

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE stocktake (
    id TEXT NOT NULL,
    reference TEXT NOT NULL,
    year INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    board TEXT NOT NULL,
    baseline INTEGER NOT NULL,
    places TEXT,
    types TEXT,
    legal TEXT,
    keepers TEXT,
    override TEXT,
    state TEXT NOT NULL,
    closed_at TEXT,
    closed_by TEXT,
    book INTEGER,
    "both" INTEGER,
    book_only INTEGER,
    elsewhere INTEGER,
    floor_only INTEGER,
    outside INTEGER,
    void TEXT,
    certificate TEXT,
    certificate_sha256 TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_stocktake PRIMARY KEY (id),
    CONSTRAINT uq_stocktake_reference UNIQUE (reference),
    CONSTRAINT fk_stocktake_opened_by FOREIGN KEY(opened_by) REFERENCES person (id),
    CONSTRAINT fk_stocktake_closed_by FOREIGN KEY(closed_by) REFERENCES person (id)
)
""",
    """
CREATE TABLE count_line (
    id TEXT NOT NULL,
    stocktake TEXT NOT NULL,
    line INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    at TEXT NOT NULL,
    counted_by TEXT NOT NULL,
    text TEXT,
    scheme TEXT,
    weapon TEXT,
    place TEXT,
    candidates TEXT,
    book_custody TEXT,
    book_place TEXT,
    claimed INTEGER NOT NULL,
    unlisted INTEGER NOT NULL,
    struck TEXT,
    entry INTEGER NOT NULL,
    text_key TEXT,
    CONSTRAINT pk_count_line PRIMARY KEY (id),
    CONSTRAINT fk_count_line_stocktake FOREIGN KEY(stocktake) REFERENCES stocktake (id),
    CONSTRAINT fk_count_line_counted_by FOREIGN KEY(counted_by) REFERENCES person (id),
    CONSTRAINT fk_count_line_weapon FOREIGN KEY(weapon) REFERENCES weapon (id),
    CONSTRAINT fk_count_line_place FOREIGN KEY(place) REFERENCES place (id),
    CONSTRAINT fk_count_line_book_place FOREIGN KEY(book_place) REFERENCES place (id)
)
""",
    "CREATE INDEX ix_count_line_stocktake ON count_line (stocktake)",
    "CREATE INDEX ix_count_line_text_key ON count_line (text_key)",
    "CREATE INDEX ix_count_line_weapon ON count_line (weapon)",
    """
CREATE TABLE certificate (
    id TEXT NOT NULL,
    reference TEXT NOT NULL,
    series TEXT NOT NULL,
    year INTEGER NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    language TEXT NOT NULL,
    classification TEXT NOT NULL,
    content TEXT NOT NULL,
    prepared_at TEXT NOT NULL,
    prepared_by TEXT NOT NULL,
    state TEXT NOT NULL,
    issued_at TEXT,
    sha256 TEXT,
    void TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_certificate PRIMARY KEY (id),
    CONSTRAINT uq_certificate_reference UNIQUE (reference),
    CONSTRAINT fk_certificate_prepared_by FOREIGN KEY(prepared_by) REFERENCES person (id)
)
""",
    "CREATE INDEX ix_certificate_subject ON certificate (subject)",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    for table in ("certificate", "count_line", "stocktake"):
        op.execute(f"DROP TABLE {table}")
