"""What is about to change, as values: an act and its steps, with the personal data already sealed.

An act is planned first and carried out later, so that a second officer can sign exactly what will be written. Planning
writes nothing.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from armoury.domain.kinds import KINDS
from armoury.domain.record_form import Json, altered, clean, to_json
from armoury.history.canonical import canonical_bytes


@dataclass(frozen=True)
class SealedPersonal:
    """Personal values of one record: the digest that enters history, and what it is the digest of."""

    digest: str
    salt: bytes = field(repr=False)
    content: str = field(repr=False)


@dataclass(frozen=True)
class Step:
    """One event of one subject: the record before (None for a new one) and after."""

    kind: str
    event: str
    before: Any
    after: Any
    personal: SealedPersonal | None = None
    occurred_at: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Act:
    """Steps that are carried out together or not at all, under one action id."""

    id: str
    name: str
    steps: Iterable[Step]
    reason: str | None = None
    overrides: tuple[str, ...] = ()
    evidence_keys: tuple[tuple[str, str, bytes], ...] = field(default=(), repr=False)
    """Keys of files that the steps name: content digest, address, key."""
    secrets: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """Secrets of the site that change with it: name and content."""
    permissions: tuple[str, ...] = ()
    """What the act needs beside the permissions of its events."""
    second_officer: bool = False
    """A second officer must approve it, also where no event asks for one."""


@dataclass(frozen=True)
class Authority:
    """Under whose hand an act is carried out: who has the desk, whose key unlocked it, who approved."""

    actor: str
    unlocked_by: str
    approvals: Sequence[Mapping[str, Json]] = ()


@dataclass(frozen=True)
class Changes:
    """What a finished act changed, and the entries that record it."""

    kinds: frozenset[str]
    ids: tuple[str, ...]
    first: int
    last: int
    notices: tuple[str, ...] = ()


def step(event: str, before: Any, after: Any, *, occurred_at: str | None = None, reason: str | None = None) -> Step:
    """Plan one step: tidy the record's text, seal its personal data, keep the digest where they did not change.

    Args:
        event: such as `weapon.corrected`; it names the kind through the record's class.
        before: the record as it is now, None for a new one.
        after: the record as it shall be.
        occurred_at: when it happened, where that differs from when it is recorded.
        reason: the reason of this step, where it differs from that of the act.
    """
    kind = kind_of(after)
    after, sealed = _seal_personal(before, clean(after))
    return Step(kind, event, before, after, sealed, occurred_at, reason)


def kind_of(record: object) -> str:
    """Return the name of the kind that a record belongs to."""
    return _KIND_BY_RECORD[type(record)]


def kind_of_class(record: type[Any]) -> str:
    """Return the name of the kind that records of a class belong to."""
    return _KIND_BY_RECORD[record]


_KIND_BY_RECORD = {kind.record: name for name, kind in KINDS.items()}


def changed(steps: Iterable[Step]) -> list[Step]:
    """Leave out steps that change nothing."""
    return [each for each in steps if each.before is None or each.before != each.after]


def content_digest(steps: Iterable[Step]) -> str:
    """Return the SHA-256, in hex, of the list of the records after, in canonical form: what an approval signs."""
    return sha256(canonical_bytes([to_json(each.after) for each in steps])).hexdigest()


def _seal_personal(before: Any, after: Any) -> tuple[Any, SealedPersonal | None]:
    values = to_json(after, personal=True)
    if not values:
        # Records without personal fields have no such digest at all.
        return (altered(after, {"personal": None}) if getattr(after, "personal", None) else after), None
    if before is not None and before.personal and to_json(before, personal=True) == values:
        return (after if after.personal == before.personal else altered(after, {"personal": before.personal})), None
    sealed = seal(values)
    return altered(after, {"personal": sealed.digest}), sealed


def seal(values: Mapping[str, Json]) -> SealedPersonal:
    """Seal personal values: the digest is SHA-256 over 32 random bytes and their canonical JSON."""
    salt, content = os.urandom(32), canonical_bytes(dict(values))
    return SealedPersonal(sha256(salt + content).hexdigest(), salt, content.decode())
