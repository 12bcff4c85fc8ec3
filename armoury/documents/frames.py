"""The frame of every page: whose paper it is, which one, page x of y, and the checkpoint that it was drawn over."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from armoury.documents.codes import QUIET, Modules, qr_code
from armoury.documents.fonts import Face, fitted, load_face, width_of
from armoury.documents.notes import with_note
from armoury.documents.sheets import (
    GREY,
    HEIGHT,
    LEFT,
    MM,
    RIGHT,
    WIDTH,
    Code,
    Mark,
    Rule,
    Shade,
    Words,
    centred,
    to_left,
)
from armoury.history.checkpoints import read_note
from armoury.i18n import catalogue

_CODE = "frame-code"
_SIDE = 20 * MM


@dataclass(frozen=True)
class Frame:
    """What stands on every page of a paper.

    Attributes:
        title, reference: what it is, and its number.
        register, site: name of the register, and the id of its site.
        classification: how it is to be kept; above and below on every page.
        entry: number of the history entry that the paper rests on.
        note: the signed checkpoint over that entry (a C2SP note).
        language: of the paper.
    """

    title: str
    reference: str
    register: str
    site: str
    classification: str
    entry: int
    note: str
    language: str

    @property
    def root(self) -> bytes:
        """Return the root of the history, 32 bytes."""
        return read_note(self.note).checkpoint.root

    @property
    def size(self) -> int:
        """Return how many entries the checkpoint counts."""
        return read_note(self.note).checkpoint.size


def short_form(root: bytes) -> str:
    """Return the beginning of a root as it is read out by telephone: four groups of four hexadecimal digits."""
    digits = root.hex()[:16]
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def draw(pages: Sequence[Sequence[Mark]], frame: Frame) -> bytes:
    """Draw pages with their frames as a PDF; the same pages and frame give the same bytes.

    Raises:
        StorageError: a font of the program is missing.
        IntegrityError: the note is malformed.
    """
    for face in Face:
        load_face(face)
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(WIDTH, HEIGHT),
        invariant=1,
        pageCompression=1,
        initialFontName=Face.PLAIN.value,  # type: ignore[arg-type] # the published types say a number
        lang=frame.language,
    )
    canvas.setTitle(f"{frame.reference} {frame.title}")
    canvas.setAuthor(f"{frame.register} ({frame.site})")
    canvas.setCreator("Armoury")
    canvas.setSubject(frame.reference)
    code = f"{frame.reference} {frame.site} {frame.size} {base64.b64encode(frame.root).decode()}"
    _keep_code(canvas, qr_code(code))
    for number, marks in enumerate(pages, 1):
        for mark in (*_frame_marks(frame, number, len(pages)), *marks):
            _draw_mark(canvas, mark)
        canvas.saveState()
        canvas.translate(LEFT - 2 * MM, 13.5 * MM)
        canvas.doForm(_CODE)
        canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return with_note(out.getvalue(), frame.note)


def _frame_marks(frame: Frame, number: int, pages: int) -> list[Mark]:
    _ = catalogue(frame.language).gettext
    page = _("Page {number} of {pages}").format(number=number, pages=pages)
    room = RIGHT - LEFT - width_of(frame.reference, Face.BOLD, 9) - 6 * MM
    whose = fitted(frame.register, Face.PLAIN, 8, room)
    title = fitted(f"{frame.site} · {frame.title}", Face.PLAIN, 8, room)
    text, top = LEFT + _SIDE, HEIGHT - 20 * MM
    counted = _("Entry {entry} of the history. Checkpoint over {size} entries, root {root} …").format(
        entry=frame.entry, size=frame.size, root=short_form(frame.root)
    )
    checked = _("Whether the history goes on from there and was not rewritten is told by: armoury check --against")
    return [
        *_classified(frame.classification),
        Words(LEFT, top, whose, Face.PLAIN, 8),
        to_left(Words(RIGHT, top, frame.reference, Face.BOLD, 9)),
        Words(LEFT, top - 4.2 * MM, title, Face.PLAIN, 8, GREY),
        to_left(Words(RIGHT, top - 4.2 * MM, page, Face.PLAIN, 8)),
        Rule(LEFT, top - 6.5 * MM, RIGHT, top - 6.5 * MM, 0.7),
        Rule(LEFT, 35 * MM, RIGHT, 35 * MM, 0.7),
        Words(text, 29.5 * MM, fitted(counted, Face.PLAIN, 7, RIGHT - text), Face.PLAIN, 7),
        Words(text, 26 * MM, fitted(checked, Face.PLAIN, 7, RIGHT - text), Face.PLAIN, 7, GREY),
        Words(text, 18.5 * MM, frame.reference, Face.BOLD, 7),
        to_left(Words(RIGHT, 18.5 * MM, page, Face.PLAIN, 7)),
    ]


def _classified(classification: str) -> list[Mark]:
    words = fitted(classification, Face.BOLD, 9, RIGHT - LEFT)
    return [centred(Words(WIDTH / 2, y, words, Face.BOLD, 9)) for y in (HEIGHT - 12 * MM, 8.5 * MM)]


def _keep_code(canvas: Canvas, modules: Modules) -> None:
    """Draw a code once, to be put on every page."""
    canvas.beginForm(_CODE, 0, 0, _SIDE, _SIDE)
    _draw_code(canvas, Code(0, 0, _SIDE, modules))
    canvas.endForm()


def _draw_mark(canvas: Canvas, mark: Mark) -> None:
    if isinstance(mark, Words):
        canvas.setFillGray(mark.grey)
        canvas.setFont(mark.face.value, mark.size)
        canvas.drawString(mark.x, mark.y, mark.text)
    elif isinstance(mark, Rule):
        canvas.setStrokeGray(mark.grey)
        canvas.setLineWidth(mark.weight)
        canvas.line(mark.x, mark.y, mark.to_x, mark.to_y)
    elif isinstance(mark, Shade):
        canvas.setFillGray(0.92)
        canvas.rect(mark.x, mark.y, mark.width, mark.height, stroke=0, fill=1)
    else:
        _draw_code(canvas, mark)


def _draw_code(canvas: Canvas, code: Code) -> None:
    """Fill the dark modules, each run of a row as one rectangle."""
    step = code.side / (len(code.modules) + 2 * QUIET)
    path = canvas.beginPath()
    for row, modules in enumerate(code.modules):
        y = code.y + code.side - (QUIET + row + 1) * step
        start = 0
        while start < len(modules):
            end = start
            while end < len(modules) and modules[end]:
                end += 1
            if end > start:
                path.rect(code.x + (QUIET + start) * step, y, (end - start) * step, step)
            start = end + 1
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
