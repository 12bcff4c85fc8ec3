"""Checking a bundle without any register: promise after promise, stopping at the first that is broken.

Nothing is written. The archive is read twice: once for the digests, before anything in it is believed, and once for
what it says.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO

from armoury.bundle.building import ARCHIVE_DIGEST
from armoury.bundle.container import Container
from armoury.bundle.content import Content, check_content
from armoury.bundle.continuity import Continuity, State, check_continuity, read_continuity
from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.layout import (
    BAG_INFO,
    BAGIT,
    CHECKPOINT,
    CONSISTENCY,
    DATA_PACKAGE,
    MANIFEST,
    SIGNATURE,
    TAG_FILES,
    TAG_MANIFEST,
    check_layout,
)
from armoury.bundle.schema import LARGEST_PACKAGE, read_package
from armoury.bundle.tags import BAGIT_TEXT, BagInfo, read_bag_info, read_manifest
from armoury.bundle.trust import (
    Chain,
    check_same_line,
    check_site,
    check_trust,
    check_validity,
    exported_at,
    read_chain,
)
from armoury.domain.errors import IntegrityError
from armoury.history.checkpoints import SignedNote, check_note, read_note
from armoury.i18n import _
from armoury.signing.certificates import certificate_public_key
from armoury.signing.cms import DetachedSignature, verify_detached
from armoury.signing.errors import CertificateError
from armoury.signing.keys import verify

Progress = Callable[[int, int], None]
_LARGEST_TAG = 1 << 24
_LARGEST_SIGNATURE = 1 << 20
_SHORTEST_ENTRY = 100
"""Bytes; no entry can be shorter, so that a made-up number of them takes no memory."""


@dataclass(frozen=True)
class Known:
    """What is known of the site from before: its last bundle, or only a checkpoint.

    Attributes:
        sequence: number of that bundle; None for a checkpoint.
        register: id of the register; None for a checkpoint.
        signer: certificate that signed that bundle, DER; None for a checkpoint.
        note: the checkpoint as it was signed, where it came without a bundle.
    """

    site: str
    state: State
    sequence: int | None = None
    register: str | None = None
    signer: bytes | None = None
    note: SignedNote | None = None


@dataclass(frozen=True)
class Header:
    """What a bundle says of itself, after its container, digests of tag files and signature were found good."""

    info: BagInfo
    continuity: Continuity
    chain: Chain
    signature: DetachedSignature
    manifest: Mapping[str, str]
    checkpoint: str

    def known(self) -> Known:
        """Return what a later bundle is to be held against."""
        info = self.info
        return Known(info.site, self.continuity.new, info.sequence, info.register, self.chain.signer)


@dataclass(frozen=True)
class Verified:
    """A bundle whose promises hold.

    Attributes:
        header: what it says of itself.
        checked: the promises that were checked.
        unchecked: those for which nothing was given to hold them against.
        notices: sentences worth reading that break no promise.
        rows: number of rows by kind.
    """

    header: Header
    checked: tuple[Promise, ...]
    unchecked: tuple[Promise, ...]
    notices: tuple[str, ...]
    rows: Mapping[str, int] = field(default_factory=dict)


def verify_bundle(
    file: BinaryIO,
    *,
    now: int,
    trusted: Sequence[bytes] | None = None,
    known: Known | None = None,
    progress: Progress = lambda done, total: None,
) -> Verified:
    """Check a bundle.

    Args:
        file: the archive, not sealed; it is read from any place.
        now: the reader's time, UTC milliseconds.
        trusted: certificates that are trusted, DER; None leaves trust unchecked.
        known: what is known of the site from before; None leaves sequence and continuity with it unchecked.
        progress: told how many bytes are read, and of how many.

    Raises:
        BundleError: a promise is broken; it names which, what and where.
    """
    container = Container(file)
    header, prefix = _read_header(container, now)
    _check_parts(container, prefix)
    tally = _Tally(progress, 2 * sum(each.size for each in container.members.values()))
    _check_payload(container, prefix, header, tally)
    if trusted is not None:
        check_trust(header.chain, trusted, at=header.signature.signed_at)
    if known is not None:
        _check_sequence(header, known, trusted or ())
    check_continuity(header.continuity)
    content = check_content(_content(container, prefix, header, tally, known))
    unchecked = ((Promise.TRUST,) if trusted is None else ()) + ((Promise.SEQUENCE,) if known is None else ())
    unchecked += (Promise.CONTINUITY,) if known is None else ()
    checked = tuple(each for each in Promise if each not in unchecked)
    return Verified(header, checked, unchecked, (*_gaps(header, known), *content.notices), content.rows)


def read_header(file: BinaryIO, *, now: int) -> Header:
    """Read what a bundle says of itself; its container, tag files and signature are checked, its payload is not.

    Raises:
        BundleError: one of these promises is broken.
    """
    return _read_header(Container(file), now)[0]


def known_checkpoint(text: str) -> Known:
    """Take a checkpoint that was kept as what is known; its signature is checked with the bundle's certificates.

    Raises:
        IntegrityError: it is malformed.
    """
    note = read_note(text)
    site = note.checkpoint.origin.removeprefix("armoury/")
    return Known(site, State(note.checkpoint.size, note.checkpoint.root), note=note)


class _Tally:
    """Counts the bytes that were read."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def add(self, count: int) -> None:
        self._done += count
        self._progress(self._done, self._total)


