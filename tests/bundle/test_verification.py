"""Every promise of a bundle, broken on purpose; by a stranger, and by an insider who holds the site's key."""

import io
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from armoury.bundle.continuity import Continuity, State, read_continuity, write_continuity
from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.layout import BAG_INFO, CHECKPOINT, CONSISTENCY, DATA_PACKAGE, HISTORY, MANIFEST, SIGNATURE
from armoury.bundle.verification import known_checkpoint, verify_bundle
from armoury.signing.certificates import (
    Issuer,
    SiteName,
    certify_successor,
    make_officer_certificate,
    make_site_certificate,
)
from armoury.signing.keys import new_private_key, public_to_der
from armoury.signing.signer import SoftwareSigner
from armoury.signing.wrapping import to_base64
from tests.bundle.conftest import NOW, Sent, refusal
from tests.bundle.forge import Opened, put_together, take_apart, with_cell, with_entries, with_history

DAY = 86_400_000
YEAR = 365 * DAY


def stranger(site: str = "BB-BCDFGHJK", *, at: int = NOW) -> SoftwareSigner:
    key = new_private_key()
    return SoftwareSigner(key, make_site_certificate(key, SiteName(site, "Stranger", "Nobody", "BB"), at=at))


def test_an_honest_bundle_is_accepted(sent):
    found = sent.judged(sent.second)
    assert found.checked == tuple(Promise)
    assert found.rows["weapon"] == 2


def test_one_that_is_put_together_anew_by_the_site_is_accepted(sent):
    assert sent.judged(sent.forged(sent.opened)).unchecked == ()


# Digests


@pytest.mark.parametrize("name", ["data/weapon.csv", HISTORY, DATA_PACKAGE])
def test_a_changed_file_of_the_payload(sent, name):
    opened = sent.opened
    data = sent.forged(opened.having({name: opened.files[name] + b" "}), lists=False)
    assert refusal(sent, data).promise is Promise.DIGESTS


def test_a_changed_tag_file(sent):
    opened = sent.opened.having({CHECKPOINT: sent.opened.files[CHECKPOINT] + b"\n"})
    assert "“checkpoint.txt” was changed" in refusal(sent, sent.forged(opened, lists=False)).text()


def test_an_unlisted_file(sent):
    data = sent.forged(sent.opened.having({"data/notes.csv": b"x\r\n"}), lists=False)
    assert "does not list it" in refusal(sent, data).text()


def test_a_missing_file(sent):
    data = sent.forged(sent.opened.having({"data/log.csv": None}), lists=False)
    assert "which is missing" in refusal(sent, data).text()


def test_a_manifest_that_names_a_file_twice(sent):
    manifest = sent.opened.files[MANIFEST]
    opened = sent.opened.having({MANIFEST: manifest + manifest.splitlines(keepends=True)[0]})
    assert refusal(sent, sent.forged(opened, lists=False)).promise is Promise.DIGESTS


# Signature and trust


def test_a_strangers_signature_under_the_sites_name(sent):
    key = stranger(sent.opened.info.site)
    opened = with_history(sent.opened, sent.opened.files[HISTORY].splitlines(), key)
    found = refusal(sent, put_together(opened, key, at=NOW))
    assert found.promise is Promise.TRUST
    assert "Compare the fingerprint" in found.text()


def test_another_sites_signature(sent):
    found = refusal(sent, put_together(sent.opened, stranger(), at=NOW))
    assert (found.promise, "but “BB-BCDFGHJK Stranger” signed it" in found.text()) == (Promise.SIGNATURE, True)


def test_a_signature_of_another_bundle(sent):
    other = take_apart(sent.first).files[SIGNATURE]
    found = refusal(sent, put_together(sent.opened, sent.signer, at=NOW, signature=other))
    assert (found.promise, "for other data" in found.text()) == (Promise.SIGNATURE, True)


def test_the_same_files_packed_by_another_program(sent):
    """Every file is the same, but the bytes around them are not those that were signed."""
    old = take_apart(sent.second).files[SIGNATURE]
    opened = sent.opened.having({"data/log.csv": None})
    moved = opened.having({"data/log.csv": sent.opened.files["data/log.csv"]})
    data = put_together(moved, sent.signer, at=NOW, signature=old, lists=False)
    assert refusal(sent, data).promise in (Promise.SIGNATURE, Promise.DIGESTS)


@pytest.mark.parametrize("data", [b"", b"0", b"0\x80", b"\x30\x03\x02\x01\x01", b"\xff" * 2000])
def test_a_signature_that_is_none(sent, data):
    found = refusal(sent, put_together(sent.opened, sent.signer, at=NOW, signature=data or b" "))
    assert found.promise is Promise.SIGNATURE


