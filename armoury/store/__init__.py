"""A register on disk: create, open, unlock, read, change, upgrade, back up, evidence files."""
