"""The chain of the site's certificates, and that every officer's certificate was issued by the one in force.

A new site key is certified by the one before it (design section 5): whoever trusts the first certificate can follow it
to the last.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from armoury.domain.clock import parse_instant
from armoury.domain.errors import ArmouryError
from armoury.domain.records.site import Person
from armoury.i18n import _
from armoury.signing.certificates import certificate_faults, verify_successor
from armoury.signing.wrapping import from_base64
from armoury.store.findings import Finding

Json = Mapping[str, Any]


def succeeds(old: str, new: str, signature: str | None) -> bool:
    """Tell whether the key of an old site certificate certified a new one; all three are base64."""
    try:
        verify_successor(from_base64(old), from_base64(new), from_base64(signature))
    except (ArmouryError, ValueError):
        return False
    return True


class SiteChain:
    """Takes the entries in their order and follows the site's certificates."""

    def __init__(self) -> None:
        """Begin before entry 1."""
        self._certificate: str | None = None
        self._identity: tuple[object, object] | None = None

    def add(self, seq: int, entry: Json, officers: Mapping[str, Person]) -> Iterator[Finding]:
        """Judge an entry about the register or about a person; `officers` are the accounts as they were before it."""
        kind = entry["subject"]["kind"]
        if kind == "register":
            yield from self._site_faults(seq, entry["after"])
        elif kind == "person":
            known = officers.get(entry["subject"]["id"])
            certificate = entry["after"].get("certificate")
            if certificate and (known is None or known.certificate != certificate):
                yield from self._issue_faults(seq, certificate, parse_instant(entry["recorded_at"]))

    def _site_faults(self, seq: int, after: Json) -> Iterator[Finding]:
        certificate, former = after["certificate"], self._certificate
        identity = (after.get("id"), after.get("site"))
        if self._identity not in (None, identity):
            text = _("Entry {seq} gives the register another number or site, which never change.")
            yield Finding("key", f"entry {seq}", text.format(seq=seq))
        if former not in (None, certificate) and not succeeds(former or "", certificate, after.get("certified_by")):
            text = _("Entry {seq} names a new key of the site that the former key did not certify.")
            yield Finding("key", f"entry {seq}", text.format(seq=seq))
        self._certificate, self._identity = certificate, identity

    def _issue_faults(self, seq: int, certificate: str, at: int) -> Iterator[Finding]:
        try:
            faults = certificate_faults(from_base64(certificate), from_base64(self._certificate), at=at)
        except (ArmouryError, ValueError) as problem:
            faults = [str(problem)]
        if faults:
            text = _("Entry {seq} names a certificate of an officer that the site did not issue: {why}")
            yield Finding("key", f"entry {seq}", text.format(seq=seq, why=" ".join(faults)))
