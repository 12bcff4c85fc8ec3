"""Archives that no bundle is: hostile names, links, bombs, hiding places; each is refused with a sentence."""

import io
import stat
import struct
import zipfile

import pytest

from armoury.bundle.container import Container
from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.headers import (
    CENTRAL,
    LOCAL,
    LOCAL_SIGN,
    Member,
    central_header,
    descriptor,
    end_record,
    local_header,
)
from armoury.bundle.packing import Packer
from armoury.bundle.verification import verify_bundle

GOOD = "BB-BCDFGHJK-000001/data/log.csv"


def archive(*names: str, **options: int) -> bytes:
    """An archive as other programs write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.compress_type = options.get("method", zipfile.ZIP_DEFLATED)
            info.external_attr = options.get("mode", 0o100644) << 16
            packed.writestr(info, b"content")
    return out.getvalue()


def honest(files: dict[str, bytes]) -> bytes:
    """An archive in the one form."""
    packer = Packer()
    pieces = [piece for name, data in files.items() for piece in packer.pack(name, [data])]
    return b"".join([*pieces, packer.finish()])


def read_all(data: bytes) -> None:
    container = Container(io.BytesIO(data))
    for name in container.members:
        for _chunk in container.stream(name):
            pass


def refused(data: bytes) -> str:
    with pytest.raises(BundleError) as caught:
        read_all(data)
    assert caught.value.promise is Promise.CONTAINER
    assert caught.value.text().endswith(".")
    return caught.value.text()


def test_an_honest_archive_is_read():
    container = Container(io.BytesIO(honest({GOOD: b"a,b\r\n" * 9_000, "x/y": b""})))
    assert container.read(GOOD, 1 << 20) == b"a,b\r\n" * 9_000
    assert container.read("x/y", 1) == b""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/passwd", "root of a disk"),
        ("\\\\server\\share", "root of a disk"),
        ("../up", "“..”"),
        ("a/../../up", "“..”"),
        ("a\\..\\up", "“..”"),
        ("C:/windows", "drive letter"),
        ("c:windows", "drive letter"),
        ("~/x", "“~”"),
        ("a/~root", "“~”"),
        ("a\\b", "backslash"),
        ("ab:stream", "colon"),
        ("con", "device"),
        ("a/NUL.txt", "device"),
        ("a/com1.csv", "device"),
        ("LPT9", "device"),
        ("a./b", "point or a blank"),
        ("a ", "point or a blank"),
        ("a//b", "empty part"),
        ("./a", "point or a blank"),
        ("a\nb", "control characters"),
        ("a\x1b[2Jb", "control characters"),
        ("é", "other letters"),
        ("e\u0301", "other letters"),
        ("a\u202ecod.exe", "other letters"),
        ("x" * 201, "too long"),
    ],
)
def test_a_name_that_no_file_may_have(name, why):
    text = refused(archive(GOOD, name))
    assert why in text
    assert not any(ord(each) < 32 for each in text)


@pytest.mark.parametrize("pair", [("a/b", "a/b"), ("a/b", "A/b"), ("a/B", "a/b")])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_names_that_are_one(pair):
    assert "one name to some computers" in refused(archive(*pair))


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (stat.S_IFLNK | 0o777, "is a link"),
        (stat.S_IFDIR | 0o755, "is a folder"),
        (stat.S_IFIFO | 0o644, "no plain file"),
        (stat.S_IFCHR | 0o644, "no plain file"),
    ],
)
def test_what_is_no_plain_file(mode, why):
    assert why in refused(archive(GOOD, mode=mode))


def test_a_folder_by_its_name():
    assert "is a folder" in refused(archive("a/"))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_way_of_packing(method):
    assert "packed in a way" in refused(archive(GOOD, method=method))


def test_an_encrypted_file():
    data = bytearray(archive(GOOD))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "is encrypted" in refused(bytes(data))


def test_an_archive_of_another_program():
    assert "changed" in refused(archive(GOOD))


def test_nothing_at_all():
    assert "no archive at all" in refused(b"")


def test_an_empty_archive():
    with pytest.raises(BundleError, match="not a bundle"):
        verify_bundle(io.BytesIO(end_record(0, 0, 0)), now=0)


def test_a_directory_that_is_not_there():
    assert "as many files as" in refused(LOCAL_SIGN + b"\0" * 26 + end_record(1, 0, 30))


@pytest.mark.parametrize(
    "begin", [b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"\x1f\x8b", b"7z\xbc\xaf", b"a,b,c\r\n", b"\0" * 99]
)
def test_another_kind_of_file(begin):
    assert "not a bundle" in refused(begin * 10)


def test_a_sealed_bundle_is_named_as_one():
    assert "is sealed" in refused(b"age-encryption.org/v1\n-> X25519 x\n" + b"x" * 99)


@pytest.mark.parametrize("field", range(4, 46))
def test_any_byte_of_a_directory_line(field):
    at = honest({GOOD: b"a" * 100, "b": b"c" * 100}).index(b"PK\x01\x02") + field
    data = bytearray(honest({GOOD: b"a" * 100, "b": b"c" * 100}))
    data[at] ^= 0x41
    refused(bytes(data))


@pytest.mark.parametrize("field", range(30))
def test_any_byte_of_a_local_header(field):
    data = bytearray(honest({GOOD: b"a" * 100, "b": b"c" * 100}))
    data[field] ^= 0x41
    refused(bytes(data))


def test_bytes_before_the_archive():
    refused(b"#!/bin/sh\n" + honest({GOOD: b"a"}))


def test_bytes_behind_the_archive():
    assert "3 bytes stand behind its end" in refused(honest({GOOD: b"a"}) + b"xyz")


def test_a_comment():
    data = honest({GOOD: b"a"})
    refused(data[:-2] + struct.pack("<H", 4) + b"hide")


@pytest.mark.parametrize("count", [1, 2, 21, 22, 23, 60, 120])
def test_a_cut_archive(count):
    refused(honest({GOOD: b"abc" * 50})[:-count])


def test_bytes_between_files():
    data, hidden = honest({GOOD: b"a" * 50, "b": b"c" * 50}), b"hidden"
    first = Container(io.BytesIO(data)).members[GOOD].end
    moved = _moved(data[:first] + hidden + data[first:], len(hidden))
    assert "does not begin where" in refused(moved)


def test_bytes_before_the_directory():
    data, hidden = honest({GOOD: b"a" * 50}), b"hidden"
    at = data.index(b"PK\x01\x02")
    end = bytearray(data[at:])
    end[-6:-2] = struct.pack("<L", at + len(hidden))
    assert "belong to no file" in refused(data[:at] + hidden + bytes(end))


def _moved(data: bytes, count: int) -> bytes:
    """Correct the places in the directory and the end for bytes that were put in after the first file."""
    at = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", at + 4)
    moved = bytearray(data)
    offset = CENTRAL.size - 4
    struct.pack_into("<L", moved, second + offset, struct.unpack_from("<L", data, second + offset)[0] + count)
    struct.pack_into("<L", moved, len(data) - 6, at)
    return bytes(moved)


def test_two_files_that_lie_on_one_another():
    """The trick of the densest bombs: many lines of the directory name the same bytes."""
    data = honest({GOOD: b"a" * 50})
    member = Container(io.BytesIO(data)).members[GOOD]
    twin = Member("twin", member.checksum, member.packed, member.size, member.offset)
    body = data[: member.end]
    directory = central_header(member) + central_header(twin)
    refused(body + directory + end_record(2, len(directory), len(body)))


def bomb(claimed: int) -> bytes:
    """A file of nothing that unpacks to 64 MB and claims another size."""
    packer = Packer()
    pieces = list(packer.pack(GOOD, [bytes(1 << 20)] * 64))
    data = b"".join([*pieces, packer.finish()])
    member = _only_member(data)
    lied = Member(GOOD, member.checksum, member.packed, claimed, 0)
    body = data[: LOCAL.size + len(GOOD) + member.packed] + descriptor(lied)
    directory = central_header(lied)
    return local_header(lied) + body[LOCAL.size + len(GOOD) :] + directory + end_record(1, len(directory), len(body))


def _only_member(data: bytes) -> Member:
    line = CENTRAL.unpack_from(data, data.index(b"PK\x01\x02"))
    return Member(GOOD, line[7], line[8], line[9], 0)


def test_a_bomb_that_says_what_it_is():
    assert "made to fill the disk" in refused(bomb(64 << 20))


def test_a_bomb_that_claims_to_be_small():
    assert "does not unpack to what" in refused(bomb(1000))


def test_a_damaged_content():
    data = bytearray(honest({GOOD: bytes(range(256)) * 40}))
    data[LOCAL.size + len(GOOD) + 20] ^= 0xFF
    refused(bytes(data))


def test_a_small_file_is_not_read_beyond_its_bound():
    container = Container(io.BytesIO(honest({GOOD: b"a" * 500})))
    with pytest.raises(BundleError, match="larger than it ever is"):
        container.read(GOOD, 100)


def test_sixty_five_thousand_lines_are_judged_in_time():
    names = [f"a/{number}" for number in range(65_534)]
    lines = b"".join(central_header(Member(name, 0, 0, 0, 0)) for name in names)
    assert "was changed" in refused(lines + end_record(len(names), len(lines), 0))
