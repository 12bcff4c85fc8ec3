"""SQLAlchemy tables and nothing else."""
