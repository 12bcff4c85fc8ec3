"""Files that an officer names: read with a sentence for every way in which they can be the wrong thing."""

from pathlib import Path

from armoury.domain.errors import RuleError, StorageError
from armoury.i18n import _

LARGEST_FILE = 200_000_000
LARGEST_TEXT = 1_000_000


def read_bytes(name: str, *, largest: int = LARGEST_FILE) -> bytes:
    """Return the content of a file.

    Raises:
        StorageError: it is missing, a folder, or cannot be read.
        RuleError: it is larger than anything that belongs here.
    """
    path = Path(name)
    try:
        if path.is_dir():
            raise StorageError(_("“{name}” is a folder. Name a file in it.").format(name=name))
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else None
        raise StorageError(_("“{name}” cannot be read: {why}.").format(name=name, why=why or problem)) from problem
    if len(data) > largest:
        raise RuleError(_("“{name}” is too large to be what is asked for here.").format(name=name))
    return data


def read_text(name: str, *, largest: int = LARGEST_TEXT, otherwise: str | None = None) -> str:
    """Return the content of a small text file.

    Args:
        name: the file.
        largest: how many bytes it may have.
        otherwise: the sentence where it is not text; else it is taken that a checkpoint was asked for.

    Raises:
        StorageError: as `read_bytes`.
        RuleError: it is too large, or is not UTF-8 text.
    """
    data = read_bytes(name, largest=largest)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        usual = _("“{name}” is not text. Name a file that was written by “armoury checkpoint”.").format(name=name)
        raise RuleError(otherwise or usual) from problem
    # Notepad and mail programs change line ends; the signed text has plain ones.
    return text.replace("\r\n", "\n")


def check_free(name: str) -> None:
    """Check that there is no file of that name yet, before work is done whose result it shall hold.

    Raises:
        StorageError: there is one.
    """
    if Path(name).exists():
        raise StorageError(_("“{name}” is there already. Choose another name.").format(name=name))


def write_new(name: str, data: bytes) -> Path:
    """Write a new file.

    Raises:
        StorageError: it is there already, or cannot be written.
    """
    path = Path(name)
    try:
        with path.open("xb") as stream:
            stream.write(data)
    except FileExistsError as problem:
        raise StorageError(_("“{name}” is there already. Choose another name.").format(name=name)) from problem
    except OSError as problem:
        raise StorageError(_("“{name}” cannot be written: {why}.").format(name=name, why=problem.strerror)) from problem
    return path
