"""What lies in a bundle, and in which order (docs/bundle-format.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from armoury.bundle.errors import BundleError, Promise
from armoury.domain.ids import is_site_id
from armoury.i18n import _

FORMAT = "bundle/1"
BAGIT, BAG_INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNATURE = "tagmanifest-sha256.txt.p7s"
CHECKPOINT, CONSISTENCY = "checkpoint.txt", "consistency.txt"
DATA_PACKAGE = "data/datapackage.json"
HISTORY = "data/history.jsonl"

TAG_FILES = (BAGIT, BAG_INFO, CHECKPOINT, CONSISTENCY, MANIFEST)
"""What the tag manifest lists, in the order of the archive; then come it and the signature over it."""
TAIL = (*TAG_FILES, TAG_MANIFEST, SIGNATURE)

SUFFIX, SEALED_SUFFIX = ".zip", ".zip.age"

_FOLDER = re.compile(r"([A-Z]{2}-[A-Z]{8})-([0-9]{6})")
_DATA = re.compile(
    r"data/(datapackage\.json|history(-[0-9]{4})?\.jsonl|[a-z][a-z_]{0,39}\.csv|documents/[A-Za-z0-9-]{1,80}\.pdf)"
)


@dataclass(frozen=True)
class Label:
    """Whose bundle it is, and its number."""

    site: str
    sequence: int

    def __str__(self) -> str:
        """Write it as on the folder and the file."""
        return f"{self.site}-{self.sequence:06d}"


def read_label(folder: str) -> Label | None:
    """Read the name of a bundle's folder, or None."""
    found = _FOLDER.fullmatch(folder)
    return Label(found[1], int(found[2])) if found and is_site_id(found[1]) and int(found[2]) else None


def history_name(part: int) -> str:
    """Name a part of the history; the first, and mostly only, is 1."""
    return HISTORY if part == 1 else f"data/history-{part:04d}.jsonl"


def table_name(kind: str) -> str:
    """Name the file of a kind's table."""
    return f"data/{kind}.csv"


def check_layout(paths: Sequence[str]) -> Label:
    """Check that an archive's files are those of a bundle, in their order; return whose it is.

    Raises:
        BundleError: something is missing, too much or in another place.
    """
    folder = paths[0].partition("/")[0] if paths else ""
    label = read_label(folder)
    if label is None:
        raise _wrong(_("its folder “{name}” is not named by a site and a number").format(name=folder))
    for path in paths:
        if not path.startswith(folder + "/"):
            raise _wrong(_("“{path}” lies outside its folder").format(path=path))
    names = [path[len(folder) + 1 :] for path in paths]
    for name in (*TAIL, DATA_PACKAGE, HISTORY):
        if name not in names:
            raise _wrong(_("“{name}” is missing").format(name=name))
    for name in names:
        if name not in TAIL and not _DATA.fullmatch(name):
            raise _wrong(_("“{name}” does not belong in a bundle").format(name=name))
    if tuple(names[-len(TAIL) :]) != TAIL:
        raise _wrong(_("its files are not in the order of a bundle"))
    _check_parts(names)
    return label


def _check_parts(names: Sequence[str]) -> None:
    parts = [name for name in names if name.startswith("data/history")]
    if parts != [history_name(number) for number in range(1, len(parts) + 1)]:
        raise _wrong(_("the parts of its history are not one after the other"))


def _wrong(what: str) -> BundleError:
    text = _("This archive is not a bundle as Armoury writes it: {what}. Ask the site for the file as it left it.")
    return BundleError(Promise.CONTAINER, text.format(what=what))
