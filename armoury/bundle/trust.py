"""Whose bundles are believed: certificates that the reader trusts, and what descends from them.

The policy, which docs/bundle-format.md also states:

* The signer is the site. Its certificate is trusted where it is itself among the trusted ones, where a trusted
  authority issued it, or where it succeeds a trusted one: each change of the site's key is certified by the key before
  it, and the bundle carries these lines. The certificate must name the site whose bundle it is.
* Validity is judged at the moment that the signature states. That moment must lie within the validity of the signer's
  certificate, not before the moment of the export, and not more than a day after the clock of whoever checks.
* Where an earlier bundle is known, a later one must be signed with the same key or one that succeeds it: a key that the
  site has given up is not believed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.tags import BagInfo
from armoury.domain.clock import format_instant, parse_instant
from armoury.domain.errors import ArmouryError, RuleError
from armoury.i18n import _
from armoury.signing.certificates import (
    certificate_faults,
    certificate_from_pem,
    describe,
    load_certificate,
    verify_successor,
)
from armoury.signing.errors import CertificateError
from armoury.signing.keys import fingerprint
from armoury.signing.wrapping import from_base64

AHEAD_MS = 24 * 60 * 60 * 1000
"""How far a site's clock may run ahead of the reader's."""

_LARGEST = 1 << 16
_MOST_CERTIFICATES = 10_000
_ENDINGS = (".pem", ".crt", ".cer", ".der")


@dataclass(frozen=True)
class Chain:
    """The certificates of a site, DER, oldest first; each succeeds the one before it, and the last one signs."""

    certificates: tuple[bytes, ...]

    @property
    def signer(self) -> bytes:
        """Return the certificate that signs."""
        return self.certificates[-1]


def read_trust(path: Path) -> list[bytes]:
    """Read the certificates that are trusted: a file in PEM or DER, or a folder of such files.

    Raises:
        RuleError: there is none, or a file cannot be read as a certificate.
    """
    files = sorted(each for each in path.iterdir() if each.suffix.lower() in _ENDINGS) if path.is_dir() else [path]
    if not files or len(files) > _MOST_CERTIFICATES:
        raise RuleError(_("“{path}” holds no certificates (.pem, .crt, .cer, .der).").format(path=path))
    return [_read_certificate(each) for each in files]


def _read_certificate(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
        if b"-----BEGIN" in data:
            return certificate_from_pem(data)
        load_certificate(data)
    except OSError as problem:
        text = _("“{path}” cannot be read: {why}.")
        raise RuleError(text.format(path=path, why=problem.strerror or problem)) from problem
    except CertificateError as problem:
        raise RuleError(_("“{path}” is not a certificate that bundles use.").format(path=path)) from problem
    return data


def read_chain(info: BagInfo, signer: bytes) -> Chain:
    """Read the site's certificates that a bundle carries: each certified by the one before, up to the signer's.

    Raises:
        BundleError: the lines do not lead to the signer.
    """
    if info.first is None and not info.successors:
        return Chain((signer,))
    try:
        certificates = tuple(from_base64(each) for each in (info.first, *(new for new, _by in info.successors)))
        for old, new, (_new, signature) in zip(certificates, certificates[1:], info.successors, strict=False):
            verify_successor(old, new, from_base64(signature))
    except (ValueError, CertificateError) as problem:
        raise _no_chain() from problem
    if not info.successors or certificates[-1] != signer:
        raise _no_chain()
    return Chain(certificates)


def check_trust(chain: Chain, trusted: Sequence[bytes], *, at: int) -> None:
    """Check that a bundle's signer is trusted; `at` is when it signed, UTC milliseconds.

    Raises:
        BundleError: nobody that is trusted stands for the certificate.
    """
    if any(each in chain.certificates or _issued(chain.signer, each, at) for each in trusted):
        return
    facts = describe(chain.signer)
    text = _("The bundle is signed by “{name}” (fingerprint {mark}), whom none of the trusted certificates stands for. "
             "Compare the fingerprint with the site by telephone before you trust it.")  # fmt: skip
    raise BundleError(Promise.TRUST, text.format(name=facts.common_name, mark=facts.fingerprint))


def check_site(info: BagInfo, signer: bytes) -> None:
    """Check that the certificate is that of the site whose bundle it is; sites do not sign for each other.

    An officer's certificate, which the site issued, signs no bundle, whatever the officer is called.

    Raises:
        BundleError: it names another site, or is none of a site.
    """
    facts = describe(signer)
    name = facts.common_name
    if not facts.is_site or not f"{name} ".startswith(f"{info.site} "):
        text = _("The bundle says that it comes from {site}, but “{name}” signed it. It is forged, or was mixed up.")
        raise BundleError(Promise.SIGNATURE, text.format(site=info.site, name=name))


def check_validity(signer: bytes, *, signed_at: int, exported: int, now: int) -> None:
    """Check a signature's moment against the certificate, the export and the clock; all in UTC milliseconds.

    Raises:
        BundleError: it lies outside the certificate's validity, before the export, or in the future.
    """
    faults = _validity_faults(signer, signed_at)
    if faults:
        text = _("The signature is dated {day}. {why} The bundle is not accepted.")
        day = format_instant(signed_at)[:10]
        raise BundleError(Promise.SIGNATURE, text.format(day=day, why=" ".join(faults)))
    if signed_at > now + AHEAD_MS:
        text = _("The signature is dated {at}, which lies in the future. Set the clocks right, the site's or your own.")
        raise BundleError(Promise.SIGNATURE, text.format(at=format_instant(signed_at)))
    if signed_at // 1000 < exported // 1000:
        text = _("The signature is dated {at}, before the bundle itself says that it was exported. It is forged, "
                 "or the site's clock runs wrong.")  # fmt: skip
        raise BundleError(Promise.SIGNATURE, text.format(at=format_instant(signed_at)))


def _validity_faults(signer: bytes, at: int) -> list[str]:
    facts = describe(signer)
    if facts.subject == facts.issuer:
        return certificate_faults(signer, signer, at=at)
    if facts.not_before <= at <= facts.not_after:
        return []
    return [_("The certificate of {name} was not valid then.").format(name=facts.common_name)]


def exported_at(info: BagInfo) -> int:
    """Return when a bundle says that it was exported, UTC milliseconds.

    Raises:
        BundleError: there is no such moment.
    """
    try:
        return parse_instant(info.exported_at)
    except (ArmouryError, ValueError) as problem:
        text = _("“bag-info.txt” names a moment that does not exist. Ask the site to export again.")
        raise BundleError(Promise.CONTAINER, text) from problem


def check_same_line(chain: Chain, former: bytes) -> None:
    """Check that the signer is the one of an earlier bundle, or succeeds it.

    Raises:
        BundleError: it is an older key, or a stranger's.
    """
    if former in chain.certificates:
        return
    text = _("The earlier bundle was signed with the key {former}, this one with {new}, which that key did not "
             "certify. An old key of the site, or a stranger's, was used; call the site.")  # fmt: skip
    marks = {"former": fingerprint(former)[:16], "new": fingerprint(chain.signer)[:16]}
    raise BundleError(Promise.SEQUENCE, text.format(**marks))


def _issued(certificate: bytes, authority: bytes, at: int) -> bool:
    try:
        return not certificate_faults(certificate, authority, at=at)
    except CertificateError:
        return False


def _no_chain() -> BundleError:
    text = _("The bundle's lines about changed keys of the site do not lead to its signer. It is forged or broken.")
    return BundleError(Promise.TRUST, text)
