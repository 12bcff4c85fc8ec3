"""The bytes around the files of a bundle's archive: ZIP (PKWARE APPNOTE 6.3), reduced to one spelling.

Everything in these records follows from a file's name, checksum and sizes, and from where it stands; times, owners and
comments are fixed. So a reader can write them anew and compare, and no byte of them is free to carry anything else.
Files are deflated and followed by a data descriptor, so that an archive can be written as a stream; the last one, the
signature, is stored as it is. ZIP64 is not used: no archive and no file in it reaches 4 GiB.
"""

import struct
from dataclasses import dataclass

LARGEST = 0xFFFF_FFFE
"""Bytes that a file or the archive may have: the bound of FAT32, on which USB sticks are formatted."""
MOST_FILES = 0xFFFE

STREAMED, STORED = 0x0008, 0x0000
"""General purpose flags: sizes follow the data; sizes stand before the data (APPNOTE 4.4.4)."""
DEFLATE, AS_IS = 8, 0

LOCAL_SIGN, DESCRIPTOR_SIGN, CENTRAL_SIGN, END_SIGN = b"PK\x03\x04", b"PK\x07\x08", b"PK\x01\x02", b"PK\x05\x06"
LOCAL = struct.Struct("<4s5H3L2H")
DESCRIPTOR = struct.Struct("<4s3L")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")

_NEEDED = 20
_MADE_BY = 0x0300 | _NEEDED
_TIME, _DATE = 0, 0x0021
"""1980-01-01 00:00, the earliest that the format knows."""
_MODE = 0o100644 << 16
"""A plain file, readable by all."""


@dataclass(frozen=True)
class Member:
    """A file in the archive.

    Attributes:
        name: its path, ASCII.
        checksum: CRC-32 of its content.
        packed: bytes that it takes up in the archive.
        size: bytes of its content.
        offset: where its local header begins.
        stored: it is not deflated.
    """

    name: str
    checksum: int
    packed: int
    size: int
    offset: int
    stored: bool = False

    @property
    def begin(self) -> int:
        """Return where its data begin."""
        return self.offset + LOCAL.size + len(self.name)

    @property
    def end(self) -> int:
        """Return where its data and what follows them end."""
        return self.begin + self.packed + (0 if self.stored else DESCRIPTOR.size)


def local_header(member: Member) -> bytes:
    """Write what stands before the data."""
    sizes = (member.checksum, member.packed, member.size) if member.stored else (0, 0, 0)
    flags, method = _form(member)
    name = member.name.encode("ascii")
    return LOCAL.pack(LOCAL_SIGN, _NEEDED, flags, method, _TIME, _DATE, *sizes, len(name), 0) + name


def descriptor(member: Member) -> bytes:
    """Write what stands behind the data of a streamed file; nothing for a stored one."""
    if member.stored:
        return b""
    return DESCRIPTOR.pack(DESCRIPTOR_SIGN, member.checksum, member.packed, member.size)


def central_header(member: Member) -> bytes:
    """Write the line of the archive's directory."""
    flags, method = _form(member)
    name = member.name.encode("ascii")
    sizes = (member.checksum, member.packed, member.size)
    fixed = (CENTRAL_SIGN, _MADE_BY, _NEEDED, flags, method, _TIME, _DATE, *sizes, len(name), 0, 0, 0, 0, _MODE)
    return CENTRAL.pack(*fixed, member.offset) + name


def end_record(count: int, directory: int, offset: int) -> bytes:
    """Write the end: how many files, and the size and place of the directory."""
    return END.pack(END_SIGN, 0, 0, count, count, directory, offset, 0)


def _form(member: Member) -> tuple[int, int]:
    return (STORED, AS_IS) if member.stored else (STREAMED, DEFLATE)
