"""Reading the archive of a bundle, believing nothing: every byte that is no content must be the only one possible.

The directory at the end is read, each of its lines is judged, and then all records around the files are written anew
and compared with what stands there. So nothing can hide between files, behind the end, or in fields that nobody reads;
what a file itself holds is judged by its digest.
"""

import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.headers import (
    AS_IS,
    CENTRAL,
    CENTRAL_SIGN,
    DEFLATE,
    DESCRIPTOR,
    END,
    END_SIGN,
    LARGEST,
    LOCAL,
    LOCAL_SIGN,
    Member,
    central_header,
    descriptor,
    end_record,
    local_header,
)
from armoury.bundle.names import clashes, name_fault, shown
from armoury.i18n import _, ngettext

CHUNK = 1 << 18
SEALED_SIGN = b"age-encryption.org/"
SEALED_ARMOUR = b"-----BEGIN AGE"
_LARGEST_DIRECTORY = 1 << 24
_MOST_RATIO = 200
"""A file that unpacks to more than this many times its packed size is a bomb: every row and entry carries numbers of
chance, so that the densest reach about 70, while a file of nothing reaches 230 to 1,000."""
_FREE_RATIO = 1 << 20
"""Bytes below which the ratio does not matter."""
_COMMENT = 0xFFFF
_LINK, _FOLDER, _PLAIN, _KIND = 0o120000, 0o040000, 0o100000, 0o170000


class Container:
    """An archive that was judged and can be read; it does not close the file.

    Attributes:
        members: the files by name, in order.
    """

    def __init__(self, file: BinaryIO) -> None:
        """Judge the archive.

        Raises:
            BundleError: it is none, is damaged, or hides something.
        """
        self._file = file
        self._size = file.seek(0, 2)
        directory, offset, total = self._directory()
        found = list(_lines(directory))
        if len(found) != total:
            raise _damaged(_("its directory does not hold as many files as its end says"))
        _check_names([name for name, _member in found])
        self.members = dict(found)
        self._check_form(directory, offset)

    def stream(self, name: str) -> Iterator[bytes]:
        """Give the content of a file, piece by piece, never more than its directory line says.

        Raises:
            BundleError: it does not unpack to what is declared.
        """
        member = self.members[name]
        checksum = size = 0
        for chunk in self._raw(member) if member.stored else self._inflated(member):
            checksum, size = zlib.crc32(chunk, checksum), size + len(chunk)
            if size > member.size:
                break
            yield chunk
        if (checksum, size) != (member.checksum, member.size):
            raise _damaged(_("“{name}” does not unpack to what the archive declares").format(name=shown(name)))

    def read(self, name: str, most: int) -> bytes:
        """Return the whole content of a small file.

        Raises:
            BundleError: it is larger than `most` bytes, or does not unpack.
        """
        if self.members[name].size > most:
            raise _damaged(_("“{name}” is larger than it ever is").format(name=shown(name)))
        return b"".join(self.stream(name))

    def pieces(self, end: int) -> Iterator[bytes]:
        """Give the raw bytes of the archive from its beginning to a place."""
        yield from self._span(0, end)

    def _directory(self) -> tuple[bytes, int, int]:
        """Find the directory by the end record, which must be the last bytes there are."""
        if self._size < END.size or self._size > LARGEST:
            raise self._no_archive()
        tail = self._at(self._size - END.size, END.size)
        sign, disk, start, here, total, length, offset, comment = END.unpack(tail)
        if sign != END_SIGN or (disk, start, comment) != (0, 0, 0) or here != total:
            raise self._no_archive()
        if offset + length + END.size != self._size or length > _LARGEST_DIRECTORY:
            raise _damaged(_("its directory does not end where the archive ends; something was cut out or put in"))
        if tail != end_record(total, length, offset):
            raise _damaged(_("its end was changed"))
        return self._at(offset, length), offset, total

    def _no_archive(self) -> BundleError:
        """Say what the file is, as far as can be seen."""
        begin = self._at(0, 32)
        if begin.startswith((SEALED_SIGN, SEALED_ARMOUR)):
            return BundleError(
                Promise.CONTAINER,
                _("This bundle is sealed. Give the key that opens it (--identity), or let its receiver check it."),
            )
        if not begin.startswith(LOCAL_SIGN):
            return BundleError(Promise.CONTAINER, _("This file is not a bundle: it is no archive at all."))
        tail = self._at(max(0, self._size - END.size - _COMMENT), END.size + _COMMENT)
        found = tail.rfind(END_SIGN)
        if found >= 0 and len(tail) - found > END.size:
            count = len(tail) - found - END.size
            text = ngettext("{count} byte stands behind its end", "{count} bytes stand behind its end", count)
            return _damaged(text.format(count=count))
        return _damaged(_("its end is missing: it was cut off, perhaps on the way or by a full disk"))

    def _check_form(self, directory: bytes, offset: int) -> None:
        """Hold every record against the one form it may have; files stand one behind the other without a gap."""
        place = 0
        for name, member in self.members.items():
            if member.offset != place:
                raise _damaged(_("“{name}” does not begin where the file before it ends").format(name=shown(name)))
            _check_ratio(member)
            head = self._at(member.offset, LOCAL.size + len(name))
            tail = self._at(member.begin + member.packed, 0 if member.stored else DESCRIPTOR.size)
            if (head, tail) != (local_header(member), descriptor(member)):
                raise _damaged(_("the record of “{name}” was changed").format(name=shown(name)))
            place = member.end
        if place != offset:
            raise _damaged(_("bytes that belong to no file stand before its directory"))
        if directory != b"".join(central_header(each) for each in self.members.values()):
            raise _damaged(_("its directory is not written in its one form: another program packed or changed it"))

    def _raw(self, member: Member) -> Iterator[bytes]:
        yield from self._span(member.begin, member.begin + member.packed)

    def _inflated(self, member: Member) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in self._raw(member):
                while packed:
                    if inflater.eof:
                        raise zlib.error("more data behind the end")
                    chunk = inflater.decompress(packed, CHUNK * 4)
                    packed = inflater.unconsumed_tail or inflater.unused_data
                    if chunk:
                        yield chunk
            if rest := inflater.flush():
                yield rest
        except zlib.error as problem:
            raise _damaged(_("“{name}” cannot be unpacked").format(name=shown(member.name))) from problem
        if not inflater.eof:
            raise _damaged(_("“{name}” is cut off").format(name=shown(member.name)))

    def _span(self, begin: int, end: int) -> Iterator[bytes]:
        while begin < end:
            piece = self._at(begin, min(CHUNK, end - begin))
            if not piece:
                raise _damaged(_("it ends too early"))
            begin += len(piece)
            yield piece

    def _at(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)


