"""Photographs and documents that become evidence: read by their content, bounded, and cleaned of what they give away.

A photograph is stored as a JPEG of its own making: turned upright, at most so large, in sRGB, without any metadata
(place, camera, owner). The SHA-256 of what was handed in is kept, so the original can be recognised where it still
exists. A document is stored as it is, if it is of a kind that will still be readable in twenty years.
"""

import io
import re
import struct
import unicodedata
import warnings
from dataclasses import dataclass
from hashlib import sha256

from PIL import ExifTags, Image, ImageCms

from armoury.domain.errors import RuleError
from armoury.i18n import _


@dataclass(frozen=True)
class PhotographLimits:
    """What is taken and what is made; sizes in pixels, bytes, and JPEG's quality from 1 to 95."""

    longest_side: int = 3_000
    thumbnail_side: int = 320
    most_bytes: int = 50_000_000
    most_pixels: int = 120_000_000
    quality: int = 88


@dataclass(frozen=True)
class Photograph:
    """A photograph ready to be stored; `sha256` is of `jpeg`, in hex, `sha256_original` of what was handed in."""

    jpeg: bytes
    width: int
    height: int
    sha256_original: str
    sha256: str
    taken_at_text: str | None
    """What the camera's clock said, such as `2024-03-05 14:22:11-05:00`; a claim, not a proof."""
    thumbnail: bytes


@dataclass(frozen=True)
class Document:
    """A document ready to be stored as it is; `sha256` in hex."""

    name: str
    media_type: str
    sha256: str
    size: int


PHOTOGRAPHS = PhotographLimits()
MOST_DOCUMENT_BYTES = 50_000_000

