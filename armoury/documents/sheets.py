"""Sheets of paper that are filled from top to bottom: text, facts, boxes to sign, codes; laid out first, drawn later.

Because a page is first only a list of marks, its foot can say how many pages there are, and nothing is drawn twice.
Lengths are points (1/72 inch) from the lower left corner of an A4 page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from armoury.documents.codes import QUIET, Modules
from armoury.documents.fonts import Face, width_of, wrap

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
LEFT, RIGHT = 15 * MM, WIDTH - 15 * MM
TOP, BOTTOM = HEIGHT - 33 * MM, 39 * MM
"""Between these lies the body of a page; what is above and below belongs to the frame."""

SIZE = 9.0
LEADING = 1.32
"""Height of a line, in heights of its letters."""

GREY = 0.35
"""Grey of labels and small print; 0 is black."""

LIGHT = 0.7


class Words(NamedTuple):
    """A line of text that begins at a point of its base line."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    grey: float = 0.0


class Rule(NamedTuple):
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    weight: float
    grey: float = 0.0


class Shade(NamedTuple):
    """A light rectangle behind text, by its lower left corner."""

    x: float
    y: float
    width: float
    height: float


class Code(NamedTuple):
    """A QR code in a square, its quiet zone included, by its lower left corner."""

    x: float
    y: float
    side: float
    modules: Modules


Mark = Words | Rule | Shade | Code


@dataclass
class Sheets:
    """The pages so far, and how far down the last one is filled."""

    pages: list[list[Mark]] = field(default_factory=lambda: [[]])
    y: float = TOP

    def add(self, *marks: Mark) -> None:
        """Put marks on the page that is being filled."""
        self.pages[-1].extend(marks)

    def turn(self) -> None:
        """Begin a new page."""
        self.pages.append([])
        self.y = TOP

    def keep(self, height: float) -> bool:
        """Begin a new page where less than so much is free; tell whether one was begun."""
        if self.y - height >= BOTTOM or self.y == TOP:
            return False
        self.turn()
        return True

    def space(self, height: float) -> None:
        """Leave a gap, unless a page begins here."""
        if self.y < TOP:
            self.y -= height

    def paragraph(self, text: str, *, face: Face = Face.PLAIN, size: float = SIZE, width: float = RIGHT - LEFT) -> None:
        """Write a text over as many lines and pages as it needs, and a small gap after it."""
        for line in wrap(text, face, size, width):
            self.keep(size * LEADING)
            self.y -= size * LEADING
            self.add(Words(LEFT, self.y, line, face, size))
        self.y -= size * 0.6

    def heading(self, text: str, *, size: float = 11.5, follows: float = 22 * MM) -> None:
        """Write a heading, on the page of what follows it: so much at least stands below it."""
        lines = wrap(text, Face.BOLD, size, RIGHT - LEFT)
        self.space(size * 0.9)
        self.keep(len(lines) * size * LEADING + follows)
        for line in lines:
            self.y -= size * LEADING
            self.add(Words(LEFT, self.y, line, Face.BOLD, size))
        self.y -= size * 0.5

    def facts(self, facts: Iterable[tuple[str, str]], *, label_width: float = 42 * MM) -> None:
        """Write labels with their values beside them; what has no value is left out."""
        for label, value in facts:
            if value:
                self._fact(label, value, label_width)
        self.y -= SIZE * 0.4

    def _fact(self, label: str, value: str, label_width: float) -> None:
        named = wrap(label, Face.PLAIN, SIZE, label_width - 3 * MM)
        said = wrap(value, Face.PLAIN, SIZE, RIGHT - LEFT - label_width)
        step = SIZE * LEADING
        self.keep(min(max(len(named), len(said)), 4) * step)
        for number in range(max(len(named), len(said))):
            self.keep(step)
            self.y -= step
            if number < len(named):
                self.add(Words(LEFT, self.y, named[number], Face.PLAIN, SIZE, GREY))
            if number < len(said):
                self.add(Words(LEFT + label_width, self.y, said[number], Face.PLAIN, SIZE))
        self.y -= SIZE * 0.25

    def code(self, modules: Modules, lines: Sequence[tuple[str, Face, float]], *, side: float) -> None:
        """Write paragraphs (text, face, size) beside a code; the two are never parted.

        Args:
            modules: the code; its left edge without the quiet zone stands at the margin.
            lines: what stands beside it, lines of a text stay lines.
            side: of the square with its quiet zone.
        """
        quiet = side * QUIET / (len(modules) + 2 * QUIET)
        beside = LEFT + side - quiet + 2 * MM
        broken = [(each, face, size) for text, face, size in lines for each in wrap(text, face, size, RIGHT - beside)]
        height = max(side, sum(size * LEADING for _text, _face, size in broken) + 2 * MM)
        self.keep(height)
        self.add(Code(LEFT - quiet, self.y - side, side, modules))
        y = self.y - quiet + SIZE * 0.3
        for text, face, size in broken:
            y -= size * LEADING
            self.add(Words(beside, y, text, face, size))
        self.y -= height

    def sign_here(self, who: str, about: str, labels: tuple[str, str]) -> None:
        """Draw a box for one signature by hand.

        Args:
            who: name of the signer; an empty one leaves a line to write it on.
            about: who that is, in smaller letters.
            labels: words under the line for the signature and under the line for the day.
        """
        name_width = 76 * MM
        names = wrap(who, Face.BOLD, SIZE, name_width - 6 * MM)
        abouts = wrap(about, Face.PLAIN, 7.5, name_width - 6 * MM)
        height = max(17 * MM, (len(names) * SIZE + len(abouts) * 7.5) * LEADING + 5 * MM)
        self.keep(height)
        self._box(height)
        y = self.y - 2 * MM
        for text, face, size, grey in [*((t, Face.BOLD, SIZE, 0.0) for t in names),
                                       *((t, Face.PLAIN, 7.5, GREY) for t in abouts)]:  # fmt: skip
            y -= size * LEADING
            self.add(Words(LEFT + 3 * MM, y, text, face, size, grey))
        line = self.y - height + 5.5 * MM
        day = RIGHT - 33 * MM
        self._line_to_write(LEFT + name_width, day - 4 * MM, line, labels[0])
        self._line_to_write(day, RIGHT - 3 * MM, line, labels[1])
        self.y -= height

    def _box(self, height: float) -> None:
        low = self.y - height
        self.add(*(Rule(LEFT, y, RIGHT, y, 0.5, LIGHT) for y in (self.y, low)))
        self.add(*(Rule(x, low, x, self.y, 0.5, LIGHT) for x in (LEFT, RIGHT)))

    def _line_to_write(self, x: float, to_x: float, y: float, label: str) -> None:
        self.add(Rule(x, y, to_x, y, 0.6))
        for number, each in enumerate(wrap(label, Face.PLAIN, 6.5, to_x - x), 1):
            self.add(Words(x, y - number * 6.5 * 1.15, each, Face.PLAIN, 6.5, GREY))


def to_left(words: Words) -> Words:
    """Return a line of text that ends at its point instead of beginning there."""
    return words._replace(x=words.x - width_of(words.text, words.face, words.size))


def centred(words: Words) -> Words:
    """Return a line of text that has its point in its middle."""
    return words._replace(x=words.x - width_of(words.text, words.face, words.size) / 2)