def _lines(directory: bytes) -> Iterator[tuple[str, Member]]:
    """Read the lines of the directory, judging each by itself."""
    place = 0
    while place < len(directory):
        if len(directory) - place < CENTRAL.size or directory[place : place + 4] != CENTRAL_SIGN:
            raise _damaged(_("its directory is cut off or was changed"))
        line = CENTRAL.unpack_from(directory, place)
        made_by, flags, method = line[1], line[3], line[4]
        (checksum, packed, size), (name_size, extra, comment) = line[7:10], line[10:13]
        begin = place + CENTRAL.size
        raw = directory[begin : begin + name_size]
        name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace")
        _check_line(name, flags, method, line[15] >> 16 if made_by >> 8 == 3 else _PLAIN)
        place = begin + name_size + extra + comment
        yield name, Member(name, checksum, packed, size, line[16], stored=method == AS_IS)


def _check_line(name: str, flags: int, method: int, mode: int) -> None:
    fault = name_fault(name.removesuffix("/"))
    if fault:
        text = _("This archive is refused: it holds “{name}”, and {fault}. Nothing was unpacked.")
        raise BundleError(Promise.CONTAINER, text.format(name=shown(name), fault=fault))
    what = None
    if mode & _KIND == _LINK:
        what = _("is a link to somewhere else")
    elif mode & _KIND == _FOLDER or name.endswith("/"):
        what = _("is a folder; a bundle lists files alone")
    elif mode & _KIND not in (_PLAIN, 0):
        what = _("is no plain file")
    elif flags & 0x2041:
        what = _("is encrypted by a passphrase of the archive")
    elif method not in (DEFLATE, AS_IS):
        what = _("is packed in a way that bundles do not use")
    if what:
        text = _("This archive is refused: “{name}” {what}. Nothing was unpacked.")
        raise BundleError(Promise.CONTAINER, text.format(name=shown(name), what=what))


def _check_names(names: Sequence[str]) -> None:
    for first, second in clashes(names):
        text = _("This archive is refused: “{first}” and “{second}” are one name to some computers. "
                 "Nothing was unpacked.")  # fmt: skip
        raise BundleError(Promise.CONTAINER, text.format(first=shown(first), second=shown(second)))


def _check_ratio(member: Member) -> None:
    if member.size > max(_FREE_RATIO, member.packed * _MOST_RATIO):
        text = _("This archive is refused: “{name}” would unpack to {size} bytes, more than {ratio} times its size. "
                 "It is made to fill the disk.")  # fmt: skip
        name = shown(member.name)
        raise BundleError(Promise.CONTAINER, text.format(name=name, size=member.size, ratio=_MOST_RATIO))


def _damaged(what: str) -> BundleError:
    text = _("The archive is damaged or was changed: {what}. Ask for the file again.")
    return BundleError(Promise.CONTAINER, text.format(what=what))