_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
_NOT_READABLE = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, struct.error, AttributeError,
    RuntimeError, Image.DecompressionBombError,
)  # fmt: skip
_TAKEN = re.compile(r"([0-9]{4}):([0-9]{2}):([0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})")
_OFFSET = re.compile(r"[+-][0-9]{2}:[0-9]{2}")
_TURNS = {  # EXIF 2.32, Orientation: what brings the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_KEPT_MODES = ("RGB", "L", "CMYK")  # the modes that a colour profile can belong to
_HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1")
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
)
_ODF = b"mimetypeapplication/vnd.oasis.opendocument."
_OFFICE = (
    (b"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (_ODF + b"text", "application/vnd.oasis.opendocument.text"),
    (_ODF + b"spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
)
_MACROS = (b"vbaProject.bin", b"Basic/script-lc.xml")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u202a-\u202e\u2066-\u2069]')
_LONGEST_NAME = 120


def prepare_photograph(data: bytes, limits: PhotographLimits = PHOTOGRAPHS) -> Photograph:
    """Make the JPEG and the thumbnail that are stored; of an animated picture the first one.

    Raises:
        RuleError: it is no picture that can be read, damaged, or too large.
    """
    _check_size(data, limits.most_bytes)
    if data[4:12] in _HEIC:
        raise RuleError(_("This is a HEIC picture of a telephone. Set its camera to JPEG, or send it as JPEG."))
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            picture, taken = _upright(image, limits), _taken_at(image)
    except _NOT_READABLE as problem:
        raise RuleError(
            _("This picture cannot be read: it is damaged, or not a JPEG, PNG, TIFF, WebP, BMP or GIF picture.")
        ) from problem
    jpeg = _jpeg(picture, limits.longest_side, limits.quality)
    return Photograph(
        jpeg=jpeg,
        width=picture.width,
        height=picture.height,
        sha256_original=sha256(data).hexdigest(),
        sha256=sha256(jpeg).hexdigest(),
        taken_at_text=taken,
        thumbnail=_jpeg(picture, limits.thumbnail_side, limits.quality),
    )


def prepare_document(data: bytes, name: str) -> Document:
    """Tell a document's kind by its content, and give it a plain name.

    Raises:
        RuleError: it is empty, too large, holds macros, or is of no kind that is kept.
    """
    _check_size(data, MOST_DOCUMENT_BYTES)
    media_type = _media_type(data)
    if media_type is None:
        raise RuleError(
            _("“{name}” is of no kind that is kept. Save it as PDF and attach that.").format(name=_plain_name(name))
        )
    return Document(_plain_name(name), media_type, sha256(data).hexdigest(), len(data))


def _check_size(data: bytes, most: int) -> None:
    if not data:
        raise RuleError(_("The file is empty. Choose another one."))
    if len(data) > most:
        raise RuleError(
            _("The file is too large ({size} MB). At most {most} MB are kept.").format(
                size=len(data) // 1_000_000 + 1, most=most // 1_000_000
            )
        )


def _upright(image: Image.Image, limits: PhotographLimits) -> Image.Image:
    """Decode, shrink, turn upright and bring to plain sRGB on white."""
    if image.width * image.height > limits.most_pixels:
        raise RuleError(
            _("The picture is too large ({width} x {height} points). Save it smaller and attach that.").format(
                width=image.width, height=image.height
            )
        )
    side = limits.longest_side
    image.draft(None, (side, side))  # lets a JPEG be decoded at a half or a quarter: less time, less memory
    profile = image.info.get("icc_profile")
    decoded = _eight_bits(image)
    picture = _on_white(_turned(decoded, image.getexif()))
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return _in_srgb(picture, profile)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Decode, and bring 16 bits of grey to 8; other deep modes have no agreed white and are refused."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode in ("I", "F"):
        raise ValueError(f"no white point in mode {image.mode}")
    image.load()
    return image


def _turned(picture: Image.Image, exif: Image.Exif) -> Image.Image:
    """Turn a decoded picture as its camera was held.

    Pillow's own function writes the camera's data back while it turns, and fails where they are damaged.
    """
    turn = _TURNS.get(exif.get(ExifTags.Base.Orientation, 1))
    return picture.copy() if turn is None else picture.transpose(turn)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture if picture.mode in _KEPT_MODES else picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert from the picture's colour profile; one that is damaged or of another kind of picture is passed over."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, *_NOT_READABLE):
            converted = None
        picture = converted or picture
    return picture.convert("RGB")


def _taken_at(image: Image.Image) -> str | None:
    """Return what the camera's clock said, if it is written as EXIF asks (EXIF 2.32, DateTimeOriginal)."""
    camera = image.getexif().get_ifd(ExifTags.IFD.Exif)
    match = _TAKEN.match(str(camera.get(ExifTags.Base.DateTimeOriginal, "")))
    if not match:
        return None
    offset = _OFFSET.match(str(camera.get(ExifTags.Base.OffsetTimeOriginal, "")))
    return f"{match[1]}-{match[2]}-{match[3]} {match[4]}{offset[0] if offset else ''}"


def _jpeg(picture: Image.Image, side: int, quality: int) -> bytes:
    """Write a JPEG at most so large; comments and XMP, which a picture carries along, are dropped first."""
    bare = picture.copy()
    bare.info.clear()
    bare.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _media_type(data: bytes) -> str | None:
    """Tell the kind by the content; the name may say anything."""
    if (
        b"%PDF-" in data[:1024]
    ):  # PDF 2.0 (ISO 32000-2) asks for it at the start, readers take it in the first 1024 bytes
        return "application/pdf"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"PK\x03\x04"):
        return _office_type(data)
    known = next((media_type for start, media_type in _SIGNATURES if data.startswith(start)), None)
    return known or ("text/plain" if _is_text(data) else None)


def _office_type(data: bytes) -> str | None:
    """Tell office documents by the names of their parts, which a zip holds unpacked."""
    if any(name in data for name in _MACROS):
        raise RuleError(_("The document holds macros. Save it as PDF and attach that."))
    return next((media_type for name, media_type in _OFFICE if name in data), None)


def _is_text(data: bytes) -> bool:
    """Tell whether it is text in UTF-8, UTF-16 with its mark, or the Western code page of older systems."""
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8", "cp1252"):
        try:
            return not _NOT_TEXT.search(data.decode(encoding))
        except ValueError:
            continue
    return False


def _plain_name(name: str) -> str:
    """Return the last part of a path in NFC, without what no file system takes, and not too long."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _NOT_IN_NAMES.sub("", unicodedata.normalize("NFC", last)).encode(errors="ignore").decode().strip(" .")
    return plain[-_LONGEST_NAME:] or "document"
