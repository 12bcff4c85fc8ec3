"""How the history in a bundle hangs together with what went before: base, peaks, and the proof from the last bundle.

The text is made to be read by people and by a dozen lines of any language:

    armoury/consistency/1
    base 0 <root, base64>
    peak <hash, base64>                 one for each complete subtree of the base, from left to right
    previous 1042 <root, base64>        the checkpoint of the last bundle; missing in the first one
    proof <hash, base64>                RFC 9162, 2.1.4.1, from the previous size to the new one
    new 2084 <root, base64>
"""

import base64
import re
from dataclasses import dataclass

from armoury.bundle.errors import BundleError, Promise
from armoury.history.proofs import verify_consistency
from armoury.history.tree import peaks, root_from_peaks
from armoury.i18n import _

_TITLE = "armoury/consistency/1"
_HASH = re.compile(r"[A-Za-z0-9+/]{43}=")
_STATE = re.compile(r"(0|[1-9][0-9]{0,15}) ([A-Za-z0-9+/]{43}=)")


@dataclass(frozen=True)
class State:
    """A history at a moment: how many entries, and the root over them (32 bytes)."""

    size: int
    root: bytes


@dataclass(frozen=True)
class Continuity:
    """What `consistency.txt` says."""

    base: State
    peaks: tuple[bytes, ...]
    previous: State | None
    proof: tuple[bytes, ...]
    new: State


def write_continuity(said: Continuity) -> str:
    """Write `consistency.txt`."""
    lines = [_TITLE, _line("base", said.base), *(f"peak {_base64(each)}" for each in said.peaks)]
    if said.previous:
        lines += [_line("previous", said.previous), *(f"proof {_base64(each)}" for each in said.proof)]
    return "".join(f"{line}\n" for line in (*lines, _line("new", said.new)))


def read_continuity(text: str) -> Continuity:
    """Read `consistency.txt` strictly.

    Raises:
        BundleError: it is not written as this format has it.
    """
    pairs = [line.partition(" ")[::2] for line in text.split("\n")[1:-1]]
    states = {label: _state(value) for label, value in pairs if label in ("base", "previous", "new")}
    hashes = {name: tuple(_hash(value) for label, value in pairs if label == name) for name in ("peak", "proof")}
    base, new = states.get("base"), states.get("new")
    if base is None or new is None:
        raise _malformed()
    said = Continuity(base, hashes["peak"], states.get("previous"), hashes["proof"], new)
    if write_continuity(said) != text:
        raise _malformed()
    return said


def check_continuity(said: Continuity) -> None:
    """Check what can be checked without the entries: the peaks give the base, the proof leads to the new root.

    Raises:
        BundleError: they do not.
    """
    base, previous, new = said.base, said.previous, said.new
    if len(said.peaks) != len(peaks(base.size)) or root_from_peaks(said.peaks) != base.root or base.size > new.size:
        raise BundleError(Promise.CONTINUITY, _("The base that “consistency.txt” names is not what its peaks give. "
                                                "The bundle is forged or broken; ask the site why."))  # fmt: skip
    if previous and not verify_consistency(
        old_size=previous.size, old_root=previous.root, new_size=new.size, new_root=new.root, proof=said.proof
    ):
        raise BundleError(Promise.CONTINUITY, _("The proof in “consistency.txt” does not lead from the last bundle's "
                                                "history to this one. The history was rewritten, or the bundle is "
                                                "forged; ask the site why."))  # fmt: skip


def _line(label: str, state: State) -> str:
    return f"{label} {state.size} {_base64(state.root)}"


def _state(text: str) -> State:
    found = _STATE.fullmatch(text)
    if found is None:
        raise _malformed()
    return State(int(found[1]), _hash(found[2]))


def _hash(text: str) -> bytes:
    if not _HASH.fullmatch(text):
        raise _malformed()
    return base64.b64decode(text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _malformed() -> BundleError:
    text = _("“consistency.txt” is not written as a bundle has it. Ask the site to export again.")
    return BundleError(Promise.CONTINUITY, text)
