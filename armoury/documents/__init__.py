"""Data in, PDF bytes and pictures out; photographs."""
