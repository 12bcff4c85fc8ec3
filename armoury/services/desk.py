"""The desk: an opened register and the officer who has it. Every use case takes it first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from armoury.domain.duties import Duties, load_duties
from armoury.domain.errors import PermissionRefusedError
from armoury.domain.old_books import OldBooks, load_old_books
from armoury.domain.records.site import Edition, Person
from armoury.domain.reference import Reference, load_reference
from armoury.domain.standings import Standings, load_standings
from armoury.i18n import _
from armoury.signing.certificates import certificate_public_key
from armoury.signing.recovery import RecoveryKey, recovery_signing_key
from armoury.signing.signer import Signer, SoftwareSigner
from armoury.signing.wrapping import KeyCost, from_base64
from armoury.store.act_check import RECOVERY
from armoury.store.checkpoints import register_record
from armoury.store.keyslots import Unlocked
from armoury.store.last_seen import remember
from armoury.store.opening import Surroundings, open_by_recovery, open_read_only, open_register
from armoury.store.reading import get, several
from armoury.store.register import Register

RULES = ("standings", "roles", "words_of_old_books")
"""National files that are no vocabularies of the reference data."""

USUAL_COST = KeyCost()
"""What guessing a passphrase costs unless a test says otherwise."""


@dataclass
class Desk:
    """Who works on which register.

    Attributes:
        signer: signs the officer's approvals; None where the key lies in a token that was not asked for yet.
        around: clock and memory of last-seen checkpoints.
        cost: what guessing a passphrase shall cost, for new slots.
    """

    register: Register
    officer: Person
    signer: Signer | None = field(repr=False)
    around: Surroundings = field(repr=False)
    cost: KeyCost = field(default=USUAL_COST, repr=False)
    closed: bool = field(default=False, init=False)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Look at one moment of the register."""
        with self.register.read() as connection:
            yield connection

    def now(self) -> int:
        """Return the time in milliseconds."""
        return self.register.clock()

    @cached_property
    def editions(self) -> dict[str, str]:
        """Return the national files that the register has adopted, by dataset."""
        with self.read() as connection:
            return {each.dataset: each.content for each in several(connection, Edition)}

    @property
    def reference(self) -> Reference:
        """Return the reference data in force: shipped, with the national files."""
        vocabularies = {name: text for name, text in self.editions.items() if name not in RULES}
        return load_reference(vocabularies)

    @property
    def standings(self) -> Standings:
        """Return the standings in force."""
        return load_standings(self.editions.get("standings"))

    @property
    def old_books(self) -> OldBooks:
        """Return the words of old books in force."""
        return load_old_books(self.editions.get("words_of_old_books"))

    @property
    def duties(self) -> Duties:
        """Return the roles in force."""
        return load_duties(self.editions.get("roles"))

    def forget_editions(self) -> None:
        """Read the national files anew at the next question."""
        self.__dict__.pop("editions", None)

    def close(self) -> None:
        """Remember where the history stands and close the register; a second time does nothing."""
        if self.closed:
            return
        self.closed = True
        try:
            if self.register.lock is not None:
                remember(self.around.memory, self.register)
        finally:
            self.register.close()

    def __enter__(self) -> "Desk":
        """Use the desk in a `with` block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close it."""
        self.close()


def sign_in(path: Path, name: str, passphrase: str, *, around: Surroundings, cost: KeyCost = USUAL_COST) -> Desk:
    """Open a register and take its desk.

    Raises:
        StorageError: as `open_register`.
        IntegrityError: the register is damaged.
        PermissionRefusedError: the officer's account was ended, or the slot is not the one that was recorded.
    """
    register, unlocked = open_register(path, name, passphrase, around=around)
    try:
        officer = _active_officer(register, unlocked.person)
        signer = officer_signer(officer, unlocked)
    except BaseException:
        register.close()
        raise
    return Desk(register, officer, signer, around, cost)


def look_in(path: Path, name: str, passphrase: str, *, around: Surroundings) -> Desk:
    """Open a register on read-only media, to be checked and read.

    Raises:
        StorageError, IntegrityError, PermissionRefusedError: as `sign_in`.
    """
    register, unlocked = open_read_only(path, name, passphrase, around=around)
    try:
        officer = _active_officer(register, unlocked.person)
        signer = officer_signer(officer, unlocked)
    except BaseException:
        register.close()
        raise
    return Desk(register, officer, signer, around)


def sign_in_by_recovery(path: Path, key: RecoveryKey, *, around: Surroundings, cost: KeyCost = USUAL_COST) -> Desk:
    """Open a register with the recovery key: only to give officers their access back.

    Raises:
        StorageError, IntegrityError: as `open_by_recovery`.
        PermissionRefusedError: the recovery slot is not of the key that the history names.
    """
    register = open_by_recovery(path, key, around=around)
    try:
        with register.read() as connection:
            certificate = register_record(connection).recovery_certificate
        signer = _recovery_signer(key, register.id, certificate)
    except BaseException:
        register.close()
        raise
    nobody = Person(id=RECOVERY, tag="", status=RECOVERY, certificate=certificate)
    return Desk(register, nobody, signer, around, cost)


def _recovery_signer(key: RecoveryKey, register: str, certificate: str | None) -> Signer | None:
    """Return what signs for the recovery key; None where it was made before such keys could sign."""
    if certificate is None:
        return None
    signer = SoftwareSigner(recovery_signing_key(key, register=register), from_base64(certificate))
    if signer.public_key_der != certificate_public_key(from_base64(certificate)):
        raise PermissionRefusedError(
            _("This recovery key opens the register, but it is not the one that the history names. Call the registry.")
        )
    return signer


def officer_signer(officer: Person, unlocked: Unlocked) -> Signer | None:
    """Return what signs for an officer whose slot was opened; None where the key lies in a token.

    Raises:
        PermissionRefusedError: the slot's signing key is not the one that the site certified, so somebody exchanged it.
    """
    if officer.token is not None:
        return None
    if unlocked.signing_key is not None and officer.certificate is not None:
        signer = SoftwareSigner(unlocked.signing_key, from_base64(officer.certificate))
        if signer.public_key_der == certificate_public_key(signer.certificate_der or b""):
            return signer
    raise PermissionRefusedError(
        _("The key of “{name}” in keyslots.json is not the one that the site certified. Two others reset it.").format(
            name=officer.sign_in
        )
    )


def _active_officer(register: Register, person: str) -> Person:
    with register.read() as connection:
        officer = get(connection, Person, person)
    if officer is None or officer.status != "active" or officer.sign_in is None:
        raise PermissionRefusedError(
            _("This account was ended or never completed. Two other officers can open it again.")
        )
    return officer
