"""Photographs and documents: made small, upright and silent; hostile files become sentences."""

import io
import struct
import zipfile
import zlib
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, ImageDraw, PngImagePlugin

from armoury.documents.photographs import (
    MOST_DOCUMENT_BYTES,
    Document,
    PhotographLimits,
    prepare_document,
    prepare_photograph,
)
from armoury.domain.errors import RuleError

# What lies between the scene and what a camera held so would have written (EXIF 2.32, Orientation).
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret-place/></x:xmpmeta>'


def scene(mode="RGB", size=(80, 40)):
    """A picture whose upper left quarter alone is red."""
    picture = Image.new("RGB", size, "blue")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill="red")
    return picture.convert(mode)


def saved(picture, form="JPEG", **options):
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def exif_of(orientation=1):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "secret-camera"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2024:03:05 14:22:11"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (17.0, 58.0, 12.0)
    return exif


def opened(data):
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def is_red(pixel):
    return pixel[0] > 200 and pixel[2] < 60


def corners(data):
    """Tell which of the four corners are red."""
    picture = opened(data).convert("RGB")
    right, low = picture.width - 5, picture.height - 5
    return [is_red(picture.getpixel(each)) for each in ((4, 4), (right, 4), (4, low), (right, low))]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_upright(orientation, form):
    held = scene()
    if orientation in TURNS:
        held = held.transpose(TURNS[orientation])
    made = prepare_photograph(saved(held, form, exif=exif_of(orientation), quality=95))
    assert (made.width, made.height) == (80, 40)
    assert corners(made.jpeg) == corners(made.thumbnail) == [True, False, False, False]


def test_everything_the_camera_tells_is_removed():
    data = saved(scene(), exif=exif_of(), xmp=XMP, comment="secret-comment", quality=95)
    assert b"secret-camera" in data
    assert b"secret-place" in data
    assert b"secret-comment" in data
    made = prepare_photograph(data)
    for each in (made.jpeg, made.thumbnail):
        assert b"secret" not in each
        assert b"Exif" not in each
        assert not opened(each).getexif()
        assert set(opened(each).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_text_inside_a_png_is_removed():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "secret-comment")
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    data = saved(scene(), "PNG", pnginfo=notes, exif=exif_of(6))
    assert b"secret" in data
    made = prepare_photograph(data)
    assert b"secret" not in made.jpeg + made.thumbnail
    assert (made.width, made.height) == (40, 80)


def test_the_digests_are_of_what_came_and_of_what_is_kept():
    data = saved(scene())
    made = prepare_photograph(data)
    assert made.sha256_original == sha256(data).hexdigest()
    assert made.sha256 == sha256(made.jpeg).hexdigest()


def test_equal_input_gives_equal_bytes():
    assert prepare_photograph(saved(scene())) == prepare_photograph(saved(scene()))


@pytest.mark.parametrize(
    ("size", "made_size"), [((3600, 1800), (3000, 1500)), ((900, 6400), (422, 3000)), ((80, 40), (80, 40))]
)
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_the_longest_side_is_bounded(size, made_size, form):
    made = prepare_photograph(saved(scene(size=size), form))
    assert (made.width, made.height) == made_size == opened(made.jpeg).size
    assert max(opened(made.thumbnail).size) == min(320, max(size))


def test_a_line_of_points_is_still_a_picture():
    made = prepare_photograph(saved(Image.new("RGB", (9000, 1)), "PNG"))
    assert (made.width, made.height) == (3000, 1)


def test_the_cameras_clock_is_kept_as_text():
    exif = exif_of()
    assert prepare_photograph(saved(scene(), exif=exif)).taken_at_text == "2024-03-05 14:22:11"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = "-05:00"
    assert prepare_photograph(saved(scene(), exif=exif)).taken_at_text == "2024-03-05 14:22:11-05:00"


@pytest.mark.parametrize("clock", ["", "yesterday", "    :  :     :  :  "])
def test_a_clock_that_was_never_set_is_left_out(clock):
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = clock
    assert prepare_photograph(saved(scene(), exif=exif)).taken_at_text is None


@pytest.mark.parametrize("seed", range(30))
def test_damaged_camera_data_does_not_cost_the_picture(seed):
    data = saved(scene(), exif=exif_of(6), quality=95)
    chance, start, end = Random(seed), data.index(b"secret-camera"), data.index(b"\xff\xdb")
    damaged = data[:start] + chance.randbytes(end - start) + data[end:]
    made = prepare_photograph(damaged)
    assert (made.width, made.height) == (40, 80)
    assert made.taken_at_text is None


def test_an_orientation_that_is_none_is_passed_over():
    made = prepare_photograph(saved(scene(), exif=exif_of(9), quality=95))
    assert corners(made.jpeg) == [True, False, False, False]


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "P", "1", "RGBA", "LA"])
def test_every_usual_mode_is_taken(mode):
    made = prepare_photograph(saved(scene(mode), "TIFF"))
    assert (made.width, made.height, opened(made.jpeg).mode) == (80, 40, "RGB")


