"""The tamper-evident log as pure functions: canonical bytes, leaves, tree, proofs, checkpoints."""
