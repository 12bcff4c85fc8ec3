"""Bundles taken apart and put together again, by a forger who may or may not hold the site's key."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from armoury.bundle.building import ARCHIVE_DIGEST
from armoury.bundle.continuity import Continuity, State, read_continuity, write_continuity
from armoury.bundle.layout import (
    BAG_INFO,
    CHECKPOINT,
    CONSISTENCY,
    HISTORY,
    MANIFEST,
    SIGNATURE,
    TAG_FILES,
    TAG_MANIFEST,
)
from armoury.bundle.packing import Packer
from armoury.bundle.tags import BagInfo, read_bag_info, write_bag_info, write_manifest
from armoury.history.canonical import canonical_bytes
from armoury.history.checkpoints import Checkpoint, write_note
from armoury.history.tree import leaf_hash, peaks_after_append, root_from_peaks
from armoury.signing.cms import sign_detached
from armoury.signing.signer import Signer


@dataclass(frozen=True)
class Opened:
    """A bundle as its files, without their folder, in order."""

    label: str
    files: dict[str, bytes]

    @property
    def info(self) -> BagInfo:
        """What it says of itself."""
        return read_bag_info(self.files[BAG_INFO].decode())

    @property
    def entries(self) -> list[Any]:
        """Its history."""
        return [json.loads(line) for line in self.files[HISTORY].splitlines()]

    def having(self, files: Mapping[str, bytes | None]) -> "Opened":
        """Return it with files changed, added, or (None) left out."""
        merged = {**self.files, **files}
        return replace(self, files={name: data for name, data in merged.items() if data is not None})

    def saying(self, **changes: Any) -> "Opened":
        """Return it with something else in bag-info.txt."""
        info = replace(self.info, **changes)
        return replace(self.having({BAG_INFO: write_bag_info(info).encode()}), label=str(info.label))


def take_apart(data: bytes) -> Opened:
    """Read a bundle's files without believing or checking anything."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
        return Opened(archive.namelist()[0].partition("/")[0], files)


def put_together(
    opened: Opened, signer: Signer, *, at: int, lists: bool = True, signature: bytes | None = None
) -> bytes:
    """Pack and sign a bundle anew; with `lists` the manifests and totals are made to fit what lies in it."""
    files = dict(opened.files)
    payload = {name: data for name, data in files.items() if name.startswith("data/")}
    if lists:
        info = replace(opened.info, octets=sum(map(len, payload.values())), files=len(payload))
        files[BAG_INFO] = write_bag_info(info).encode()
        files[MANIFEST] = write_manifest({n: sha256(d).hexdigest() for n, d in payload.items()}).encode()
        files[TAG_MANIFEST] = write_manifest({n: sha256(files[n]).hexdigest() for n in TAG_FILES}).encode()
    packer = Packer()
    pieces: list[bytes] = []
    for name in (*payload, *(each for each in (*TAG_FILES, TAG_MANIFEST) if each in files)):
        pieces += packer.pack(f"{opened.label}/{name}", [files[name]])
    attributes = {ARCHIVE_DIGEST: packer.before_last()}
    made = signature or sign_detached(files[TAG_MANIFEST], signer, at=at, attributes=attributes)
    pieces.append(packer.store(f"{opened.label}/{SIGNATURE}", made))
    return b"".join([*pieces, packer.finish()])


def cells(opened: Opened, kind: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(opened.files[f"data/{kind}.csv"].decode(), newline="")))


def with_cells(opened: Opened, kind: str, rows: list[list[str]]) -> Opened:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return opened.having({f"data/{kind}.csv": out.getvalue().encode()})


def with_cell(opened: Opened, kind: str, column: str, value: str, row: int = 1) -> Opened:
    rows = cells(opened, kind)
    rows[row][rows[0].index(column)] = value
    return with_cells(opened, kind, rows)


def with_history(opened: Opened, lines: list[bytes], signer: Signer) -> Opened:
    """Return it with another history, and checkpoint, base and totals that agree with it: the work of an insider."""
    state = state_of(lines)
    said = read_continuity(opened.files[CONSISTENCY].decode())
    fitting = Continuity(said.base, said.peaks, None, (), state)
    note = write_note(Checkpoint(f"armoury/{opened.info.site}", *_pair(state)), signer.public_key_der, signer.sign)
    return opened.having(
        {
            HISTORY: b"".join(line + b"\n" for line in lines),
            CONSISTENCY: write_continuity(fitting).encode(),
            CHECKPOINT: note.encode(),
        }
    ).saying(size=state.size)


def with_entries(opened: Opened, change: Callable[[list[Any]], None], signer: Signer) -> Opened:
    """Return it with its entries changed in place, written canonically."""
    entries = opened.entries
    change(entries)
    return with_history(opened, [canonical_bytes(each) for each in entries], signer)


def state_of(lines: list[bytes]) -> State:
    """Return the state of a history."""
    return State(len(lines), root_from_peaks(peaks_after_append(0, [], map(leaf_hash, lines))))


def _pair(state: State) -> tuple[int, bytes]:
    return state.size, state.root
