"""Detached signatures, checked here and by the stock tool."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from armoury.signing.certificates import certificate_to_pem, make_officer_certificate
from armoury.signing.cms import sign_detached, verify_detached
from armoury.signing.errors import CertificateError
from armoury.signing.keys import new_private_key
from armoury.signing.signer import SoftwareSigner

AT = 1_773_000_000_000
DATA = b"manifest\r\nline two\n\x00\xff"


@pytest.fixture
def signature(officer):
    return sign_detached(DATA, officer, at=AT)


def stock_verify(openssl, data, signature, site):
    words = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "data")
    trust = ("-CAfile", "site", "-attime", str(AT // 1000), "-out", "verified")
    return openssl(*words, *trust, data=data, signature=signature, site=certificate_to_pem(site.certificate_der))


def test_openssl_verifies_an_officers_signature(site, signature, openssl):
    assert stock_verify(openssl, DATA, signature, site) == "CMS Verification successful\n"


def test_openssl_verifies_a_sites_signature(site, openssl):
    signature = sign_detached(DATA, SoftwareSigner(site.private, site.certificate_der), at=AT)
    assert stock_verify(openssl, DATA, signature, site) == "CMS Verification successful\n"


def test_openssl_refuses_changed_data(site, signature, openssl):
    assert "CMS Verification failure" in stock_verify(openssl, DATA + b".", signature, site)


def test_openssl_reads_signing_time_and_certificate_digest(signature, openssl):
    said = openssl("cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", "signature", signature=signature)
    assert "UTCTIME:Mar  8 20:00:00 2026 GMT" in said
    assert "id-smime-aa-signingCertificateV2" in said


def test_the_signer_and_the_time_are_told(officer, signature):
    found = verify_detached(DATA, signature)
    assert (found.certificate_der, found.signed_at) == (officer.certificate_der, AT)


def test_a_time_after_2050_is_read_back(officer):
    late = AT + 26 * 8766 * 3_600_000
    assert verify_detached(DATA, sign_detached(DATA, officer, at=late)).signed_at == late


def test_further_certificates_are_carried(site, officer):
    signature = sign_detached(DATA, officer, at=AT, others=[site.certificate_der])
    assert verify_detached(DATA, signature).other_certificates == (site.certificate_der,)


def test_changed_data_are_told(signature):
    with pytest.raises(CertificateError, match="changed after signing"):
        verify_detached(DATA + b".", signature)


def test_every_changed_byte_is_noticed(signature):
    assert [place for place in range(len(signature)) if not _is_refused(_flipped(signature, place))] == []


def test_every_cut_is_noticed(signature):
    assert [size for size in range(0, len(signature), 9) if not _is_refused(signature[:size])] == []


def test_a_signature_made_elsewhere_is_read(officer):
    certificate = x509.load_der_x509_certificate(officer.certificate_der)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(DATA).add_signer(certificate, officer.private, hashes.SHA256())
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    signature = builder.sign(serialization.Encoding.DER, options)
    assert verify_detached(DATA, signature).certificate_der == officer.certificate_der


def test_a_key_without_a_certificate_cannot_sign():
    with pytest.raises(CertificateError, match="no certificate yet"):
        sign_detached(DATA, SoftwareSigner(new_private_key()), at=AT)


@pytest.mark.parametrize("signature", [b"", b"text", b"\x30\x00", b"\x30\x02\x05\x00"])
def test_what_is_no_signature_is_refused(signature):
    with pytest.raises(CertificateError, match="cannot be read"):
        verify_detached(DATA, signature)


def test_a_signature_without_the_certificate_of_its_signer_is_told(site, officer, signature):
    """Another certificate of the same length is put in the place of the signer's own."""
    issued = iter(lambda: new_certificate(site, officer), None)
    other = next(one for one in issued if len(one) == len(officer.certificate_der))
    with pytest.raises(CertificateError, match="does not carry"):
        verify_detached(DATA, signature.replace(officer.certificate_der, other))


def new_certificate(site, officer) -> bytes:
    return make_officer_certificate(site, officer.public_key_der, name="Sample Officer", officer="officer-1", at=AT)


def test_another_key_under_the_same_certificate_is_noticed(officer):
    forged = sign_detached(DATA, SoftwareSigner(new_private_key(), officer.certificate_der), at=AT)
    with pytest.raises(CertificateError, match="does not hold"):
        verify_detached(DATA, forged)


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def _is_refused(signature: bytes) -> bool:
    try:
        verify_detached(DATA, signature)
    except CertificateError:
        return True
    return False
