"""`keyslots.json`: who can unlock a register, without any of their passphrases standing in it.

Each officer's slot holds an unlocking key pair whose private half, with the signing key, is wrapped under the
passphrase; and the register's data key sealed to the public half. So a new data key can be sealed for all without
asking anybody, and a passphrase change replaces one file.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from armoury.domain.errors import PermissionRefusedError, StorageError
from armoury.domain.ids import is_uuid7
from armoury.history.canonical import canonical_bytes
from armoury.i18n import _
from armoury.signing.errors import WrongKeyError
from armoury.signing.keys import PrivateKey, private_from_der, private_to_der, public_to_der
from armoury.signing.passphrases import check_passphrase
from armoury.signing.recovery import RecoveryKey, make_recovery_slot, open_recovery_slot, reseal_recovery_slot
from armoury.signing.sealing import open_sealed, seal
from armoury.signing.wrapping import KeyCost, from_base64, to_base64, unwrap, wrap
from armoury.store.files import RegisterFolder, write_whole

FORMAT = "armoury/keyslots/1"


@dataclass(frozen=True)
class Slot:
    """One officer's slot. `sealed` holds the data key, `sealed_next` the coming one during a rotation."""

    person: str
    sign_in: str
    public: str
    wrapped: Mapping[str, str | int]
    sealed: str
    sealed_next: str | None = None


@dataclass(frozen=True)
class Keyslots:
    """The whole file.

    Attributes:
        register: id of the register it belongs to.
        recovery: the recovery key's slot; `recovery_next` during a rotation.
        pending: the act that these slots belong to, sealed, for as long as the history may lack its entry.
    """

    register: str
    slots: tuple[Slot, ...]
    recovery: Mapping[str, str]
    recovery_next: Mapping[str, str] | None = None
    pending: str | None = None


@dataclass(frozen=True)
class Unlocked:
    """What a passphrase opened: the keys to try, and the officer's own signing key (None if it lies in a token)."""

    person: str
    data_keys: tuple[bytes, ...] = field(repr=False)
    signing_key: PrivateKey | None = field(repr=False)


