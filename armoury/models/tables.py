"""The tables of a register, built from the declarations of `armoury.domain.kinds`.

One table a kind, with the kind's own fields and its derived columns, and one for each list that is unfolded into
rows; and the tables that serve all kinds: entries, tree nodes, personal values, codes, checkpoints, secrets. Triggers
and the full-text table have no SQLAlchemy form; they stand in `armoury.models.ddl`. A test holds the migrations equal
to this.
"""

import sqlalchemy as sa

from armoury.domain.fields import Declared, FieldType, declared_fields
from armoury.domain.kinds import KINDS, Derived, Kind, Unfolded

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = sa.MetaData(naming_convention=NAMING)

_INTEGERS = (FieldType.INTEGER, FieldType.FLAG)
_ONE_OF = (
    "(place IS NOT NULL) + (holder IS NOT NULL OR holder_unlisted = 1)"
    ' + (transfer IS NOT NULL) + ("end" IS NOT NULL) = 1'
)


def _column(declared: Declared) -> sa.Column[object]:
    integer = declared.field.form in _INTEGERS
    required = declared.required or declared.field.form is FieldType.FLAG or not declared.field.recorded
    references = (sa.ForeignKey(f"{declared.field.refers_to}.id"),) if declared.field.refers_to else ()
    return sa.Column(
        declared.name,
        sa.Integer() if integer else sa.Text(),
        *references,
        nullable=not required and not isinstance(declared.default, str),
        unique=declared.field.unique and declared.name not in ("number",),
    )


def _derived_column(derived: Derived) -> sa.Column[object]:
    return sa.Column(derived.name, sa.Integer() if derived.form in _INTEGERS else sa.Text())


def _table(kind: Kind) -> sa.Table:
    declared = [each for each in declared_fields(kind.record) if not each.field.personal]
    numbered = any(each.name == "number" for each in declared)
    columns = [_column(each) for each in declared]
    for column in columns:
        if column.name == ("number" if numbered else "id"):
            column.primary_key = True
    table = sa.Table(kind.name, METADATA, *columns, *(_derived_column(each) for each in kind.derived))
    if numbered:
        sa.Index(f"uq_{kind.name}_id", table.c.id, unique=True)
    for name in kind.indexes:
        sa.Index(f"ix_{kind.name}_{name}", table.c[name])
    if kind.name == "weapon":
        table.append_constraint(sa.CheckConstraint(_ONE_OF, name="one_holding"))
    return table


def _unfolded_table(kind: str, unfolded: Unfolded) -> sa.Table:
    """Make the table of a list's items: the record they belong to, their place in the list, and their own fields."""
    table = sa.Table(
        unfolded.table,
        METADATA,
        sa.Column("subject", sa.Text(), sa.ForeignKey(f"{kind}.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        *(_column(each) for each in declared_fields(unfolded.part)),
    )
    for names in unfolded.indexes:
        sa.Index(f"ix_{unfolded.table}_{names[0]}", *(table.c[name] for name in names))
    return table


ENTRY = sa.Table(
    "entry",
    METADATA,
    sa.Column("seq", sa.Integer(), primary_key=True),
    sa.Column("leaf", sa.LargeBinary(), nullable=False),
    sa.Column("action", sa.Text(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("subject_kind", sa.Text(), nullable=False),
    sa.Column("subject", sa.Text(), nullable=False),
    sa.Column("recorded_at", sa.Text(), nullable=False),
    sa.Column("actor", sa.Text(), nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=False),
    sa.Index("ix_entry_subject", "subject_kind", "subject", "seq"),
    sa.Index("ix_entry_action", "action"),
)
"""One row an entry. `body` is the canonical JSON that is hashed; the other columns repeat parts of it for finding."""

NODE = sa.Table(
    "node",
    METADATA,
    sa.Column("level", sa.Integer(), primary_key=True),
    sa.Column("position", sa.Integer(), primary_key=True),
    sa.Column("hash", sa.LargeBinary(), nullable=False),
    sqlite_with_rowid=False,
)
"""Complete interior nodes of the tree, from level 1; level 0 is the `leaf` of the entries."""

PERSONAL = sa.Table(
    "personal",
    METADATA,
    sa.Column("digest", sa.Text(), primary_key=True),
    sa.Column("subject_kind", sa.Text(), nullable=False),
    sa.Column("subject", sa.Text(), nullable=False),
    sa.Column("salt", sa.LargeBinary()),
    sa.Column("content", sa.Text()),
    sa.Index("ix_personal_subject", "subject_kind", "subject"),
)
"""Personal values with their salt; both empty once purged under national law."""

CODE = sa.Table(
    "code",
    METADATA,
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("fold", sa.Text(), nullable=False),
    sa.Column("scheme", sa.Text(), nullable=False),
    sa.Column("subject_kind", sa.Text(), nullable=False),
    sa.Column("subject", sa.Text(), nullable=False),
    sa.Index("ix_code_key", "key"),
    sa.Index("ix_code_fold", "fold"),
    sa.Index("ix_code_subject", "subject"),
    sa.Index("uq_code_tag", "key", unique=True, sqlite_where=sa.text("scheme = 'tag'")),
)
"""Everything that can be scanned, over all kinds alike."""

CHECKPOINT = sa.Table(
    "checkpoint",
    METADATA,
    sa.Column("size", sa.Integer(), primary_key=True),
    sa.Column("made_at", sa.Text(), nullable=False),
    sa.Column("note", sa.Text(), nullable=False),
)

SECRET = sa.Table(
    "secret",
    METADATA,
    sa.Column("name", sa.Text(), primary_key=True),
    sa.Column("content", sa.LargeBinary(), nullable=False),
)
"""The site's signing keys; never in an entry, never in a bundle."""

EVIDENCE_KEY = sa.Table(
    "evidence_key",
    METADATA,
    sa.Column("sha256", sa.Text(), primary_key=True),
    sa.Column("address", sa.Text(), nullable=False),
    sa.Column("content_key", sa.LargeBinary(), nullable=False),
)
"""The key of each file in evidence.db, and the SHA-256 of its sealed form, which is its address there."""

TABLES: dict[str, sa.Table] = {name: _table(kind) for name, kind in KINDS.items()}
"""The table of each kind."""

UNFOLDED: dict[str, sa.Table] = {
    name: _unfolded_table(name, kind.unfolded) for name, kind in KINDS.items() if kind.unfolded
}
"""The table of the list that a kind unfolds into rows."""
