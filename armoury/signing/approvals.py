"""Approvals: a second officer's signature over exactly one act, kept whole in the entry.

The signed bytes are the canonical JSON of the statement, so anyone can rebuild them from the bundle and check them with
`openssl dgst -sha256 -verify`. The statement names the records by the digest of their canonical `after`.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence

from armoury.domain.errors import IntegrityError
from armoury.history.canonical import canonical_bytes
from armoury.i18n import _
from armoury.signing.certificates import certificate_public_key
from armoury.signing.errors import CertificateError
from armoury.signing.keys import fingerprint, verify
from armoury.signing.signer import Signer
from armoury.signing.wrapping import from_base64, to_base64

TYPE = "armoury/approval/1"
TEXT_FIELDS = ("register", "action", "act", "content", "reason", "officer", "at")
FIELDS = frozenset(("type", "subjects", *TEXT_FIELDS))
_DIGEST = re.compile("[0-9a-f]{64}")


def content_digest(afters: Sequence[Mapping[str, object]]) -> str:
    """Return the `content` of a statement: SHA-256, hexadecimal, of the canonical list of the records' `after`."""
    return hashlib.sha256(canonical_bytes(list(afters))).hexdigest()


def statement_bytes(statement: Mapping[str, object]) -> bytes:
    """Return the exact bytes that an approval signs.

    Raises:
        ValueError: a field is missing, unknown or of the wrong kind; the caller built a wrong statement.
    """
    fault = _fault(statement)
    if fault:
        raise ValueError(f"not an approval: {fault}")
    return canonical_bytes(dict(statement))


def sign_approval(statement: Mapping[str, object], signer: Signer) -> dict[str, object]:
    """Sign a statement; the result goes into the entry as it is.

    Raises:
        CertificateError: the signer has no certificate yet.
        ValueError: the statement is not one.
    """
    if signer.certificate_der is None:
        raise CertificateError(_("This key has no certificate yet. Let the site issue one, then approve again."))
    signature = signer.sign(statement_bytes(statement))
    return {
        "statement": dict(statement),
        "signature": to_base64(signature),
        "certificate": fingerprint(signer.certificate_der),
    }


def verify_approval(approval: Mapping[str, object], certificate_der: bytes) -> None:
    """Check that the holder of this certificate signed exactly this statement.

    Whether the certificate held at that time, and whether the statement fits the act, is for the caller to judge.

    Raises:
        IntegrityError: what does not hold.
    """
    statement = approval.get("statement")
    if not isinstance(statement, Mapping) or set(approval) != {"statement", "signature", "certificate"}:
        raise IntegrityError(_("An approval in the history is incomplete. The history was changed; call the registry."))
    if approval["certificate"] != fingerprint(certificate_der):
        raise IntegrityError(
            _("The approval of action {action} names another certificate than the one at hand.").format(
                action=statement.get("action", "?")
            )
        )
    if not _holds(statement, approval["signature"], certificate_der):
        raise IntegrityError(
            _("The approval of action {action} does not hold: the statement or the signature was changed.").format(
                action=statement.get("action", "?")
            )
        )


def _holds(statement: Mapping[str, object], signature: object, certificate_der: bytes) -> bool:
    try:
        return verify(certificate_public_key(certificate_der), statement_bytes(statement), from_base64(signature))
    except ValueError:
        return False


def _fault(statement: Mapping[str, object]) -> str:
    if set(statement) != FIELDS:
        return f"fields {sorted(set(statement) ^ FIELDS)}"
    if statement["type"] != TYPE:
        return "type"
    for name in TEXT_FIELDS:
        if not isinstance(statement[name], str):
            return name
    if not _DIGEST.fullmatch(str(statement["content"])):
        return "content"
    return "" if isinstance(statement["subjects"], list) and statement["subjects"] else "subjects"
