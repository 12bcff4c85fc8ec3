"""Names of files in an archive that came from outside: what a name may never be, and why."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from armoury.i18n import _

LONGEST = 200
_DEVICE = re.compile(r"(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_SHOWN = 80

_Test = Callable[[str], bool]

_FAULTS: tuple[tuple[_Test, Callable[[], str]], ...] = (
    (lambda name: not name, lambda: _("a name is empty")),
    (lambda name: any(ord(each) < 32 or ord(each) == 127 for each in name),
     lambda: _("the name holds control characters")),
    (lambda name: len(name) > LONGEST, lambda: _("the name is too long")),
    (lambda name: name[:1] in ("/", "\\"), lambda: _("the name begins at the root of a disk")),
    (lambda name: re.match(r"[A-Za-z]:", name) is not None, lambda: _("the name begins with a drive letter")),
    (lambda name: ".." in re.split(r"[/\\]", name), lambda: _("the name leads out of its folder (“..”)")),
    (lambda name: name.startswith("~") or "/~" in name, lambda: _("the name begins with “~”")),
    (lambda name: "\\" in name, lambda: _("the name holds a backslash")),
    (lambda name: ":" in name, lambda: _("the name holds a colon")),
    (lambda name: any(_DEVICE.fullmatch(each.split(".")[0].rstrip()) for each in name.split("/")),
     lambda: _("the name is that of a device")),
    (lambda name: any(each != each.rstrip(". ") for each in name.split("/")),
     lambda: _("a part of the name ends with a point or a blank")),
    (lambda name: "//" in name or "." in name.split("/"), lambda: _("the name has an empty part")),
    (lambda name: not name.isascii(), lambda: _("the name holds other letters than A to Z")),
)  # fmt: skip


def name_fault(name: str) -> str | None:
    """Say why a file may not have this name on every system, or None."""
    return next((said() for test, said in _FAULTS if test(name)), None)


def clashes(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Find names that stand twice or that some systems take for one: in capitals, or in another spelling of Unicode."""
    seen: dict[str, str] = {}
    for name in names:
        key = unicodedata.normalize("NFKC", name).casefold()
        if key in seen:
            yield seen[key], name
        seen.setdefault(key, name)


def shown(name: str) -> str:
    """Write a name from outside so that it does no harm on a terminal."""
    safe = "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in name)
    return safe if len(safe) <= _SHOWN else safe[:_SHOWN] + "…"
