"""Checkpoints: the size and root of a history, signed, as text that leaves the machine.

The form is a C2SP signed note holding a C2SP checkpoint without extension lines:

    armoury/CC-BDFGHJKL
    1042
    base64 of the root, 32 bytes

    — armoury/CC-BDFGHJKL base64 of 4 bytes of key id and the signature

The signed bytes are the three lines with their last newline. Signatures are ECDSA P-256 over SHA-256, ASN.1 DER (note
signature type 0x02); the key id is the first 4 bytes of the SHA-256 of the DER SubjectPublicKeyInfo. Signing and
checking are callables, so that this module needs no cryptography.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from armoury.domain.errors import IntegrityError
from armoury.i18n import _

LONGEST = 16_384
"""Characters that a note may have at most; ours has about 250."""

_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_DASH = "\u2014"  # the em dash that begins a signature line


@dataclass(frozen=True)
class Checkpoint:
    """What a history was at a moment: whose, how many entries, and the root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class NoteSignature:
    """One signature line of a note: the key's name, its 4-byte id, and the signature."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class SignedNote:
    """A note that was read but not yet checked; `text` is what its signatures sign."""

    checkpoint: Checkpoint
    text: str
    signatures: tuple[NoteSignature, ...]


def note_text(checkpoint: Checkpoint) -> str:
    """Return the text that is signed, with its last newline."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{_base64(checkpoint.root)}\n"


def key_id(spki_der: bytes) -> bytes:
    """Return the 4 bytes by which a note names the key with this DER SubjectPublicKeyInfo."""
    return sha256(spki_der).digest()[:4]


def write_note(checkpoint: Checkpoint, spki_der: bytes, sign: Callable[[bytes], bytes]) -> str:
    """Return the signed note; the key's name is the origin.

    `sign` gives the DER signature of ECDSA P-256 over SHA-256 of the bytes it is handed.
    """
    text = note_text(checkpoint)
    signature = sign(text.encode())
    return f"{text}\n{_DASH} {checkpoint.origin} {_base64(key_id(spki_der) + signature)}\n"


def read_note(text: str) -> SignedNote:
    """Read a note strictly; nothing is believed until `check_note` says so.

    Raises:
        IntegrityError: it is malformed; the message names what.
    """
    if len(text) > LONGEST or _CONTROL.search(text):
        raise _malformed(_("it is too long or holds control characters"))
    body, gap, tail = text.rpartition("\n\n")
    if not gap:
        raise _malformed(_("the empty line before the signatures is missing"))
    if not tail.endswith("\n"):
        raise _malformed(_("the last line does not end"))
    body += "\n"
    signatures = tuple(_read_signature(line) for line in tail[:-1].split("\n"))
    return SignedNote(_read_checkpoint(body), body, signatures)


def check_note(note: SignedNote, spki_der: bytes, verify: Callable[[bytes, bytes, bytes], bool]) -> Checkpoint:
    """Return what the note says if the key with this DER SubjectPublicKeyInfo signed it.

    `verify(spki_der, data, signature)` tells whether a signature is right. Signatures by other keys are passed over, as
    the note format asks; of this key all must be right.

    Raises:
        IntegrityError: the key did not sign it, or a signature of the key is wrong.
    """
    named = (note.checkpoint.origin, key_id(spki_der))
    ours = [each.signature for each in note.signatures if (each.name, each.key_id) == named]
    if not ours:
        raise IntegrityError(
            _(
                "The checkpoint of {origin} is not signed by the expected key. Check which certificate is trusted."
            ).format(origin=note.checkpoint.origin)
        )
    if not all(verify(spki_der, note.text.encode(), signature) for signature in ours):
        raise IntegrityError(
            _("The signature on the checkpoint of {origin} is wrong. The checkpoint was changed or forged.").format(
                origin=note.checkpoint.origin
            )
        )
    return note.checkpoint


def _read_checkpoint(body: str) -> Checkpoint:
    lines = body[:-1].split("\n")
    if len(lines) != 3:
        raise _malformed(_("it must have three lines before the empty line: origin, size, root"))
    origin, size, root = lines
    if not _NAME.fullmatch(origin):
        raise _malformed(_("the first line is not an origin"))
    if not _SIZE.fullmatch(size):
        raise _malformed(_("the second line is not a number of entries"))
    digest = _unbase64(root)
    if digest is None or len(digest) != 32:
        raise _malformed(_("the third line is not a root of 32 bytes"))
    return Checkpoint(origin, int(size), digest)


def _read_signature(line: str) -> NoteSignature:
    dash, *rest = line.split(" ")
    if dash != _DASH or len(rest) != 2 or not _NAME.fullmatch(rest[0]):
        raise _malformed(_("a signature line is not a dash, a name and a signature"))
    blob = _unbase64(rest[1])
    if blob is None or len(blob) <= 4:
        raise _malformed(_("a signature is not written in base64"))
    return NoteSignature(rest[0], blob[:4], blob[4:])


def _malformed(what: str) -> IntegrityError:
    return IntegrityError(_("The checkpoint is malformed: {what}.").format(what=what))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unbase64(text: str) -> bytes | None:
    """Read base64 that is spelled in its one correct way, else None."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if _base64(data) == text else None