@pytest.mark.parametrize(
    ("at", "now", "why"),
    [
        (NOW + 31 * YEAR, NOW + 31 * YEAR, "expired"),
        (NOW - 2 * YEAR, NOW, "not valid before"),
        (NOW + 2 * DAY, NOW, "in the future"),
        (NOW - 3_600_000, NOW, "before the bundle itself says"),
    ],
)
def test_a_signature_outside_its_time(sent, at, now, why):
    found = refusal(sent, sent.forged(sent.opened, at=at), now=now)
    assert (found.promise, why in found.text()) == (Promise.SIGNATURE, True)


def test_a_signature_within_a_certificate_that_has_expired_since_still_holds(sent):
    assert sent.judged(sent.second, now=NOW + 40 * YEAR)


def test_a_checkpoint_of_another_key(sent):
    opened = with_history(sent.opened, sent.opened.files[HISTORY].splitlines(), stranger())
    assert refusal(sent, sent.forged(opened)).promise is Promise.SIGNATURE


def successor(sent: Sent) -> SoftwareSigner:
    key = new_private_key()
    name = SiteName(sent.opened.info.site, "Main", "Force", "BB")
    return SoftwareSigner(key, make_site_certificate(key, name, at=NOW))


def succeeded(sent: Sent, new: SoftwareSigner, by: SoftwareSigner) -> Opened:
    """The second bundle as if the site had changed its key since the first."""
    assert new.certificate_der is not None
    pair = (to_base64(new.certificate_der), to_base64(certify_successor(by.private, new.certificate_der)))

    def change(entries: list[Any]) -> None:
        entries[0]["after"]["certificate"] = pair[0]

    first = to_base64(by.certificate_der or b"")
    opened = with_entries(sent.opened, change, new).saying(first=first, successors=(pair,))
    return with_cell(opened, "register", "certificate", pair[0])


def test_a_key_that_the_old_one_certified(sent):
    new = successor(sent)
    data = put_together(succeeded(sent, new, sent.signer), new, at=NOW)
    assert verify_bundle(io.BytesIO(data), now=NOW, trusted=[sent.certificate])


def test_a_key_that_another_one_certified(sent):
    new = successor(sent)
    data = put_together(succeeded(sent, new, stranger()), new, at=NOW)
    assert refusal(sent, data, known=False).promise is Promise.TRUST


def test_an_old_key_is_not_believed_again(sent):
    new = successor(sent)
    known = replace(sent.known(), signer=new.certificate_der)
    with pytest.raises(BundleError, match="old key of the site") as caught:
        verify_bundle(io.BytesIO(sent.second), now=NOW, trusted=[sent.certificate], known=known)
    assert caught.value.promise is Promise.SEQUENCE


# Sequence and continuity


def test_the_same_bundle_again(sent):
    known = replace(sent.known(), sequence=2)
    with pytest.raises(BundleError, match="bundle 2 is known already") as caught:
        verify_bundle(io.BytesIO(sent.second), now=NOW, known=known)
    assert caught.value.promise is Promise.SEQUENCE


def test_an_older_bundle(sent):
    known = replace(sent.known(), sequence=7)
    with pytest.raises(BundleError, match="an older one"):
        verify_bundle(io.BytesIO(sent.second), now=NOW, known=known)


def test_a_bundle_of_another_register(sent):
    known = replace(sent.known(), register="0" * 36)
    with pytest.raises(BundleError, match="another register"):
        verify_bundle(io.BytesIO(sent.second), now=NOW, known=known)


def test_a_gap_in_the_numbers_is_told(sent):
    data = sent.forged(sent.opened.saying(sequence=5))
    assert "Between bundle 1 and bundle 5" in sent.judged(data).notices[0]


def rewritten(sent: Sent) -> Opened:
    """The history with an early reason changed, everything else made to fit by an insider."""

    def change(entries: list[Any]) -> None:
        entries[1]["recorded_at"] = entries[0]["recorded_at"]
        entries[1]["action"] = "01a0c450-0000-7000-8000-000000000000"

    return with_entries(sent.opened, change, sent.signer)


def test_a_rewritten_history_is_found_by_who_holds_the_bundle_before(sent):
    found = refusal(sent, sent.forged(rewritten(sent)))
    assert (found.promise, "the history was rewritten" in found.text()) == (Promise.CONTINUITY, True)


def test_a_rewritten_history_is_found_by_who_holds_a_checkpoint(sent):
    known = known_checkpoint(take_apart(sent.first).files[CHECKPOINT].decode())
    with pytest.raises(BundleError, match="rewritten"):
        verify_bundle(io.BytesIO(sent.forged(rewritten(sent))), now=NOW, known=known)


def test_nobody_else_can_see_it(sent):
    assert sent.judged(sent.forged(rewritten(sent)), known=False)


def test_a_history_whose_end_was_cut_off(sent):
    lines = sent.opened.files[HISTORY].splitlines()
    shorter = take_apart(sent.first).saying(sequence=3)
    known = replace(sent.known(), state=State(len(lines), b"\0" * 32))
    with pytest.raises(BundleError, match="its end was cut off") as caught:
        verify_bundle(io.BytesIO(sent.forged(shorter)), now=NOW, known=known)
    assert caught.value.promise is Promise.CONTINUITY


