"""Making a bundle: everything that goes in, as a stream of bytes that can be written or sealed as it comes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from armoury import __version__
from armoury.bundle.continuity import Continuity, write_continuity
from armoury.bundle.layout import (
    BAG_INFO,
    BAGIT,
    CHECKPOINT,
    CONSISTENCY,
    DATA_PACKAGE,
    MANIFEST,
    SIGNATURE,
    TAG_MANIFEST,
    history_name,
    table_name,
)
from armoury.bundle.packing import Packer
from armoury.bundle.rows import write_rows
from armoury.bundle.schema import data_package
from armoury.bundle.tags import BAGIT_TEXT, BagInfo, write_bag_info, write_manifest
from armoury.signing.cms import sign_detached
from armoury.signing.signer import Signer

ARCHIVE_DIGEST = "2.25.58522251026191735937956788868606492737"
"""The signed attribute that holds the SHA-256 of all bytes of the archive before the signature's own record."""

LARGEST_PART = 2_000_000_000
"""Bytes of one part of the history: every tool and every file system takes files of that size."""

SOFTWARE = f"Armoury {__version__}"


@dataclass(frozen=True)
class TableRows:
    """The rows of one kind as they stand in the register, in the order of the columns named."""

    kind: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]


@dataclass(frozen=True)
class Paper:
    """A certificate's file: its number, and what gives its bytes."""

    reference: str
    load: Callable[[], bytes]


@dataclass(frozen=True)
class Contents:
    """All that a bundle holds; octets and files of `info` are filled in while it is made.

    Attributes:
        entries: the canonical bytes of each entry after the base, in order, many at a time.
        checkpoint: the signed note over the history at its end.
    """

    info: BagInfo
    tables: Iterable[TableRows]
    entries: Iterable[Sequence[bytes]]
    papers: Sequence[Paper]
    checkpoint: str
    continuity: Continuity


def build(contents: Contents, signer: Signer, *, at: int) -> Iterator[bytes]:
    """Give the bytes of the bundle, signed by the site at a time in UTC milliseconds.

    Raises:
        RuleError: it grows beyond what a USB stick's format can hold.
        CertificateError: the site's key has no certificate.
    """
    packer, folder = Packer(), f"{contents.info.label}/"
    yield from _payload(packer, folder, contents)
    payload = {name.removeprefix(folder): digest for name, digest in packer.digests.items()}
    info = replace(contents.info, octets=sum(packer.sizes.values()), files=len(payload), software=SOFTWARE)
    texts = {
        BAGIT: BAGIT_TEXT,
        BAG_INFO: write_bag_info(info),
        CHECKPOINT: contents.checkpoint,
        CONSISTENCY: write_continuity(contents.continuity),
        MANIFEST: write_manifest(payload),
    }
    for name, text in texts.items():
        yield from packer.pack(folder + name, [text.encode()])
    listed = write_manifest({name: packer.digests[folder + name] for name in texts}).encode()
    yield from packer.pack(folder + TAG_MANIFEST, [listed])
    attributes = {ARCHIVE_DIGEST: packer.before_last()}
    yield packer.store(folder + SIGNATURE, sign_detached(listed, signer, at=at, attributes=attributes))
    yield packer.finish()


def _payload(packer: Packer, folder: str, contents: Contents) -> Iterator[bytes]:
    yield from packer.pack(folder + DATA_PACKAGE, [data_package()])
    for table in contents.tables:
        yield from packer.pack(folder + table_name(table.kind), write_rows(table.header, table.rows))
    history = _History(contents.entries)
    part = 1
    while part == 1 or history.more:
        yield from packer.pack(folder + history_name(part), history.part())
        part += 1
    for paper in contents.papers:
        yield from packer.pack(f"{folder}data/documents/{paper.reference}.pdf", [paper.load()])


class _History:
    """Cuts the entries into parts, each ending after a whole entry."""

    def __init__(self, batches: Iterable[Sequence[bytes]]) -> None:
        self._batches = iter(batches)
        self._next = next(self._batches, None)

    @property
    def more(self) -> bool:
        """Tell whether another part follows."""
        return self._next is not None

    def part(self) -> Iterator[bytes]:
        size = 0
        while self._next is not None and size < LARGEST_PART:
            piece = b"\n".join(self._next) + b"\n"
            size += len(piece)
            yield piece
            self._next = next(self._batches, None)
