"""The national side: knows bundles, not registers."""