def test_a_proof_that_leads_nowhere(sent):
    said = read_continuity(sent.opened.files[CONSISTENCY].decode())
    assert said.previous is not None
    wrong = replace(said, previous=State(said.previous.size, b"\1" * 32))
    data = sent.forged(sent.opened.having({CONSISTENCY: write_continuity(wrong).encode()}))
    assert refusal(sent, data, known=False).promise is Promise.CONTINUITY


def test_a_base_that_is_not_what_its_peaks_give(sent):
    said = read_continuity(sent.opened.files[CONSISTENCY].decode())
    wrong = Continuity(State(1, b"\1" * 32), (b"\2" * 32,), None, (), said.new)
    opened = sent.opened.having({CONSISTENCY: write_continuity(wrong).encode()}).saying(base=1)
    assert refusal(sent, sent.forged(opened), known=False).promise is Promise.CONTINUITY


# The label


def test_a_newer_format_is_refused_with_its_name(sent):
    info = sent.opened.files[BAG_INFO].replace(b"bundle/1", b"bundle/2")
    found = refusal(sent, relabelled(sent, info))
    assert "Install the newer version" in found.text()


def relabelled(sent: Sent, info: bytes) -> bytes:
    """The same bundle with another bag-info.txt, lists made to fit by hand."""
    opened = take_apart(sent.forged(sent.opened))
    from hashlib import sha256

    old, new = (sha256(each).hexdigest().encode() for each in (opened.files[BAG_INFO], info))
    listed = opened.files["tagmanifest-sha256.txt"].replace(old, new)
    return sent.forged(opened.having({BAG_INFO: info, "tagmanifest-sha256.txt": listed}), lists=False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Armoury-Sequence: 2", b"Armoury-Sequence: 02"),
        (b"Armoury-Sequence: 2", b"Armoury-Sequence: 3"),
        (b"Armoury-Base: 0", b"Armoury-Base: -1"),
        (b"Armoury-Site: ", b"Armoury-Site:  "),
        (b"Armoury-Register: ", b"Armoury-Registers: "),
        (b"Armoury-Exported-At: 2026-09-21", b"Armoury-Exported-At: 2026-09-32"),
        (b"\n", b"\r\n"),
        (b"Sample", b"\xff"),
    ],
)
def test_a_label_that_is_not_written_as_it_must_be(sent, old, new):
    assert refusal(sent, relabelled(sent, sent.opened.files[BAG_INFO].replace(old, new))).promise is Promise.CONTAINER


# What a hostile reader found


def test_an_officer_who_is_called_like_the_site_signs_no_bundle(sent):
    """The site's certificate issues its officers', so trust in the one must not carry over to the others."""
    key, name = new_private_key(), f"{sent.opened.info.site} Main Armoury"
    issuer = Issuer(sent.signer.private, sent.certificate)
    public = public_to_der(key.public_key())
    officer = SoftwareSigner(key, make_officer_certificate(issuer, public, name=name, officer="x", at=NOW))
    assert officer.certificate_der is not None

    def change(entries: list[Any]) -> None:
        entries[0]["after"]["certificate"] = to_base64(officer.certificate_der or b"")

    opened = with_entries(sent.opened, change, officer)
    opened = with_cell(opened, "register", "certificate", to_base64(officer.certificate_der))
    assert refusal(sent, put_together(opened, officer, at=NOW), known=False).promise is Promise.SIGNATURE


def test_the_other_value_of_the_same_signature_is_another_file(sent):
    """Who has a signature can make the second one without any key; both verify by ECDSA."""
    opened = take_apart(sent.second)
    signature = opened.files[SIGNATURE]
    value = signature[signature.rindex(b"\x30", 0, len(signature) - 60) :]
    r, s = decode_dss_signature(value)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    assert s <= order // 2
    other = encode_dss_signature(r, order - s)
    longer = resized(signature, value, other)
    assert refusal(sent, put_together(opened, sent.signer, at=NOW, signature=longer)).promise is Promise.SIGNATURE


def resized(signature: bytes, old: bytes, new: bytes) -> bytes:
    """Put another value into a CMS signature; lengths are corrected from the inside out."""
    grown = len(new) - len(old)
    data = bytearray(signature[: -len(old)] + new)
    data[-len(new) - 1] = len(new)
    assert grown in (0, 1, -1)
    return bytes(data)


def test_a_checkpoint_of_the_former_key_still_serves(sent):
    new = successor(sent)
    note = take_apart(sent.first).files[CHECKPOINT].decode()
    with pytest.raises(BundleError, match="rewritten") as caught:
        verify_bundle(
            io.BytesIO(put_together(succeeded(sent, new, sent.signer), new, at=NOW)),
            now=NOW,
            trusted=[sent.certificate],
            known=known_checkpoint(note),
        )
    # The forged history differs, as it must; but the checkpoint's signature was believed.
    assert caught.value.promise is Promise.CONTINUITY
