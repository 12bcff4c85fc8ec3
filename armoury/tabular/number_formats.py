"""How a sheet shows its numbers (ECMA-376 part 1, 18.8.30 and 18.8.31): leading zeros, and what is not in the number.

A format may fill a number up with zeros, which can be told, or put letters and strokes into it, which makes it another
number to the eye; that one is only named, so that nobody takes it for what was seen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[([^\]]*)\]|(E[+-])|(.)', re.DOTALL | re.IGNORECASE)
_LONGEST = 255
"""Characters of a format; a spreadsheet takes no more."""
_BUILT_IN: Mapping[int, str] = {9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 48: "##0.0E+0"}
_WORDS = frozenset({"general", "standard", "estándar", "standaard", "@", ""})
_MOST_STYLES = 100_000


@dataclass(frozen=True)
class NumberFormat:
    """What a format does to a whole number.

    Attributes:
        width: how many digits are shown at least.
        other: whether signs are shown that the number does not have, or not all of it.
    """

    width: int = 1
    other: bool = False


PLAIN = NumberFormat()


def read_format(code: str) -> NumberFormat:
    """Read the code of a format, the part that is for numbers above zero."""
    if len(code) > _LONGEST:
        return NumberFormat(other=True)
    if code.lower() in _WORDS:
        return PLAIN
    zeros, other, decimals, grouped, last = 0, False, False, False, ""
    for match in _TOKEN.finditer(code):
        quoted, escaped, bracket, power, sign = match.groups()
        if sign == ";":
            break
        if sign and sign in "yYmMdDhHsS":
            return PLAIN
        zeros += sign == "0" and not decimals
        decimals = decimals or sign == "."
        grouped = grouped or sign == ","
        other = other or _adds(quoted or escaped, bracket, power, sign)
        last = sign or last
    other = other or (grouped and zeros > 1) or last == ","
    return NumberFormat(zeros, other) if zeros > 1 or other else PLAIN


def _adds(literal: str | None, bracket: str | None, power: str | None, sign: str | None) -> bool:
    if bracket is not None:
        # A day number is shown as a time by [h]; a condition or a currency changes what is seen.
        return bracket[:1] in tuple("<>=") or (bracket[:1] == "$" and not bracket.startswith("$-"))
    return bool(power or (literal and literal.strip()) or (sign and sign not in "0#?., @"))


@dataclass
class Styles:
    """Hears the part of the styles: which style shows numbers otherwise than they are.

    Attributes:
        formats: by the number of the style that a cell names; plain ones are left out.
    """

    formats: dict[str, NumberFormat] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=lambda: {str(key): code for key, code in _BUILT_IN.items()})
    _in_cells: bool = False
    _count: int = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear a format or a style."""
        if name == "numFmt" and len(self._codes) < _MOST_STYLES:
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            found = read_format(self._codes.get(attributes.get("numFmtId", ""), ""))
            if found is not PLAIN and len(self.formats) < _MOST_STYLES:
                self.formats[str(self._count)] = found
            self._count += 1

    def end(self, name: str) -> None:
        """Hear that the styles of cells end."""
        if name == "cellXfs":
            self._in_cells = False

    def text(self, text: str) -> None:
        """Hear nothing: styles have no text."""
