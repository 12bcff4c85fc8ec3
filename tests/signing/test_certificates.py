"""Certificates of sites and officers, checked here and by the stock tool."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from armoury.domain.errors import IntegrityError, RuleError
from armoury.signing.certificates import (
    Issuer,
    SiteName,
    certificate_faults,
    certificate_from_pem,
    certificate_public_key,
    certificate_to_pem,
    certify_successor,
    check_certificate,
    describe,
    make_officer_certificate,
    make_site_certificate,
    verify_successor,
)
from armoury.signing.errors import CertificateError
from armoury.signing.keys import new_private_key, private_to_der, public_from_der, public_to_der

AT = 1_773_000_000_000
HOUR = 3_600_000
YEAR = 8766 * HOUR


def new_site(name: str = "Other Armoury", at: int = AT) -> Issuer:
    private = new_private_key()
    site = SiteName("CC-SAMPLE22", name, "Sample Force", "JM")
    return Issuer(private, make_site_certificate(private, site, at=at))


def new_officer(site: Issuer, at: int = AT, name: str = "Sample Officer") -> bytes:
    public = public_to_der(new_private_key().public_key())
    return make_officer_certificate(site, public, name=name, officer="officer-9", at=at)


def foreign_certificate(curve: ec.EllipticCurve) -> bytes:
    """A bare self-signed certificate of another maker."""
    private = ec.generate_private_key(curve)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Foreign")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    builder = builder.serial_number(1).not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2050, 1, 1))
    return builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_openssl_verifies_the_chain(site, officer, openssl):
    said = openssl(
        "verify", "-x509_strict", "-attime", str(AT // 1000), "-CAfile", "site", "officer",
        site=certificate_to_pem(site.certificate_der), officer=certificate_to_pem(officer.certificate_der),
    )  # fmt: skip
    assert said == "officer: OK\n"


def test_openssl_refuses_an_officer_of_another_site(officer, openssl):
    said = openssl(
        "verify", "-attime", str(AT // 1000), "-CAfile", "site", "officer",
        site=certificate_to_pem(new_site().certificate_der), officer=certificate_to_pem(officer.certificate_der),
    )  # fmt: skip
    assert "verification failed" in said


def test_openssl_refuses_an_officer_as_issuer(site, officer, openssl):
    forged = new_officer(Issuer(officer.private, officer.certificate_der))
    said = openssl(
        "verify", "-attime", str(AT // 1000), "-CAfile", "site", "-untrusted", "officer", "forged",
        site=certificate_to_pem(site.certificate_der), officer=certificate_to_pem(officer.certificate_der),
        forged=certificate_to_pem(forged),
    )  # fmt: skip
    assert "invalid CA certificate" in said


@pytest.mark.parametrize(
    "line",
    [
        "Subject: C = JM, O = Sample Defence Force, CN = CC-ABCDEFGH Sample Main Armoury",
        "CA:TRUE, pathlen:0",
        "X509v3 Key Usage: critical\n                Digital Signature, Certificate Sign, CRL Sign",
        "ASN1 OID: prime256v1",
        "Signature Algorithm: ecdsa-with-SHA256",
    ],
)
def test_openssl_reads_the_site_certificate(site, openssl, line):
    said = openssl("x509", "-in", "site", "-noout", "-text", site=certificate_to_pem(site.certificate_der))
    assert line in said


@pytest.mark.parametrize(
    "line",
    [
        "Subject: C = JM, O = Sample Defence Force, CN = Sample Officer, serialNumber = officer-1",
        "CA:FALSE",
        "X509v3 Key Usage: critical\n                Digital Signature, Non Repudiation\n",
        "E-mail Protection, 1.3.6.1.5.5.7.3.36",
        "X509v3 Subject Key Identifier",
        "X509v3 Authority Key Identifier",
        "Not Before: Mar  8 19:00:00 2026 GMT",
        "Not After : Mar  8 20:00:00 2056 GMT",
    ],
)
def test_openssl_reads_an_officers_certificate(officer, openssl, line):
    said = openssl("x509", "-in", "officer", "-noout", "-text", officer=certificate_to_pem(officer.certificate_der))
    assert line in said


def test_openssl_names_the_same_fingerprint(site, openssl):
    said = openssl(
        "x509", "-in", "site", "-noout", "-fingerprint", "-sha256", site=certificate_to_pem(site.certificate_der)
    )
    assert said.strip().partition("=")[2].replace(":", "").lower() == describe(site.certificate_der).fingerprint


def test_an_officers_certificate_ends_with_the_sites(site):
    late = new_officer(site, at=AT + 5 * YEAR)
    assert describe(late).not_after == describe(site.certificate_der).not_after


def test_a_certificate_made_on_a_leap_day_lasts_thirty_years():
    leap_day = int(datetime(2028, 2, 29, 12, tzinfo=UTC).timestamp()) * 1000
    ends = int(datetime(2058, 2, 28, 12, tzinfo=UTC).timestamp()) * 1000
    assert describe(new_site(at=leap_day).certificate_der).not_after == ends


def test_serial_numbers_are_random(site):
    assert describe(new_officer(site)).serial != describe(new_officer(site)).serial


@pytest.mark.parametrize("word", ["Very Long Name ", "Cañón ", "名"])
def test_a_long_name_is_cut_visibly(word):
    name = describe(new_site(name=word * 25).certificate_der).common_name
    assert 60 <= len(name.encode()) <= 64
    assert name.endswith("…")


@pytest.mark.parametrize("country", ["", "J", "jm", "JAM", "J1", "ЯМ"])
def test_a_wrong_country_is_refused(country):
    with pytest.raises(RuleError, match="two capital letters"):
        make_site_certificate(new_private_key(), SiteName("CC-SAMPLE22", "A", "B", country), at=AT)


def test_an_officer_without_a_name_is_refused(site):
    with pytest.raises(RuleError, match="needs the name"):
        new_officer(site, name=" ")


def test_only_p256_keys_are_certified(site):
    other = public_to_der(ec.generate_private_key(ec.SECP384R1()).public_key())
    with pytest.raises(CertificateError, match="P-256"):
        make_officer_certificate(site, other, name="Sample", officer="officer-1", at=AT)


def test_a_good_certificate_has_no_faults(site, officer):
    check_certificate(officer.certificate_der, site.certificate_der, at=AT)


def test_a_site_is_its_own_issuer(site):
    check_certificate(site.certificate_der, site.certificate_der, at=AT)


def test_a_wrong_issuer_is_named(officer):
    with pytest.raises(CertificateError, match="Sample Officer was not issued by CC-SAMPLE22 Other Armoury"):
        check_certificate(officer.certificate_der, new_site().certificate_der, at=AT)


def test_another_key_under_the_same_name_is_no_issuer():
    first, second = new_site(), new_site()
    with pytest.raises(CertificateError, match="was not issued by"):
        check_certificate(new_officer(first), second.certificate_der, at=AT)


def test_an_officer_is_no_issuer(officer):
    forged = new_officer(Issuer(officer.private, officer.certificate_der))
    with pytest.raises(CertificateError, match="Sample Officer is not a site"):
        check_certificate(forged, officer.certificate_der, at=AT)


@pytest.mark.parametrize(
    ("at", "fault"),
    [
        (AT - HOUR, []),
        (AT - HOUR - 1, ["not valid before 2026-03-08 19:00 UTC", "not valid on 2026-03-08"]),
        (AT + 29 * YEAR, []),
        (AT + 31 * YEAR, ["expired on 2056-03-08 20:00 UTC", "not valid on 2057-03-08"]),
    ],
)
def test_validity_is_judged_at_the_given_moment(site, officer, at, fault):
    faults = certificate_faults(officer.certificate_der, site.certificate_der, at=at)
    assert [part in sentence for part, sentence in zip(fault, faults, strict=True)] == [True] * len(fault)


def test_a_certificate_without_leave_to_sign_is_named():
    foreign = foreign_certificate(ec.SECP256R1())
    assert certificate_faults(foreign, foreign, at=AT) == [
        "Foreign is not a site and may not issue certificates.",
        "The certificate of Foreign does not allow signing.",
    ]


@pytest.mark.parametrize("der", [b"", b"text", bytes(100)])
def test_what_is_no_certificate_is_refused(der):
    with pytest.raises(CertificateError, match="cannot be read"):
        describe(der)


def test_a_certificate_of_another_curve_is_refused():
    with pytest.raises(CertificateError, match="P-256"):
        describe(foreign_certificate(ec.SECP384R1()))


def test_a_broken_certificate_is_a_broken_promise():
    assert issubclass(CertificateError, IntegrityError)


def test_pem_goes_there_and_back(site):
    assert certificate_from_pem(certificate_to_pem(site.certificate_der)) == site.certificate_der


def test_a_file_that_is_no_pem_is_refused():
    with pytest.raises(CertificateError):
        certificate_from_pem(b"text")


def test_the_public_key_is_found(officer):
    assert certificate_public_key(officer.certificate_der) == officer.public_key_der


def test_facts_of_a_site(site):
    facts = describe(site.certificate_der)
    assert (facts.is_site, facts.subject == facts.issuer) == (True, True)


def test_an_officer_is_not_a_site(officer):
    assert not describe(officer.certificate_der).is_site


def test_the_old_key_certifies_the_new_certificate(site):
    new = new_site().certificate_der
    verify_successor(site.certificate_der, new, certify_successor(site.private, new))


def test_openssl_checks_the_successor(site, openssl):
    new = new_site().certificate_der
    pem = public_from_der(certificate_public_key(site.certificate_der)).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    words = ("dgst", "-sha256", "-verify", "old", "-signature", "signature", "new")
    assert openssl(*words, old=pem, signature=certify_successor(site.private, new), new=new) == "Verified OK\n"


def test_a_successor_certified_by_a_stranger_is_refused(site):
    stranger = new_site()
    with pytest.raises(CertificateError, match="not certified"):
        verify_successor(
            site.certificate_der,
            stranger.certificate_der,
            certify_successor(stranger.private, stranger.certificate_der),
        )


def test_an_issuer_shows_no_key(site):
    shown = repr(site)
    assert "private" not in shown
    assert base64.b64encode(private_to_der(site.private)).decode() not in shown
