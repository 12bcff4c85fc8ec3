"""What can be wrong with a bundle: each promise that it makes, in the order in which they are checked."""

from enum import StrEnum

from armoury.domain.errors import IntegrityError


class Promise(StrEnum):
    """What a bundle promises; checking stops at the first that is broken (design section 7)."""

    CONTAINER = "container"
    """The archive is whole, in its one form, and holds nothing but what belongs there."""
    DIGESTS = "digests"
    """Every file is listed, there, and has its digest."""
    SIGNATURE = "signature"
    """The site's key signed exactly these bytes, while its certificate was valid."""
    TRUST = "trust"
    """The certificate is one that the reader trusts, or descends from one."""
    SEQUENCE = "sequence"
    """It is later than the bundle that is known."""
    CONTINUITY = "continuity"
    """Its history continues the one that is known, and was not rewritten."""
    ENTRIES = "entries"
    """The entries are well formed, in order, and give the root of the checkpoint."""
    SCHEMA = "schema"
    """Every row has the form that its table declares."""
    CONTENT = "content"
    """Every row is what the last entry about it says."""


class BundleError(IntegrityError):
    """A promise of a bundle is broken. The sentence says what is wrong, where, and what to do."""

    def __init__(self, promise: Promise, sentence: str) -> None:
        super().__init__(sentence)
        self.promise = promise
