"""Revisions of the schema. Each stands alone: none imports the program, whose tables will change."""
