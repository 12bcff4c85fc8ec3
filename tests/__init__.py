"""Tests mirror the tree: `armoury/x/y.py` is tested by `tests/x/test_y.py`."""