def read_keyslots(folder: RegisterFolder) -> Keyslots:
    """Read the key slots of a register.

    Raises:
        StorageError: the file is missing or cannot be read as key slots.
    """
    try:
        data = json.loads(folder.keyslots.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise StorageError(
                _("“{path}” was written by a newer program. Install the newer version.").format(path=folder.keyslots)
            )
        slots = tuple(Slot(**each) for each in data["slots"])
        keyslots = Keyslots(data["register"], slots, data["recovery"], data.get("recovery_next"), data.get("pending"))
        _check_forms(keyslots)
        return keyslots
    except FileNotFoundError as problem:
        raise StorageError(_missing(folder)) from problem
    except OSError as problem:
        raise StorageError(
            _("“{path}” cannot be read: {why}.").format(path=folder.keyslots, why=problem.strerror)
        ) from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise StorageError(
            _("“{path}” is damaged. Put back keyslots.json from the newest backup.").format(path=folder.keyslots)
        ) from problem


def _check_forms(keyslots: Keyslots) -> None:
    """Refuse values of another form than this program writes; what is inside them is judged where it is used.

    Raises:
        ValueError: one is.
    """
    coming = [] if keyslots.recovery_next is None else [keyslots.recovery_next]
    mappings = [keyslots.recovery, *(each.wrapped for each in keyslots.slots), *coming]
    texts = [keyslots.register, keyslots.pending or ""]
    for slot in keyslots.slots:
        texts += [slot.person, slot.sign_in, slot.public, slot.sealed, slot.sealed_next or ""]
    if not all(isinstance(each, dict) for each in mappings) or not all(isinstance(each, str) for each in texts):
        raise ValueError("not the form of key slots")
    if not is_uuid7(keyslots.register):
        raise ValueError("not a register's number")
    # Half a character, which JSON can spell, cannot be written as bytes.
    "".join(texts).encode()


def _missing(folder: RegisterFolder) -> str:
    if not folder.path.is_dir():
        return _("There is no register at “{path}”.").format(path=folder.path)
    return _(
        "The file keyslots.json is missing from “{path}”. Without it nobody can unlock the register: "
        "put it back from the newest backup."
    ).format(path=folder.path)


def write_keyslots(folder: RegisterFolder, keyslots: Keyslots) -> None:
    """Replace the key slots as a whole.

    Raises:
        StorageError: the file cannot be written; the old one is untouched.
    """
    data: dict[str, Any] = {
        "format": FORMAT,
        "register": keyslots.register,
        "slots": [{k: v for k, v in vars(slot).items() if v is not None} for slot in keyslots.slots],
        "recovery": dict(keyslots.recovery),
    }
    for name in ("recovery_next", "pending"):
        if value := getattr(keyslots, name):
            data[name] = value
    write_whole(folder.keyslots, json.dumps(data, indent=1, ensure_ascii=False).encode())


@dataclass(frozen=True)
class SlotKeys:
    """The secrets a slot keeps: the unlocking key, the signing key unless in a token, and the data key."""

    unlocking: PrivateKey = field(repr=False)
    signing: PrivateKey | None = field(repr=False)
    data_key: bytes = field(repr=False)


def make_slot(  # noqa: PLR0913 - all of it is bound into the slot
    register: str, person: str, *, sign_in: str, passphrase: str, keys: SlotKeys, cost: KeyCost
) -> Slot:
    """Make an officer's slot for new keys.

    Raises:
        WeakPassphraseError: the passphrase is too weak.
    """
    check_passphrase(passphrase)
    secret = {"unlocking": to_base64(private_to_der(keys.unlocking))}
    if keys.signing is not None:
        secret["signing"] = to_base64(private_to_der(keys.signing))
    public = public_to_der(keys.unlocking.public_key())
    wrapped = wrap(canonical_bytes(secret), passphrase, cost, aad=_bound(register, person))
    sealed = seal(keys.data_key, public, register=register, slot=person)
    return Slot(person, sign_in, to_base64(public), wrapped, to_base64(sealed))


def unlock(keyslots: Keyslots, sign_in: str, passphrase: str) -> Unlocked:
    """Open an officer's slot with the passphrase.

    Raises:
        StorageError: nobody signs in by that name.
        WrongPassphraseError: the passphrase is wrong.
        PermissionRefusedError: the officer's removal was decided, while the database may be under the old key still.
    """
    slot = find_slot(keyslots, sign_in)
    secret = _unwrap(keyslots, slot, passphrase)
    if keyslots.recovery_next is not None and slot.sealed_next is None:
        raise PermissionRefusedError(
            _("The account of “{name}” is being ended. Another officer signs in and so finishes it.").format(
                name=slot.sign_in
            )
        )
    private = private_from_der(from_base64(secret["unlocking"]))
    signing = private_from_der(from_base64(secret["signing"])) if "signing" in secret else None
    sealed = [_sealed_bytes(slot, each) for each in (slot.sealed, slot.sealed_next) if each]
    keys = tuple(open_sealed(each, private, register=keyslots.register, slot=slot.person) for each in sealed)
    return Unlocked(slot.person, keys, signing)


def _sealed_bytes(slot: Slot, text: str) -> bytes:
    try:
        return from_base64(text)
    except ValueError as problem:
        raise WrongKeyError(_("The key slot of “{name}” is damaged.").format(name=slot.sign_in)) from problem


def unlock_by_recovery(keyslots: Keyslots, key: RecoveryKey) -> tuple[bytes, ...]:
    """Open the data keys with the recovery key.

    Raises:
        WrongKeyError: it is another register's or an older recovery key.
    """
    slots = [each for each in (keyslots.recovery, keyslots.recovery_next) if each]
    return tuple(open_recovery_slot(each, key, register=keyslots.register) for each in slots)


def name_key(sign_in: str) -> str:
    """Return what two sign-in names share if they count as one: capitals and the way of writing accents are alike."""
    return unicodedata.normalize("NFC", sign_in.strip().casefold())


def find_slot(keyslots: Keyslots, sign_in: str) -> Slot:
    """Return the slot of an officer by the name typed at sign-in; upper and lower case are alike.

    Raises:
        StorageError: there is none.
    """
    for slot in keyslots.slots:
        if name_key(slot.sign_in) == name_key(sign_in):
            return slot
    raise StorageError(_("Nobody signs in to this register as “{name}”. Check the name.").format(name=sign_in))


def change_passphrase(keyslots: Keyslots, sign_in: str, *, old: str, new: str, cost: KeyCost) -> Keyslots:
    """Wrap an officer's keys under a new passphrase; nothing else changes.

    Raises:
        WrongPassphraseError: the old one is wrong.
        WeakPassphraseError: the new one is too weak.
    """
    slot = find_slot(keyslots, sign_in)
    secret = _unwrap(keyslots, slot, old)
    check_passphrase(new)
    wrapped = wrap(canonical_bytes(secret), new, cost, aad=_bound(keyslots.register, slot.person))
    return with_slot(keyslots, replace(slot, wrapped=wrapped))


def with_slot(keyslots: Keyslots, slot: Slot) -> Keyslots:
    """Add a slot; it takes the place of one of the same person or of the same sign-in name."""
    name = name_key(slot.sign_in)
    others = tuple(each for each in keyslots.slots if each.person != slot.person and name_key(each.sign_in) != name)
    return replace(keyslots, slots=(*others, slot))


def with_next_key(keyslots: Keyslots, next_key: bytes, *, leaving: str | None, pending: str) -> Keyslots:
    """Seal a coming data key beside the current one for all who stay, and carry the act that asks for it."""
    slots = tuple(
        slot if slot.person == leaving else replace(slot, sealed_next=_seal_for(keyslots, slot, next_key))
        for slot in keyslots.slots
    )
    recovery = reseal_recovery_slot(keyslots.recovery, next_key, register=keyslots.register)
    return replace(keyslots, slots=slots, recovery_next=recovery, pending=pending)


def promoted(keyslots: Keyslots) -> Keyslots:
    """Make the coming data key the current one; slots without it, of those who left, are dropped."""
    slots = tuple(
        replace(slot, sealed=slot.sealed_next, sealed_next=None) for slot in keyslots.slots if slot.sealed_next
    )
    return replace(keyslots, slots=slots, recovery=keyslots.recovery_next or keyslots.recovery, recovery_next=None)


def with_recovery(keyslots: Keyslots, key: RecoveryKey, data_key: bytes) -> Keyslots:
    """Replace the recovery key's slot; the older half-sheets open nothing any more."""
    return replace(keyslots, recovery=make_recovery_slot(key, data_key, register=keyslots.register))


def _seal_for(keyslots: Keyslots, slot: Slot, data_key: bytes) -> str:
    return to_base64(seal(data_key, from_base64(slot.public), register=keyslots.register, slot=slot.person))


def _unwrap(keyslots: Keyslots, slot: Slot, passphrase: str) -> dict[str, str]:
    data = unwrap(slot.wrapped, passphrase, aad=_bound(keyslots.register, slot.person))
    try:
        secret: dict[str, str] = json.loads(data)
    except ValueError as problem:
        raise WrongKeyError(_("The key slot of “{name}” is damaged.").format(name=slot.sign_in)) from problem
    return secret


def _bound(register: str, person: str) -> bytes:
    return canonical_bytes({"register": register, "slot": person, "type": FORMAT})
