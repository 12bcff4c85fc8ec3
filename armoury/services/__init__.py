"""Use cases: one function per thing an officer does; the only writers of a register."""
