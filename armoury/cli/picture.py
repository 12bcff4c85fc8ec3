"""A drawing of a pistol as a PNG file, made from nothing: the tour's photograph, which shows no real weapon."""

import struct
import zlib

WIDTH, HEIGHT = 480, 320
_PAPER, _STEEL, _GRIP, _SCALE = 235, 70, 110, 20
# Left, top, right, bottom in pixels: slide, frame, trigger guard (outside, inside), grip.
_SHAPES = (
    (90, 80, 390, 125, _STEEL), (110, 125, 370, 150, _GRIP), (190, 150, 260, 200, _GRIP), (200, 155, 250, 190, _PAPER),
    (270, 150, 350, 280, _GRIP),
)  # fmt: skip


def sample_picture() -> bytes:
    """Return the drawing, with a scale beneath it; equal at every call."""
    rows = [bytearray([_PAPER]) * WIDTH for _row in range(HEIGHT)]
    for left, top, right, bottom, shade in (*_SHAPES, *_scale()):
        for row in rows[top:bottom]:
            row[left:right] = bytes([shade]) * (right - left)
    return _png(b"".join(b"\0" + bytes(row) for row in rows))


def _scale() -> list[tuple[int, int, int, int, int]]:
    """A ruler of ten fields along the lower edge."""
    return [(40 + place * 40, 295, 80 + place * 40, 305, _SCALE if place % 2 else _PAPER) for place in range(10)]


def _png(scan_lines: bytes) -> bytes:
    """Write grey pixels of 8 bits as PNG (ISO/IEC 15948, clause 11.2)."""
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(scan_lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
