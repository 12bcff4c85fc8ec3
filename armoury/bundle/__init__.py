"""The signed exchange format: build, seal, open, verify; no database."""
