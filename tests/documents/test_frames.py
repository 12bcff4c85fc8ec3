"""The frame of papers: the note travels in the file, the code is drawn module by module."""

import pypdfium2
import pytest

from armoury.documents.codes import QUIET, qr_code
from armoury.documents.fonts import Face
from armoury.documents.frames import Frame, draw, short_form
from armoury.documents.notes import note_in
from armoury.documents.sheets import HEIGHT, LEFT, MM, Code, Sheets
from armoury.domain.errors import IntegrityError, StorageError
from tests.documents.facts import NOTE

FRAME = Frame("Title", "BIC-2026-0001", "Sample", "BB-BDFGHJKL", "RESTRICTED", 1042, NOTE, "en")


def paper(*marks: Code, frame: Frame = FRAME) -> bytes:
    sheets = Sheets()
    sheets.add(*marks)
    return draw(sheets.pages, frame)


def test_the_note_is_found_in_the_file():
    assert note_in(paper()) == NOTE


def test_the_file_is_whole_with_the_note_in_it():
    document = pypdfium2.PdfDocument(paper())
    assert len(document) == 1
    document.close()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n%%EOF", b"%armoury-checkpoint ////\n", b"%armoury-checkpoint QQ\n"])
def test_a_file_without_a_note_has_none(data):
    assert note_in(data) is None


def test_a_malformed_note_is_refused():
    with pytest.raises(IntegrityError):
        paper(frame=Frame("T", "R", "S", "BB", "C", 1, "no note", "en"))


def test_the_root_is_read_out_in_groups():
    assert short_form(bytes.fromhex("57c7b0f181eaae17") + bytes(24)) == "57c7 b0f1 81ea ae17"


def test_every_letter_is_embedded():
    assert paper().count(b"/FontFile2") == paper().count(b"/BaseFont /AAAAAA+DejaVu") > 0
    assert b"Helvetica" not in paper()


def test_a_code_is_drawn_as_its_modules_say():
    modules = qr_code(NOTE)
    side = 60 * MM
    document = pypdfium2.PdfDocument(paper(Code(LEFT, HEIGHT / 2, side, modules)))
    scale = 4
    page = document[0].render(scale=scale).to_pil().convert("L")
    step = side / (len(modules) + 2 * QUIET)

    def dark(row: int, column: int) -> bool:
        x, y = LEFT + (QUIET + column + 0.5) * step, HEIGHT / 2 - side + (QUIET + row + 0.5) * step
        return page.getpixel((round(x * scale), round(y * scale))) < 128

    every = range(len(modules))
    assert tuple(tuple(dark(row, column) for column in every) for row in every) == modules
    assert not any(dark(-2, column) or dark(len(modules) + 1, column) for column in every)
    document.close()


def test_a_code_has_its_three_marks_and_timing():
    """ISO/IEC 18004, 6.3.3: finder patterns in three corners; they tell a reader which way is up."""
    modules = qr_code("BIC-2026-0001")
    finder = [[1] * 7, [1, 0, 0, 0, 0, 0, 1], *[[1, 0, 1, 1, 1, 0, 1]] * 3, [1, 0, 0, 0, 0, 0, 1], [1] * 7]

    def corner(row: int, column: int) -> list[list[int]]:
        return [[int(each) for each in line[column : column + 7]] for line in modules[row : row + 7]]

    last = len(modules) - 7
    assert corner(0, 0) == corner(0, last) == corner(last, 0) == finder
    assert corner(last, last) != finder


def test_too_much_for_a_code_is_refused():
    with pytest.raises(ValueError, match="more than"):
        qr_code("x" * 3_000)


def test_a_missing_font_is_named(monkeypatch, tmp_path):
    from armoury.documents import fonts

    fonts.load_face.cache_clear()
    monkeypatch.setattr(fonts, "resource", lambda name: tmp_path / name)
    try:
        with pytest.raises(StorageError, match=r"DejaVuSans\.ttf"):
            fonts.load_face(Face.PLAIN)
    finally:
        fonts.load_face.cache_clear()