def test_colours_of_print_come_out_right():
    made = prepare_photograph(saved(scene("CMYK"), quality=95))
    assert corners(made.jpeg) == [True, False, False, False]


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_of_grey_keep_their_shades(form):
    row = struct.pack("<80H", *[32_768] * 40, *[65_535] * 40)
    picture = Image.frombytes("I;16", (80, 40), row * 40)
    made = prepare_photograph(saved(picture, form, exif=exif_of(6)))
    grey = opened(made.jpeg)
    assert grey.size == (40, 80)
    assert grey.getpixel((10, 10)) == (127, 127, 127)
    assert grey.getpixel((10, 70)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_deeper_modes_are_refused(mode):
    with pytest.raises(RuleError, match="cannot be read"):
        prepare_photograph(saved(Image.new(mode, (8, 8)), "TIFF"))


def test_what_is_transparent_becomes_white():
    palette = scene("P")
    clear = palette.getpixel((70, 30))
    for data in (saved(palette, "PNG", transparency=clear), saved(palette, "GIF", transparency=clear)):
        made = opened(prepare_photograph(data).jpeg)
        assert min(made.getpixel((70, 30))) > 240
        assert is_red(made.getpixel((5, 5)))


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_of_a_moving_picture_the_first_is_taken(form):
    data = saved(scene(), form, save_all=True, append_images=[Image.new("RGB", (80, 40), "green")])
    assert getattr(opened(data), "n_frames", 1) == 2
    assert corners(prepare_photograph(data).jpeg) == [True, False, False, False]


def test_a_colour_profile_is_applied_and_dropped():
    known = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = prepare_photograph(saved(scene(), icc_profile=known, quality=95))
    assert "icc_profile" not in opened(made.jpeg).info
    assert corners(made.jpeg) == [True, False, False, False]


@pytest.mark.parametrize("profile", [b"nonsense", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()])
def test_a_wrong_colour_profile_is_passed_over(profile):
    made = prepare_photograph(saved(scene(), icc_profile=profile, quality=95))
    assert corners(made.jpeg) == [True, False, False, False]


def bomb(width, height):
    """A PNG of a few bytes that says it is huge."""

    def part(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(b"")) + part(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty"),
        (b"\xff\xd8\xff", "cannot be read"),
        (b"%PDF-1.7", "cannot be read"),
        (b"GIF89a", "cannot be read"),
        (saved(scene())[:600], "cannot be read"),
        (saved(scene(), "PNG")[:80], "cannot be read"),
        (bomb(12_000, 11_000), "too large .12000 x 11000 points"),
        (bomb(60_000, 60_000), "cannot be read|too large"),
        (bomb(9_000, 9_000), "cannot be read"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (bytes(50_000_001), "too large .51 MB.. At most 50 MB"),
    ],
)
def test_hostile_files_become_sentences(data, message):
    with pytest.raises(RuleError, match=message):
        prepare_photograph(data)


def test_limits_can_be_narrower():
    with pytest.raises(RuleError, match="80 x 40 points"):
        prepare_photograph(saved(scene()), PhotographLimits(most_pixels=3_199))
    assert prepare_photograph(saved(scene()), PhotographLimits(longest_side=40)).width == 40


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP"])
@given(data=st.data())
def test_a_damaged_file_is_taken_or_refused_with_a_sentence(form, data):
    damaged = bytearray(saved(scene(), form))
    for _change in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = prepare_photograph(bytes(damaged), PhotographLimits(most_pixels=100_000))
    except RuleError:
        return
    assert opened(made.jpeg).size == (made.width, made.height)


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return out.getvalue()


def opendocument(kind):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\n\n%PDF-1.4\n", "application/pdf"),
        (saved(scene()), "image/jpeg"),
        (saved(scene(), "PNG"), "image/png"),
        (saved(scene(), "TIFF"), "image/tiff"),
        (saved(scene(), "GIF"), "image/gif"),
        (saved(scene(), "WEBP"), "image/webp"),
        ("Größe\r\n\tone\n".encode(), "text/plain"),
        ("Größe".encode("cp1252"), "text/plain"),
        ("Größe".encode("utf-16"), "text/plain"),
        (zipped("word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (zipped("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (opendocument("text"), "application/vnd.oasis.opendocument.text"),
        (opendocument("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
    ],
)
def test_a_documents_kind_is_told_by_its_content(data, media_type):
    assert prepare_document(data, "letter.exe") == Document(
        "letter.exe", media_type, sha256(data).hexdigest(), len(data)
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty"),
        (b"MZ\x90\x00\x03", "“letter.pdf” is of no kind that is kept"),
        (b"\x7fELF\x02\x01\x01", "of no kind"),
        (b"\xff\xfe\x00", "of no kind"),
        (b"\xff\xfe\x00\x00", "of no kind"),
        (b"\x81\x8d", "of no kind"),
        (zipped("payload.bin"), "of no kind"),
        (zipped("word/document.xml", "word/vbaProject.bin"), "holds macros"),
        (bytes(MOST_DOCUMENT_BYTES + 1), "At most 50 MB"),
    ],
)
def test_other_documents_are_refused(data, message):
    with pytest.raises(RuleError, match=message):
        prepare_document(data, "letter.pdf")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("C:\\Users\\x\\letter.pdf", "letter.pdf"),
        ("../../etc/letter.pdf", "letter.pdf"),
        ("re\u0301sume\u0301.pdf", "r\u00e9sum\u00e9.pdf"),
        ("a\u202efdp.exe\n", "afdp.exe"),
        ('a<b>:"|?*.pdf', "ab.pdf"),
        ("a" * 200 + ".pdf", "a" * 116 + ".pdf"),
        ("\ud800", "document"),
        ("...", "document"),
        ("", "document"),
    ],
)
def test_names_are_made_plain(name, plain):
    assert prepare_document(b"%PDF-1.7", name).name == plain
