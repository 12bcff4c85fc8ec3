"""Whoever can sign: a key in memory or a key in a token, seen alike by all who need a signature."""

from dataclasses import dataclass, field
from typing import Protocol

from armoury.signing.keys import PrivateKey, public_to_der, sign


class Signer(Protocol):
    """Something that signs with one P-256 key and may know the certificate of that key."""

    @property
    def certificate_der(self) -> bytes | None:
        """The X.509 certificate of the key, if there is one yet."""

    @property
    def public_key_der(self) -> bytes:
        """The SubjectPublicKeyInfo of the key."""

    def sign(self, data: bytes) -> bytes:
        """Sign bytes: ECDSA P-256 over SHA-256, ASN.1 DER."""


@dataclass(frozen=True)
class SoftwareSigner:
    """Signs with a private key in memory, as a register holds it while its officer has unlocked it."""

    private: PrivateKey = field(repr=False)
    certificate_der: bytes | None = None

    @property
    def public_key_der(self) -> bytes:
        """The SubjectPublicKeyInfo of the key."""
        return public_to_der(self.private.public_key())

    def sign(self, data: bytes) -> bytes:
        """Sign bytes: ECDSA P-256 over SHA-256, ASN.1 DER."""
        return sign(self.private, data)