def _read_header(container: Container, now: int) -> tuple[Header, str]:
    label = check_layout(list(container.members))
    prefix = f"{label}/"
    if any(each.stored != (name == prefix + SIGNATURE) for name, each in container.members.items()):
        text = _("The archive is packed in another way than a bundle: another program packed it anew. Ask the site for "
                 "the file as it left it.")  # fmt: skip
        raise BundleError(Promise.CONTAINER, text)
    texts = {name: container.read(prefix + name, _LARGEST_TAG) for name in (*TAG_FILES, TAG_MANIFEST)}
    info = read_bag_info(_text(texts[BAG_INFO], BAG_INFO))
    if texts[BAGIT] != BAGIT_TEXT.encode() or info.label != label:
        text = _(
            "Its folder is named {folder}, but “bag-info.txt” says {said}; or “bagit.txt” is not that of a bundle."
        )
        raise BundleError(Promise.CONTAINER, text.format(folder=label, said=info.label))
    _check_listed(_manifest(texts, TAG_MANIFEST), {name: texts[name] for name in TAG_FILES})
    signature = _signature(container, prefix, texts[TAG_MANIFEST])
    check_site(info, signature.certificate_der)
    check_validity(signature.certificate_der, signed_at=signature.signed_at, exported=exported_at(info), now=now)
    chain = read_chain(info, signature.certificate_der)
    continuity = read_continuity(_text(texts[CONSISTENCY], CONSISTENCY))
    checkpoint = _text(texts[CHECKPOINT], CHECKPOINT)
    _check_checkpoint(checkpoint, info, continuity, chain)
    return Header(info, continuity, chain, signature, _manifest(texts, MANIFEST), checkpoint), prefix


def _check_parts(container: Container, prefix: str) -> None:
    """No part of the history but the first is empty, so that the same entries are cut in one way only."""
    for name, member in container.members.items():
        if name.startswith(f"{prefix}data/history-") and not member.size:
            text = _("“{name}” is empty. Ask the site to export again.")
            raise BundleError(Promise.CONTAINER, text.format(name=name))


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as problem:
        text = _("“{name}” is not written in UTF-8. Ask the site to export again.")
        raise BundleError(Promise.CONTAINER, text.format(name=name)) from problem


def _manifest(texts: Mapping[str, bytes], name: str) -> dict[str, str]:
    return read_manifest(_text(texts[name], name), name)


def _check_listed(listed: Mapping[str, str], found: Mapping[str, bytes]) -> None:
    for name in (*found, *listed):
        if name not in listed:
            raise _unlisted(name, TAG_MANIFEST)
        if name not in found:
            raise _missing(name, TAG_MANIFEST)
        if sha256(found[name]).hexdigest() != listed[name]:
            raise _changed(name)


def _signature(container: Container, prefix: str, manifest: bytes) -> DetachedSignature:
    p7s = container.read(prefix + SIGNATURE, _LARGEST_SIGNATURE)
    try:
        signature = verify_detached(manifest, p7s)
    except CertificateError as problem:
        raise BundleError(Promise.SIGNATURE, problem.text()) from problem
    archive = sha256()
    for piece in container.pieces(container.members[prefix + SIGNATURE].offset):
        archive.update(piece)
    if not signature.one_form:
        text = _("The signature is not written in its one form: bytes of it were changed. Ask for the file again.")
        raise BundleError(Promise.SIGNATURE, text)
    if signature.other_certificates or dict(signature.attributes) != {ARCHIVE_DIGEST: archive.digest()}:
        text = _("The signature is for another archive: its files are the same, but bytes around them were changed, or "
                 "it was packed anew. Ask the site for the file as it left it.")  # fmt: skip
        raise BundleError(Promise.SIGNATURE, text)
    return signature


def _check_checkpoint(text: str, info: BagInfo, said: Continuity, chain: Chain) -> None:
    try:
        note = read_note(text)
        found = check_note(note, certificate_public_key(chain.signer), verify)
    except IntegrityError as problem:
        raise BundleError(Promise.SIGNATURE, problem.text()) from problem
    same = (found.origin, found.size, found.root) == (f"armoury/{info.site}", said.new.size, said.new.root)
    if not same or (info.base, info.size) != (said.base.size, said.new.size) or len(note.signatures) != 1:
        text = _("“checkpoint.txt”, “consistency.txt” and “bag-info.txt” speak of different histories. The bundle is "
                 "forged or broken; ask the site why.")  # fmt: skip
        raise BundleError(Promise.SIGNATURE, text)


