"""The entries of a bundle: well formed, in order, giving the root; and what each proves about the rows of the tables.

The rows are read first and leave a seal at the number of the entry they name: a keyed digest of kind, id and record.
An entry whose record gives the same seal is thereby read: its bytes are those that the row gives, so they are
canonical. Any other entry is parsed and held against the canonical form in full. So each byte of every entry is
accounted for, at a fraction of what parsing all of them would cost.
"""

import os
import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from armoury.bundle.continuity import State
from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.schema import INSTANT
from armoury.domain.errors import ArmouryError
from armoury.history.canonical import encode_checked, parse_canonical
from armoury.history.tree import leaf_hash, peaks_after_append, root_from_peaks
from armoury.i18n import _

_ID = rb"[0-9a-z-]{1,40}"
_HEAD = re.compile(rb'\{"action":"' + _ID + rb'","actor":"' + _ID + rb'","after":')
_INSTANT = INSTANT.encode()
_TAIL = re.compile(
    rb',"kind":"[a-z_]+\.[a-z_]+","recorded_at":"(' + _INSTANT + rb')","seq":([0-9]+),'
    rb'"subject":\{"id":"(' + _ID + rb')","kind":"([a-z_]+)"\},"unlocked_by":"' + _ID + rb'","v":1\}\n'
)
_END_OF_RECORD = b'},"kind":"'
"""The last of these ends the record: in what follows it, nothing else stands behind a brace."""

_BATCH = 1 << 10
_NOTHING = 0
UNREADABLE = (ArmouryError, ValueError, LookupError, TypeError, AttributeError)
"""What reading an entry can raise that nobody wrote honestly."""


CellsOf = Callable[[str, Mapping[str, Any]], str | None]
"""Gives the canonical record that the row of a kind would have for what an entry holds; None for unknown kinds."""


class Seals:
    """What rows and entries say about the same thing, as keyed digests of 8 bytes: forging one needs the key."""

    def __init__(self, base: int, size: int) -> None:
        self._base, self.size = base, size
        self._seals = array("Q", bytes(8 * (size - base + 1)))
        self._key = os.urandom(32)

    def seal(self, kind: str, subject: str, record: bytes) -> int:
        """Seal what is said about a subject."""
        mark = blake2b(record, digest_size=8, key=self._key, person=b"armoury row")
        mark.update(f"\x00{kind}\x00{subject}".encode())
        return int.from_bytes(mark.digest()) or 1

    def put(self, seq: int, seal: int) -> str | None:
        """Leave the seal of a row at its entry; say what is wrong with the number, or None."""
        if not 1 <= seq <= self.size:
            return _("there is no entry {entry} in the history").format(entry=seq)
        if seq <= self._base:
            return None
        if self._seals[seq - self._base] != _NOTHING:
            return _("another row follows entry {entry} too").format(entry=seq)
        self._seals[seq - self._base] = seal
        return None

    def at(self, seq: int) -> int:
        """Return the seal at an entry; 0 where no row names it."""
        return self._seals[seq - self._base]


