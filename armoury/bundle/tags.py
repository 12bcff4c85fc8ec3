"""The tag files of a bundle as BagIt 1.0 has them (RFC 8493): declaration, manifests, and what the bag is about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.layout import FORMAT, Label
from armoury.bundle.schema import INSTANT
from armoury.domain.ids import is_site_id
from armoury.i18n import _

BAGIT_TEXT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]+(?: [!-~]+)*)")
_BASE64 = r"[A-Za-z0-9+/]+={0,2}"
_NUMBER = r"0|[1-9][0-9]{0,15}"

_LABELS: tuple[tuple[str, str], ...] = (
    ("Source-Organization", r"[^\x00-\x1f\x7f]{1,1000}"),
    ("External-Identifier", r"[A-Z]{2}-[A-Z]{8}-[0-9]{6}"),
    ("Bagging-Date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    ("Payload-Oxum", r"[0-9]{1,16}\.[0-9]{1,6}"),
    ("Bag-Software-Agent", r"[ -~]{1,200}"),
    ("Armoury-Format", r"[ -~]{1,40}"),
    ("Armoury-Site", r"[A-Z]{2}-[A-Z]{8}"),
    ("Armoury-Register", r"[0-9a-f-]{36}"),
    ("Armoury-Sequence", r"[1-9][0-9]{0,5}"),
    ("Armoury-Exported-At", INSTANT),
    ("Armoury-Schema", r"r[0-9]{4}"),
    ("Armoury-Base", _NUMBER),
    ("Armoury-Size", _NUMBER),
)
"""Each label once and in this order, with the form of its value."""

_FIRST, _SUCCESSOR = "Armoury-First-Certificate", "Armoury-Successor"
_SUCCESSOR_FORM = re.compile(rf"({_BASE64}) ({_BASE64})")
_FORMS = {label: re.compile(form) for label, form in _LABELS}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


@dataclass(frozen=True)
class BagInfo:
    """What a bundle says of itself; numbers are counts of entries, bytes and files.

    Attributes:
        schema: revision of the register's tables.
        base: entries before the history that the bundle holds.
        size: entries of the history at its end.
        first: the site's first certificate, base64; None where it is still the only one.
        successors: for each change of the site's key the new certificate and the old key's signature over it, base64.
    """

    name: str
    site: str
    register: str
    sequence: int
    exported_at: str
    schema: str
    base: int
    size: int
    octets: int
    files: int
    software: str
    first: str | None = None
    successors: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> Label:
        """Return whose it is, and its number."""
        return Label(self.site, self.sequence)


def write_bag_info(info: BagInfo) -> str:
    """Write `bag-info.txt`."""
    values = (
        _CONTROL.sub(" ", info.name).strip() or info.site, str(info.label), info.exported_at[:10],
        f"{info.octets}.{info.files}", info.software, FORMAT, info.site, info.register, str(info.sequence),
        info.exported_at, info.schema, str(info.base), str(info.size),
    )  # fmt: skip
    lines = [f"{label}: {value}\n" for (label, _form), value in zip(_LABELS, values, strict=True)]
    lines += [f"{_FIRST}: {info.first}\n"] if info.first else []
    return "".join([*lines, *(f"{_SUCCESSOR}: {new} {by}\n" for new, by in info.successors)])


def read_bag_info(text: str) -> BagInfo:
    """Read `bag-info.txt` strictly.

    Raises:
        BundleError: it is of a newer format, or not written as this format has it.
    """
    lines = text.split("\n")
    pairs = [line.partition(": ")[::2] for line in lines[:-1]]
    values = dict(pairs[: len(_LABELS)])
    _check_format(values.get("Armoury-Format", ""))
    if lines[-1] or list(values) != [label for label, _form in _LABELS]:
        raise _malformed(_("its lines are not those of this format"))
    for label, value in values.items():
        if not _FORMS[label].fullmatch(value):
            raise _malformed(_("“{label}” has no such value").format(label=label))
    info = _info(values, pairs[len(_LABELS) :])
    if write_bag_info(info) != text or not is_site_id(info.site):
        raise _malformed(_("its lines contradict each other"))
    return info


def _info(values: Mapping[str, str], rest: list[tuple[str, str]]) -> BagInfo:
    first, successors = None, []
    if rest and rest[0][0] == _FIRST and re.fullmatch(_BASE64, rest[0][1]):
        first, rest = rest[0][1], rest[1:]
    for label, value in rest:
        found = _SUCCESSOR_FORM.fullmatch(value)
        if label != _SUCCESSOR or found is None:
            raise _malformed(_("“{label}” has no such value").format(label=label[:40]))
        successors.append((found[1], found[2]))
    octets, _point, files = values["Payload-Oxum"].partition(".")
    return BagInfo(
        name=values["Source-Organization"],
        site=values["Armoury-Site"],
        register=values["Armoury-Register"],
        sequence=int(values["Armoury-Sequence"]),
        exported_at=values["Armoury-Exported-At"],
        schema=values["Armoury-Schema"],
        base=int(values["Armoury-Base"]),
        size=int(values["Armoury-Size"]),
        octets=int(octets),
        files=int(files),
        software=values["Bag-Software-Agent"],
        first=first,
        successors=tuple(successors),
    )


def _check_format(found: str) -> None:
    if found == FORMAT:
        return
    number = re.fullmatch(r"bundle/([0-9]{1,6})", found)
    if number is None:
        raise _malformed(_("it does not say that it is a bundle of Armoury"))
    text = _("This bundle is of the format {found}, which is newer than this program knows ({known}). "
             "Install the newer version, then check it again.")  # fmt: skip
    raise BundleError(Promise.CONTAINER, text.format(found=found, known=FORMAT))


def write_manifest(digests: Mapping[str, str]) -> str:
    """Write a manifest: SHA-256 in hex, two blanks, name; as `sha256sum -c` reads it."""
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items())


def read_manifest(text: str, name: str) -> dict[str, str]:
    """Read a manifest strictly: digests by name, in order.

    Raises:
        BundleError: a line is malformed, or a name stands twice.
    """
    lines = text.split("\n")
    found: dict[str, str] = {}
    for number, line in enumerate(lines[:-1], 1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            text = _("Line {line} of “{name}” is not a digest and a name, or names a file twice. "
                     "Ask for the bundle again.")  # fmt: skip
            raise BundleError(Promise.DIGESTS, text.format(line=number, name=name))
        found[match[2]] = match[1]
    if lines[-1]:
        raise BundleError(Promise.DIGESTS, _("The last line of “{name}” does not end. Ask again.").format(name=name))
    return found


def _malformed(what: str) -> BundleError:
    text = _("“bag-info.txt” is not written as a bundle has it: {what}. Ask the site to export again.")
    return BundleError(Promise.CONTAINER, text.format(what=what))
