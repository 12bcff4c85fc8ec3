"""Writing the archive of a bundle as a stream of bytes, with the digests of what went in."""

import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256

from armoury.bundle.headers import (
    LARGEST,
    MOST_FILES,
    Member,
    central_header,
    descriptor,
    end_record,
    local_header,
)
from armoury.domain.errors import RuleError
from armoury.i18n import _

LEVEL = 3
"""Deflate's effort: a third of the time of the usual 6 for about a tenth more bytes on entries of a history."""


class Packer:
    """Packs file after file; what it gives is the archive, in order and never twice.

    Attributes:
        digests: SHA-256 in hex of each file's content, by name, in order.
        sizes: bytes of each file's content.
        written: bytes of the archive so far.
    """

    def __init__(self) -> None:
        self.digests: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.written = 0
        self._members: list[Member] = []
        self._archive = sha256()

    def pack(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Deflate a file.

        Raises:
            RuleError: it or the archive grew beyond what a USB stick's format can hold.
        """
        begin = Member(name, 0, 0, 0, self.written)
        yield self._passed(local_header(begin))
        deflater, digest = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS), sha256()
        checksum = size = 0
        for chunk in chunks:
            digest.update(chunk)
            checksum, size = zlib.crc32(chunk, checksum), size + len(chunk)
            if packed := deflater.compress(chunk):
                yield self._passed(packed)
            _check_size(name, size)
        yield self._passed(deflater.flush())
        member = Member(name, checksum, self.written - begin.begin, size, begin.offset)
        yield self._passed(descriptor(member))
        self._note(member, digest.hexdigest())

    def before_last(self) -> bytes:
        """Return the SHA-256 of the archive up to here: what the signature also signs."""
        return self._archive.digest()

    def store(self, name: str, data: bytes) -> bytes:
        """Give a file that stands as it is."""
        member = Member(name, zlib.crc32(data), len(data), len(data), self.written, stored=True)
        self._note(member, sha256(data).hexdigest())
        return self._passed(local_header(member) + data)

    def finish(self) -> bytes:
        """Give the directory and the end."""
        offset = self.written
        directory = b"".join(central_header(each) for each in self._members)
        return self._passed(directory + end_record(len(self._members), len(directory), offset))

    def _note(self, member: Member, digest: str) -> None:
        self._members.append(member)
        self.digests[member.name], self.sizes[member.name] = digest, member.size
        if len(self._members) > MOST_FILES:
            raise RuleError(_("A bundle cannot hold more than {count} files.").format(count=MOST_FILES))

    def _passed(self, data: bytes) -> bytes:
        self._archive.update(data)
        self.written += len(data)
        _check_size(None, self.written)
        return data


def _check_size(name: str | None, size: int) -> None:
    if size > LARGEST:
        text = _("The {what} would grow beyond 4 GB, the most that a USB stick's format can hold. "
                 "Nothing was exported.")  # fmt: skip
        raise RuleError(text.format(what=_("file “{name}”").format(name=name) if name else _("bundle")))