class Entries:
    """Goes through the entries once, in order.

    Attributes:
        seq: the last entry read.
        mismatched: numbers of entries whose row says something else; the first few.
        restored: entries in which the site declared that a backup was put in place.
        strange: kinds whose rows a newer program wrote and this one cannot read.
    """

    def __init__(self, base: State, peaks: Sequence[bytes], seals: Seals, record_of: CellsOf) -> None:
        self.seq = base.size
        self.mismatched: list[int] = []
        self.restored: list[int] = []
        self.strange: frozenset[bytes] = frozenset()
        self._peaks = list(peaks)
        self._seals, self._record_of = seals, record_of
        self._leaves: list[bytes] = []
        self._recorded_at = b""
        self._pending: dict[int, int] = {}
        self._watched: dict[int, bytes | None] = {}

    def watch(self, size: int) -> None:
        """Ask for the root over the first entries up to a size that is still to come."""
        self._watched[size] = None

    def root_at(self, size: int) -> bytes | None:
        """Return a root that was asked for, or None where the entries did not reach so far."""
        return self._watched[size]

    def read(self, lines: Iterable[bytes], name: str) -> None:
        """Read a part of the history.

        Raises:
            BundleError: an entry is malformed, or not the next one.
        """
        for line in lines:
            self._take(line, name)

    def finish(self) -> State:
        """Return how many entries there are, and the root over them."""
        self._fold()
        return State(self.seq, root_from_peaks(self._peaks))

    def orphans(self) -> list[int]:
        """Name entries after which no row says what became of their subject; the first few."""
        return sorted(self._pending.values())[:5]

    def _take(self, line: bytes, name: str) -> None:
        seq = self.seq + 1
        if seq > self._seals.size:
            raise _malformed(name, seq, _("the checkpoint counts fewer entries"))
        cut = line.rfind(_END_OF_RECORD) + 1
        head, tail = _HEAD.match(line), _TAIL.fullmatch(line, cut) if cut else None
        if head and tail:
            at, number, subject, about = tail.groups()
            seal = self._seals.seal(about.decode(), subject.decode(), line[head.end() : cut])
            proved = seal == self._seals.at(seq)
        else:
            proved = False
        if proved and tail:
            self._check_next(int(number), at, seq, name)
            self._note(about, subject, seq, named=True)
        else:
            self._parse(line, seq, name)
        self.seq = seq
        self._leaves.append(leaf_hash(line[:-1]))
        if len(self._leaves) >= _BATCH or seq in self._watched:
            self._fold()

    def _parse(self, line: bytes, seq: int, name: str) -> None:
        """Read an entry in full, whatever it holds."""
        if line[-1:] != b"\n":
            raise _malformed(name, seq, _("its last line does not end"))
        try:
            entry: Any = parse_canonical(line[:-1])
            kind, subject = str(entry["subject"]["kind"]), str(entry["subject"]["id"])
            number, at, after = entry["seq"], str(entry["recorded_at"]).encode(), entry["after"]
            if wrong := _wrong_part(entry) or ("after" if after["id"] != subject else None):
                raise ValueError(_("its part “{part}” is not as it must be").format(part=wrong))
            event = str(entry["kind"])
        except UNREADABLE as problem:
            raise _malformed(name, seq, str(problem)) from problem
        self._check_next(number, at, seq, name)
        if event == "register.restored":
            self.restored.append(seq)
        self._note(kind.encode(), subject.encode(), seq, named=self._proved(kind, subject, seq, after))

    def _proved(self, kind: str, subject: str, seq: int, after: Mapping[str, Any]) -> bool:
        """Tell whether a row names this entry; note where it says something else."""
        left = self._seals.at(seq)
        if left == _NOTHING:
            return False
        if self._seals.seal(kind, subject, encode_checked(after)) == left:
            return True
        try:
            record = self._record_of(kind, after)
        except UNREADABLE:
            record = None
        if (record is None or self._seals.seal(kind, subject, record.encode()) != left) and len(self.mismatched) < 5:
            self.mismatched.append(seq)
        return True

    def _note(self, kind: bytes, subject: bytes, seq: int, *, named: bool) -> None:
        """Keep the subjects whose last entry no row names so far."""
        if (named and not self._pending) or kind in self.strange:
            return
        key = self._seals.seal(kind.decode(), subject.decode(), b"")
        if named:
            self._pending.pop(key, None)
        else:
            self._pending[key] = seq

    def _check_next(self, number: object, at: bytes, seq: int, name: str) -> None:
        if number != seq:
            raise _malformed(name, seq, _("entry {found} stands in its place").format(found=number))
        if at < self._recorded_at:
            raise _malformed(name, seq, _("it is recorded before the entry it follows"))
        self._recorded_at = at

    def _fold(self) -> None:
        size = self.seq - len(self._leaves)
        self._peaks = peaks_after_append(size, self._peaks, self._leaves)
        self._leaves.clear()
        if self.seq in self._watched:
            self._watched[self.seq] = root_from_peaks(self._peaks)


def _text(form: bytes) -> Callable[[Any], bool]:
    pattern = re.compile(form.decode())
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


_PARTS: Mapping[str, tuple[bool, Callable[[Any], bool]]] = {
    "v": (True, lambda value: value is not True and value == 1),
    "seq": (True, lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "action": (True, _text(_ID)),
    "kind": (True, _text(rb"[a-z_]+\.[a-z_]+")),
    "subject": (True, lambda value: isinstance(value, dict) and set(value) == {"kind", "id"}),
    "after": (True, lambda value: isinstance(value, dict)),
    "recorded_at": (True, _text(_INSTANT)),
    "actor": (True, _text(_ID)),
    "unlocked_by": (True, _text(_ID)),
    "before": (False, lambda value: isinstance(value, dict)),
    "reason": (False, lambda value: isinstance(value, str) and bool(value)),
    "occurred_at": (False, _text(_INSTANT)),
    "clock": (False, _text(_INSTANT)),
    "approvals": (False, lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value)),
    "overrides": (False, _words),
}
"""The parts of an entry of version 1: whether it must be there, and its form."""


def _wrong_part(entry: Mapping[str, Any]) -> str | None:
    for name, (needed, fits) in _PARTS.items():
        if name in entry and not fits(entry[name]):
            return name
        if needed and name not in entry:
            return name
    return next((name for name in entry if name not in _PARTS), None)


def _malformed(name: str, seq: int, why: str) -> BundleError:
    text = _("Entry {seq} in “{name}” is not as the history needs it: {why}. The bundle is forged or broken; ask the "
             "site why.")  # fmt: skip
    return BundleError(Promise.ENTRIES, text.format(seq=seq, name=name, why=why))
