"""Rules in plain Python: frozen dataclasses, enums, functions, and errors that own their sentence."""
