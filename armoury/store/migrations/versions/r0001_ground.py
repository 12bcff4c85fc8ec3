"""The ground: entries, tree, people, places, weapons, evidence."""

from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE acquisition (
    id TEXT NOT NULL,
    reference TEXT NOT NULL,
    contract TEXT,
    supplier TEXT,
    donor TEXT,
    end_user_certificate TEXT,
    consent_to_retransfer INTEGER NOT NULL,
    consent_to_destroy INTEGER NOT NULL,
    consent_authority TEXT,
    dated TEXT,
    remarks TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_acquisition PRIMARY KEY (id),
    CONSTRAINT uq_acquisition_reference UNIQUE (reference)
)
""",
    """
CREATE TABLE checkpoint (
    size INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT pk_checkpoint PRIMARY KEY (size)
)
""",
    """
CREATE TABLE code (
    "key" TEXT NOT NULL,
    fold TEXT NOT NULL,
    scheme TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL
)
""",
    "CREATE INDEX ix_code_fold ON code (fold)",
    'CREATE INDEX ix_code_key ON code ("key")',
    "CREATE INDEX ix_code_subject ON code (subject)",
    "CREATE UNIQUE INDEX uq_code_tag ON code (\"key\") WHERE scheme = 'tag'",
    """
CREATE TABLE edition (
    id TEXT NOT NULL,
    dataset TEXT NOT NULL,
    edition TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content TEXT NOT NULL,
    authority TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_edition PRIMARY KEY (id),
    CONSTRAINT uq_edition_dataset UNIQUE (dataset)
)
""",
    """
CREATE TABLE entry (
    seq INTEGER NOT NULL,
    leaf BLOB NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    body BLOB NOT NULL,
    CONSTRAINT pk_entry PRIMARY KEY (seq)
)
""",
    "CREATE INDEX ix_entry_action ON entry (action)",
    "CREATE INDEX ix_entry_subject ON entry (subject_kind, subject, seq)",
    """
CREATE TABLE evidence (
    id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    role TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    original_sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    caption TEXT,
    taken TEXT,
    thumbnail TEXT,
    withdrawn TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_evidence PRIMARY KEY (id)
)
""",
    "CREATE INDEX ix_evidence_subject ON evidence (subject)",
    """
CREATE TABLE evidence_key (
    sha256 TEXT NOT NULL,
    address TEXT NOT NULL,
    content_key BLOB NOT NULL,
    CONSTRAINT pk_evidence_key PRIMARY KEY (sha256)
)
""",
    """
CREATE TABLE node (
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash BLOB NOT NULL,
    CONSTRAINT pk_node PRIMARY KEY (level, position)
)
 WITHOUT ROWID
""",
    """
CREATE TABLE person (
    id TEXT NOT NULL,
    tag TEXT NOT NULL,
    badge TEXT,
    rank TEXT,
    unit TEXT,
    agency TEXT,
    sign_in TEXT,
    roles TEXT,
    certificate TEXT,
    token TEXT,
    passphrase_set TEXT,
    status TEXT NOT NULL,
    personal TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id),
    CONSTRAINT uq_person_sign_in UNIQUE (sign_in)
)
""",
    """
CREATE TABLE personal (
    digest TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    salt BLOB,
    content TEXT,
    CONSTRAINT pk_personal PRIMARY KEY (digest)
)
""",
    "CREATE INDEX ix_personal_subject ON personal (subject_kind, subject)",
    """
CREATE TABLE place (
    id TEXT NOT NULL,
    tag TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    parent TEXT,
    remarks TEXT,
    closed INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_place PRIMARY KEY (id),
    CONSTRAINT uq_place_code UNIQUE (code),
    CONSTRAINT fk_place_parent FOREIGN KEY(parent) REFERENCES place (id)
)
""",
    "CREATE INDEX ix_place_parent ON place (parent)",
    """
CREATE TABLE register (
    id TEXT NOT NULL,
    site TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    certificate TEXT NOT NULL,
    certified_by TEXT,
    restored_from TEXT,
    last_known TEXT,
    recovery_mark TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_register PRIMARY KEY (id)
)
""",
    """
CREATE TABLE secret (
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    CONSTRAINT pk_secret PRIMARY KEY (name)
)
""",
    """
CREATE TABLE site (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    agency TEXT,
    site_type TEXT,
    address TEXT,
    licences TEXT,
    personal TEXT,
    entry INTEGER NOT NULL,
    CONSTRAINT pk_site PRIMARY KEY (id)
)
""",
    """
