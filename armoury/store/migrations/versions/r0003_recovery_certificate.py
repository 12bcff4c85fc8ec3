"""The certificate of the key with which the recovery key signs."""

from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    op.execute("ALTER TABLE register ADD COLUMN recovery_certificate TEXT")


def downgrade() -> None:
    """Take it away again."""
    op.execute("ALTER TABLE register DROP COLUMN recovery_certificate")
