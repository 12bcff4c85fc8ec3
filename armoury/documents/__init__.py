"""Data in, PDF bytes and pictures out: papers with their frame, codes, photographs."""
