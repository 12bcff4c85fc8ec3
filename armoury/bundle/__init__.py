"""The signed exchange format: build, seal, open, verify; files only, no database."""
