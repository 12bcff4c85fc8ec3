"""Ammunition: items, lots, vouchers and their lines."""

from alembic import op

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE ammunition (
    id TEXT NOT NULL,
    tag TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    nature TEXT NOT NULL,
    calibre TEXT,
    calibre_text TEXT,
    un_number TEXT,
    hazard_division TEXT,
    compatibility_group TEXT,
    neq_micrograms INTEGER,
    unit_of_issue TEXT NOT NULL,
    unit_quantity INTEGER,
    packaging TEXT,
    package_quantity INTEGER,
    stock_number TEXT,
    remarks TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_ammunition PRIMARY KEY (id),
    CONSTRAINT uq_ammunition_code UNIQUE (code)
)
""",
    "CREATE INDEX ix_ammunition_calibre ON ammunition (calibre)",
    "CREATE INDEX ix_ammunition_hazard_division ON ammunition (hazard_division)",
    """
CREATE TABLE lot (
    id TEXT NOT NULL,
    tag TEXT NOT NULL,
    item TEXT NOT NULL,
    lot_number TEXT NOT NULL,
    lot_kind TEXT NOT NULL,
    maker TEXT,
    maker_text TEXT,
    country TEXT,
    country_text TEXT,
    made TEXT,
    expires TEXT,
    condition TEXT,
    ban TEXT,
    restriction TEXT,
    acquisition TEXT,
    remarks TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_lot PRIMARY KEY (id),
    CONSTRAINT fk_lot_item FOREIGN KEY(item) REFERENCES ammunition (id),
    CONSTRAINT fk_lot_acquisition FOREIGN KEY(acquisition) REFERENCES acquisition (id)
)
""",
    "CREATE INDEX ix_lot_condition ON lot (condition)",
    "CREATE INDEX ix_lot_expires ON lot (expires)",
    "CREATE INDEX ix_lot_item ON lot (item)",
    """
CREATE TABLE voucher (
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    voucher_kind TEXT NOT NULL,
    day TEXT NOT NULL,
    authority TEXT NOT NULL,
    lines TEXT NOT NULL,
    party TEXT,
    holder TEXT,
    document TEXT,
    reason TEXT,
    issue TEXT,
    reverses TEXT,
    salvage INTEGER,
    remarks TEXT,
    personal TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_voucher PRIMARY KEY (number),
    CONSTRAINT fk_voucher_holder FOREIGN KEY(holder) REFERENCES person (id),
    CONSTRAINT fk_voucher_issue FOREIGN KEY(issue) REFERENCES voucher (id),
    CONSTRAINT uq_voucher_reverses UNIQUE (reverses),
    CONSTRAINT fk_voucher_reverses FOREIGN KEY(reverses) REFERENCES voucher (id)
)
""",
    "CREATE INDEX ix_voucher_day ON voucher (day)",
    "CREATE INDEX ix_voucher_document ON voucher (document)",
    "CREATE INDEX ix_voucher_issue ON voucher (issue)",
    "CREATE UNIQUE INDEX uq_voucher_id ON voucher (id)",
    """
CREATE TABLE voucher_line (
    subject TEXT NOT NULL,
    position INTEGER NOT NULL,
    lot TEXT NOT NULL,
    place TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    expended INTEGER,
    CONSTRAINT pk_voucher_line PRIMARY KEY (subject, position),
    CONSTRAINT fk_voucher_line_subject FOREIGN KEY(subject) REFERENCES voucher (id),
    CONSTRAINT fk_voucher_line_lot FOREIGN KEY(lot) REFERENCES lot (id),
    CONSTRAINT fk_voucher_line_place FOREIGN KEY(place) REFERENCES place (id)
)
""",
    "CREATE INDEX ix_voucher_line_lot ON voucher_line (lot, place, quantity)",
    "CREATE INDEX ix_voucher_line_place ON voucher_line (place, lot, quantity)",
)


def upgrade() -> None:
    """Add them."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    for table in ("voucher_line", "voucher", "lot", "ammunition"):
        op.execute(f"DROP TABLE {table}")
