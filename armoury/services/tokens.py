"""Officers whose signing key lies in a PKCS#11 token: a smart card or a USB key.

The token signs approvals and documents; its officer also has a passphrase, which unlocks the register.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from armoury.domain.errors import RuleError
from armoury.domain.records.site import Person
from armoury.i18n import _
from armoury.signing.certificates import certificate_public_key
from armoury.signing.errors import TokenError
from armoury.signing.signer import Signer
from armoury.signing.token import Secret, TokenKey, TokenSigner, list_keys, make_key, open_token, token_signer
from armoury.signing.wrapping import from_base64


@dataclass(frozen=True)
class TokenPlace:
    """Where a token is found: the driver of its maker, and its serial number."""

    module: Path
    serial: str


@dataclass(frozen=True)
class CertifiedSigner:
    """A token's key with the certificate that the site issued for it."""

    signer: TokenSigner
    certificate_der: bytes | None

    @property
    def public_key_der(self) -> bytes:
        """The SubjectPublicKeyInfo of the key."""
        return self.signer.public_key_der

    def sign(self, data: bytes) -> bytes:
        """Sign bytes: ECDSA P-256 over SHA-256, ASN.1 DER."""
        return self.signer.sign(data)


def token_mark(place: TokenPlace, key: TokenKey) -> str:
    """Return what the officer's record keeps of the token: its serial number and the id of the key."""
    return f"{place.serial}:{key.key_id}"


@contextmanager
def officer_token(officer: Person, module: Path, secret: Secret) -> Iterator[Signer]:
    """Let an officer sign with the token that the register knows, for as long as the block lasts.

    Raises:
        RuleError: the officer has no token.
        TokenError: it is not plugged in, refuses the PIN, or holds another key than the certified one.
    """
    if officer.token is None or officer.certificate is None:
        raise RuleError(_("This officer signs with a passphrase, not with a token."))
    serial, key_id = officer.token.rsplit(":", 1)
    certificate = from_base64(officer.certificate)
    with open_token(module, serial, secret) as token:
        signer = token_signer(token, key_id)
        if signer.public_key_der != certificate_public_key(certificate):
            raise TokenError(_("This token holds another key than the one the site certified for the officer."))
        yield CertifiedSigner(signer, certificate)


def key_on_token(place: TokenPlace, secret: Secret, *, label: str) -> TokenKey:
    """Return the signing key of a token: the only one it holds, or a new one made on it.

    Raises:
        TokenError: it is not there, refuses the PIN, or holds several keys to choose from.
    """
    with open_token(place.module, place.serial, secret, writing=True) as token:
        keys = [each for each in list_keys(token) if each.label == label] or list_keys(token)
        if len(keys) > 1:
            text = _("The token holds several signing keys. Give the officer's key the label “{label}”.")
            raise TokenError(text.format(label=label))
        return keys[0] if keys else make_key(token, label)