CREATE TABLE weapon (
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    tag TEXT NOT NULL,
    scheme TEXT NOT NULL,
    type TEXT,
    type_text TEXT,
    action TEXT,
    fire_modes TEXT,
    maker TEXT,
    maker_text TEXT,
    symbol_code TEXT,
    country TEXT,
    country_text TEXT,
    model TEXT,
    model_text TEXT,
    variant TEXT,
    calibre TEXT,
    calibre_text TEXT,
    serial TEXT,
    serial_status TEXT NOT NULL,
    serials TEXT,
    control_component TEXT,
    components TEXT,
    markings_not_authentic INTEGER NOT NULL,
    made TEXT,
    barrel_length_mm INTEGER,
    overall_length_mm INTEGER,
    capacity INTEGER,
    finish TEXT,
    features TEXT,
    importer TEXT,
    import_country TEXT,
    import_year INTEGER,
    import_licence TEXT,
    exporter TEXT,
    transit_countries TEXT,
    agency TEXT,
    unit TEXT,
    ownership TEXT,
    butt_number TEXT,
    high_risk TEXT,
    classification TEXT,
    ledger_volume TEXT,
    ledger_page TEXT,
    ledger_line TEXT,
    source TEXT,
    legal_basis TEXT,
    illicit_basis TEXT,
    offence_context TEXT,
    source_document TEXT,
    received TEXT,
    acquisition TEXT,
    custody TEXT NOT NULL,
    legal TEXT NOT NULL,
    fitness TEXT NOT NULL,
    "plan" TEXT NOT NULL,
    place TEXT,
    position TEXT,
    holder TEXT,
    holder_unlisted INTEGER NOT NULL,
    transfer TEXT,
    "end" TEXT,
    due_back TEXT,
    sighting TEXT NOT NULL,
    last_sighted TEXT,
    sighted_by TEXT,
    sighted_in TEXT,
    case_number TEXT,
    court TEXT,
    exhibit_number TEXT,
    bag_number TEXT,
    seal_number TEXT,
    next_court_date TEXT,
    release_order TEXT,
    court_consent TEXT,
    safekeeping_reason TEXT,
    receipt_number TEXT,
    release_conditions TEXT,
    review_date TEXT,
    condition TEXT,
    last_inspected TEXT,
    kit TEXT,
    remarks TEXT,
    personal TEXT,
    entry INTEGER NOT NULL,
    serial_key TEXT,
    maker_sort TEXT,
    model_sort TEXT,
    calibre_sort TEXT,
    CONSTRAINT pk_weapon PRIMARY KEY (number),
    CONSTRAINT fk_weapon_acquisition FOREIGN KEY(acquisition) REFERENCES acquisition (id),
    CONSTRAINT fk_weapon_place FOREIGN KEY(place) REFERENCES place (id),
    CONSTRAINT fk_weapon_holder FOREIGN KEY(holder) REFERENCES person (id),
    CONSTRAINT fk_weapon_sighted_by FOREIGN KEY(sighted_by) REFERENCES person (id),
    CONSTRAINT ck_weapon_one_holding CHECK (
        (place IS NOT NULL) + (holder IS NOT NULL OR holder_unlisted = 1) + (transfer IS NOT NULL) + ("end" IS NOT NULL)
        = 1
    )
)
""",
    "CREATE INDEX ix_weapon_calibre_sort ON weapon (calibre_sort)",
    "CREATE INDEX ix_weapon_custody ON weapon (custody)",
    "CREATE INDEX ix_weapon_fitness ON weapon (fitness)",
    "CREATE INDEX ix_weapon_holder ON weapon (holder)",
    "CREATE INDEX ix_weapon_last_sighted ON weapon (last_sighted)",
    "CREATE INDEX ix_weapon_legal ON weapon (legal)",
    "CREATE INDEX ix_weapon_maker_sort ON weapon (maker_sort)",
    "CREATE INDEX ix_weapon_model_sort ON weapon (model_sort)",
    "CREATE INDEX ix_weapon_place ON weapon (place)",
    'CREATE INDEX ix_weapon_plan ON weapon ("plan")',
    "CREATE INDEX ix_weapon_serial_key ON weapon (serial_key)",
    "CREATE INDEX ix_weapon_tag ON weapon (tag)",
    "CREATE INDEX ix_weapon_type ON weapon (type)",
    "CREATE UNIQUE INDEX uq_weapon_id ON weapon (id)",
    ("CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END"),
    ("CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END"),
    (
        "CREATE TRIGGER entry_next BEFORE INSERT ON entry WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + "
        "1 FROM entry) BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    ),
    ("CREATE TRIGGER node_no_update BEFORE UPDATE ON node BEGIN SELECT RAISE(ABORT, 'append-only'); END"),
    ("CREATE TRIGGER node_no_delete BEFORE DELETE ON node BEGIN SELECT RAISE(ABORT, 'append-only'); END"),
    (
        "CREATE TRIGGER node_new BEFORE INSERT ON node WHEN EXISTS (SELECT 1 FROM node WHERE level = "
        "NEW.level AND position = NEW.position) BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    ),
    ("CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'append-only'); END"),
    ("CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'append-only'); END"),
    ("CREATE TRIGGER personal_no_delete BEFORE DELETE ON personal BEGIN SELECT RAISE(ABORT, 'append-only'); END"),
    (
        "CREATE TRIGGER personal_only_purge BEFORE UPDATE ON personal WHEN NEW.salt IS NOT NULL OR "
        "NEW.content IS NOT NULL OR NEW.digest IS NOT OLD.digest BEGIN SELECT RAISE(ABORT, 'append-only'); "
        "END"
    ),
    (
        "CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1, tokenize='trigram "
        "remove_diacritics 1')"
    ),
)

TABLES = (
    "search",
    "weapon",
    "site",
    "secret",
    "register",
    "place",
    "personal",
    "person",
    "node",
    "evidence_key",
    "evidence",
    "entry",
    "edition",
    "code",
    "checkpoint",
    "acquisition",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    for table in TABLES:
        op.execute(f'DROP TABLE "{table}"')
