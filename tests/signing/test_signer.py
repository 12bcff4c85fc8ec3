"""Whoever can sign is seen alike."""

from armoury.signing.keys import new_private_key, private_to_der, verify
from armoury.signing.signer import Signer, SoftwareSigner


def test_a_key_in_memory_signs():
    signer: Signer = SoftwareSigner(new_private_key())
    assert verify(signer.public_key_der, b"data", signer.sign(b"data"))


def test_a_signer_shows_no_key():
    private = new_private_key()
    shown = repr(SoftwareSigner(private))
    assert "private" not in shown
    assert private_to_der(private).hex() not in shown
