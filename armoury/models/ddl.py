"""What of the schema has no SQLAlchemy form: append-only triggers and the full-text table."""

TRIGGERS: tuple[str, ...] = (
    "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER entry_next BEFORE INSERT ON entry"
    " WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)"
    " BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER node_no_update BEFORE UPDATE ON node BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER node_no_delete BEFORE DELETE ON node BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER node_new BEFORE INSERT ON node"
    " WHEN EXISTS (SELECT 1 FROM node WHERE level = NEW.level AND position = NEW.position)"
    " BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER personal_no_delete BEFORE DELETE ON personal BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER personal_only_purge BEFORE UPDATE ON personal"
    " WHEN NEW.salt IS NOT NULL OR NEW.content IS NOT NULL OR NEW.digest IS NOT OLD.digest"
    " BEGIN SELECT RAISE(ABORT, 'append-only'); END",
)
"""Nothing of history is changed, deleted, or inserted but at its end (REPLACE walks past the other triggers)."""

SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1,"
    " tokenize='trigram remove_diacritics 1')"
)
"""Full text over weapons; its rowid is the weapon's number."""
