"""Services on real registers."""