def _check_payload(container: Container, prefix: str, header: Header, tally: _Tally) -> None:
    names = [name.removeprefix(prefix) for name in container.members]
    payload = [name for name in names if name.startswith("data/")]
    for name in payload:
        if name not in header.manifest:
            raise _unlisted(name, MANIFEST)
    for name in header.manifest:
        if name not in payload:
            raise _missing(name, MANIFEST)
    octets = sum(container.members[prefix + name].size for name in payload)
    if (header.info.octets, header.info.files) != (octets, len(payload)) or payload != list(header.manifest):
        raise BundleError(Promise.DIGESTS, _("The payload has not the size or order that “bag-info.txt” and the "
                                             "manifest name. Ask for the file again."))  # fmt: skip
    for name in payload:
        digest = sha256()
        for chunk in container.stream(prefix + name):
            digest.update(chunk)
            tally.add(len(chunk))
        if digest.hexdigest() != header.manifest[name]:
            raise _changed(name)


def _check_sequence(header: Header, known: Known, trusted: Sequence[bytes]) -> None:
    info = header.info
    if info.site != known.site or known.register not in (None, info.register):
        text = _("What is known is of {known}, this bundle is of {site} or of another register. Hold it against the "
                 "last bundle of its own.")  # fmt: skip
        raise BundleError(Promise.SEQUENCE, text.format(known=known.site, site=info.site))
    if known.sequence is not None and info.sequence <= known.sequence:
        text = _("This is bundle {number}, but bundle {known} is known already: it is an older one, or the same again.")
        raise BundleError(Promise.SEQUENCE, text.format(number=info.sequence, known=known.sequence))
    if known.signer is not None:
        check_same_line(header.chain, known.signer)
    if known.note is not None:
        _check_known_note(known.note, (*header.chain.certificates, *trusted))
    if header.continuity.new.size < known.state.size:
        text = _("The history in this bundle ends at entry {size}, but {known} entries are known: its end was cut off, "
                 "or an older copy of the register was exported.")  # fmt: skip
        raise BundleError(Promise.CONTINUITY, text.format(size=header.continuity.new.size, known=known.state.size))


def _check_known_note(note: SignedNote, certificates: Sequence[bytes]) -> None:
    """A checkpoint that was kept was signed by the site's key of its time."""
    problem: IntegrityError | None = None
    for certificate in certificates:
        try:
            check_note(note, certificate_public_key(certificate), verify)
        except IntegrityError as refused:
            problem = refused
        else:
            return
    raise BundleError(Promise.SEQUENCE, problem.text() if problem else "") from problem


def _content(container: Container, prefix: str, header: Header, tally: _Tally, known: Known | None) -> Content:
    def stream(name: str) -> Iterator[bytes]:
        for chunk in container.stream(prefix + name):
            tally.add(len(chunk))
            yield chunk

    entries = header.continuity.new.size - header.continuity.base.size
    history = sum(each.size for name, each in container.members.items() if name.startswith(f"{prefix}data/history"))
    if entries * _SHORTEST_ENTRY > history:
        text = _("The history is shorter than the {count} entries that the checkpoint counts. The bundle is forged.")
        raise BundleError(Promise.ENTRIES, text.format(count=entries))
    package = container.read(prefix + DATA_PACKAGE, LARGEST_PACKAGE)
    return Content(
        info=header.info,
        continuity=header.continuity,
        signer=header.chain.signer,
        declared=read_package(package),
        digests=header.manifest,
        stream=stream,
        known=known.state if known else None,
    )


def _gaps(header: Header, known: Known | None) -> list[str]:
    if known is None or known.sequence is None or header.info.sequence == known.sequence + 1:
        return []
    text = _("Between bundle {known} and bundle {number} others were begun. The history is continued all the same.")
    return [text.format(known=known.sequence, number=header.info.sequence)]


def _unlisted(name: str, manifest: str) -> BundleError:
    text = _("“{name}” lies in the bundle, but “{manifest}” does not list it. The bundle is forged or broken.")
    return BundleError(Promise.DIGESTS, text.format(name=name, manifest=manifest))


def _missing(name: str, manifest: str) -> BundleError:
    text = _("“{manifest}” lists “{name}”, which is missing. The bundle is forged or broken.")
    return BundleError(Promise.DIGESTS, text.format(name=name, manifest=manifest))


def _changed(name: str) -> BundleError:
    text = _("“{name}” was changed: its digest is not the one that was signed. Do not use it; ask for the file again.")
    return BundleError(Promise.DIGESTS, text.format(name=name))
