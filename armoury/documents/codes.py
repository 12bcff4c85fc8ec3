"""Codes that a telephone or a scanner reads off paper: QR codes, as dark and light modules.

ISO/IEC 18004, byte mode in UTF-8, error correction M (15 % of the code may be lost).
"""

from functools import lru_cache

from reportlab.graphics.barcode.qrencoder import QR8bitByte, QRCode, QRErrorCorrectLevel

Modules = tuple[tuple[bool, ...], ...]
"""Rows from the top, each from the left; True is dark."""

QUIET = 4
"""Light modules that must surround the code (ISO/IEC 18004, quiet zone)."""

MOST_BYTES = 2_000
"""More would need a code that no telephone reads off paper (version 37 and larger)."""


@lru_cache(maxsize=16)
def qr_code(text: str) -> Modules:
    """Return the modules of the smallest code that holds a text.

    Raises:
        ValueError: it is longer than any code.
    """
    data = text.encode()
    if len(data) > MOST_BYTES:
        raise ValueError(f"{len(data)} bytes are more than a QR code holds")
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(QR8bitByte(data))
    code.make()
    return tuple(tuple(bool(each) for each in row) for row in code.modules or ())
