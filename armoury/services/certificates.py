"""Certificates over stock-takes: prepared, drawn, issued; or void. The number of one is never given again.

`prepare` takes the number and freezes what the certificate says, in entry n. Then a checkpoint is signed over the first
n entries, the paper is drawn, and its bytes go into evidence. `issue` is one change: the certificate is issued with the
SHA-256 of its paper, and the stock-take carries it. Whatever stops this in between leaves a prepared certificate, to be
issued later (the same facts and checkpoint give the same paper) or voided with a reason (design section 9).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import Connection

from armoury.documents.inventory import Drawn, Hand, Inventory, frozen_form
from armoury.documents.notes import note_in
from armoury.domain.clock import format_instant
from armoury.domain.duties import check_permission
from armoury.domain.errors import IntegrityError, RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.record_form import from_json
from armoury.domain.records.site import Person
from armoury.domain.records.stocktake import Certificate, Stocktake
from armoury.domain.stocktakes import State
from armoury.history.canonical import canonical_bytes
from armoury.i18n import _
from armoury.services.acts import carry_out, plan
from armoury.services.checks import check_record, today
from armoury.services.count_lists import records_after
from armoury.services.desk import Desk
from armoury.services.evidence import evidence_keys, evidence_on, evidence_steps, prepare_evidence, show
from armoury.services.inventory_facts import inventory_facts
from armoury.services.proof import checkpoint
from armoury.services.stocktakes import person_name, stocktake_by_id
from armoury.store.reading import first, get, several
from armoury.store.steps import Changes, step

BASELINE, LATER = "BIC", "STC"
"""Series: baseline inventory certificates, and certificates over stock-takes after the baseline."""

MOST_LINES = 100_000
"""Lines that one certificate lists; its paper then has some thousands of pages and 20 MB."""

_NEEDED = ("certificates.issue", "evidence.add")
_PREPARED, _ISSUED, _VOID = "prepared", "issued", "void"


@dataclass(frozen=True)
class Terms:
    """How a certificate is drawn up: in which language, and how the paper is to be kept."""

    language: str = "en"
    classification: str = "RESTRICTED"


USUAL = Terms()


@dataclass(frozen=True)
class Issued:
    """An issued certificate with its paper (PDF); `changes` is None where it had been issued before."""

    certificate: Certificate
    paper: bytes
    changes: Changes | None = None


def certify(desk: Desk, stocktake: Stocktake, terms: Terms = USUAL) -> Issued:
    """Return the certificate of a closed stock-take: the issued one, else one that is issued now.

    A prepared one is resumed, in the language and classification that it was prepared with.

    Raises:
        RuleError: the stock-take is not closed, or its lists are too long for one paper.
        PermissionRefusedError: the officer may not issue certificates.
        StorageError: the disk is full or cannot be written; the certificate stays prepared.
        IntegrityError: what was frozen is no longer what the register says, or a file is damaged.
    """
    found = current(desk, stocktake)
    if found is not None and found.state == _ISSUED:
        return Issued(found, paper_of(desk, found))
    certificate = found or prepare(desk, stocktake, terms)
    return issue(desk, certificate)


def prepare(desk: Desk, stocktake: Stocktake, terms: Terms = USUAL) -> Certificate:
    """Take the next number and freeze what the certificate says; nothing is printed yet.

    Raises:
        RuleError: the stock-take is not closed, has a certificate already, its lists are too long for one paper, or no
            classification is given.
        PermissionRefusedError: the officer may not issue certificates.
    """
    _check_may(desk)
    _check_closed(stocktake)
    if not terms.classification.strip():
        raise RuleError(_("Say how the certificate is to be kept: its classification is empty."))
    if (found := current(desk, stocktake)) is not None:
        text = _("The stock-take {reference} has the certificate {number} already.")
        raise RuleError(text.format(reference=stocktake.reference, number=found.reference))
    with desk.read() as connection:
        content = _digest(_facts(desk, connection, stocktake, terms.language))
        record = _drafted(desk, connection, stocktake, terms)
    record = replace(record, content=content)
    check_record(desk, record)
    carry_out(desk, plan(desk, "certificate.prepared", [step("certificate.prepared", None, record)]))
    return certificate_of(desk, record.id)


def draw(desk: Desk, certificate: Certificate) -> bytes:
    """Draw a prepared certificate as a PDF; nothing but the checkpoint under it is written.

    Raises:
        RuleError: it is not prepared.
        IntegrityError: what was frozen is no longer what the register says.
        StorageError: the disk cannot be written.
    """
    # The library that draws takes a tenth of a second to load: only who draws waits for it.
    from armoury.documents.inventory_paper import inventory_paper

    _check_prepared(certificate)
    stocktake = stocktake_by_id(desk, certificate.subject)
    with desk.read() as connection:
        facts = _facts(desk, connection, stocktake, certificate.language)
        who = _preparer(connection, certificate)
    if _digest(facts) != certificate.content:
        text = _(
            "The register no longer says what was frozen for the certificate {reference}; a national file or a newer "
            "program may name things otherwise. Void it with a reason, then make another one."
        )
        raise IntegrityError(text.format(reference=certificate.reference))
    drawn = Drawn(
        certificate.reference, certificate.classification, certificate.language,
        Hand(certificate.prepared_at, who), certificate.entry,
    )  # fmt: skip
    return inventory_paper(facts, drawn, checkpoint(desk, certificate.entry))


def issue(desk: Desk, certificate: Certificate) -> Issued:
    """Draw a prepared certificate, put the paper into evidence and issue it, all in one change after the file is kept.

    Raises:
        PermissionRefusedError: the officer may not issue certificates.
        RuleError, IntegrityError, StorageError: as `draw`; the certificate stays prepared.
    """
    _check_may(desk)
    paper = draw(desk, certificate)
    stocktake = stocktake_by_id(desk, certificate.subject)
    kept = [
        prepare_evidence(
            desk, "certificate", certificate.id, paper,
            role="certificate", caption=certificate.reference, name=f"{certificate.reference}.pdf",
        )
    ]  # fmt: skip
    digest = sha256(paper).hexdigest()
    issued = replace(certificate, state=_ISSUED, issued_at=format_instant(desk.now()), sha256=digest)
    steps = [
        step("certificate.issued", certificate, issued),
        step(
            "stocktake.certified", stocktake,
            replace(stocktake, certificate=certificate.reference, certificate_sha256=digest),
        ),
        *evidence_steps(kept),
    ]  # fmt: skip
    act = replace(plan(desk, "certificate.issued", steps), evidence_keys=evidence_keys(kept))
    changes = carry_out(desk, act)
    return Issued(certificate_of(desk, certificate.id), paper, changes)


def void(desk: Desk, certificate: Certificate, reason: str) -> Changes:
    """Say that a prepared certificate will not be issued, and why; its number stays taken.

    Raises:
        RuleError: it is not prepared, or no reason is given.
        PermissionRefusedError: the officer may not issue certificates.
    """
    _check_prepared(certificate)
    if not reason.strip():
        raise RuleError(_("Say why the certificate is void."))
    steps = [step("certificate.voided", certificate, replace(certificate, state=_VOID, void=reason.strip()))]
    return carry_out(desk, plan(desk, "certificate.voided", steps, reason=reason))


def certificate_of(desk: Desk, id_: str) -> Certificate:
    """Return a certificate by its id.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        found = get(connection, Certificate, id_)
    if found is None:
        raise RuleError(_("There is no such certificate."))
    return found


def certificates_over(desk: Desk, stocktake: Stocktake) -> Sequence[Certificate]:
    """List the certificates of a stock-take, the first one first, those that are void too."""
    with desk.read() as connection:
        where = "WHERE t.subject = ? AND t.subject_kind = 'stocktake' ORDER BY t.entry"
        return list(several(connection, Certificate, where, (stocktake.id,)))


def current(desk: Desk, stocktake: Stocktake) -> Certificate | None:
    """Return the certificate of a stock-take that is prepared or issued; None where there is none."""
    return next((each for each in certificates_over(desk, stocktake) if each.state != _VOID), None)


def paper_of(desk: Desk, certificate: Certificate) -> bytes:
    """Return the paper of an issued certificate from evidence, byte for byte as it was issued.

    Raises:
        RuleError: it was not issued.
        IntegrityError: the file is missing, or is not what was put in.
    """
    kept = evidence_on(desk, "certificate", certificate.id, withdrawn=True)
    found = next((each for each in kept if each.sha256 == certificate.sha256), None)
    if found is None:
        raise RuleError(_("The certificate {reference} was not issued.").format(reference=certificate.reference))
    return show(desk, found.id)


def issued_as(desk: Desk, paper: bytes) -> Certificate | None:
    """Return the certificate that a file is, byte for byte; None where this register issued no such paper."""
    with desk.read() as connection:
        return first(connection, Certificate, "WHERE t.sha256 = ?", (sha256(paper).hexdigest(),))


def note_of(paper: bytes) -> str | None:
    """Return the checkpoint that a certificate kept as a file carries; None where there is none."""
    return note_in(paper)


def _facts(desk: Desk, connection: Connection, stocktake: Stocktake, language: str) -> Inventory:
    facts = inventory_facts(desk, connection, stocktake, language)
    lines = sum(len(each) for each in (facts.book_only, facts.elsewhere, facts.not_in_book, facts.unsure))
    if lines > MOST_LINES:
        text = _("The lists have {lines} lines, and a certificate holds {most}. Make stock-takes of parts of the site.")
        raise RuleError(text.format(lines=lines, most=MOST_LINES))
    return facts


def _preparer(connection: Connection, certificate: Certificate) -> str:
    """Name who prepared it, as that officer was known then."""
    found = records_after(connection, "person", [certificate.prepared_by], certificate.entry)
    return next((person_name(from_json(Person, after)) for _id, after in found), "?")


def _digest(facts: Inventory) -> str:
    return sha256(canonical_bytes(frozen_form(facts))).hexdigest()


def _drafted(desk: Desk, connection: Connection, stocktake: Stocktake, terms: Terms) -> Certificate:
    series, year = BASELINE if stocktake.baseline else LATER, today(desk, connection).year
    # Certificates are never taken away, void ones neither: the next number is one more than there are.
    query = "SELECT count(*) FROM certificate WHERE series = ? AND year = ?"
    number = connection.exec_driver_sql(query, (series, year)).scalar_one() + 1
    now = desk.now()
    return Certificate(
        id=new_uuid7(now),
        reference=f"{series}-{year}-{number:04d}",
        series=series,
        year=year,
        subject_kind="stocktake",
        subject=stocktake.id,
        language=terms.language,
        classification=terms.classification.strip(),
        content="",
        prepared_at=format_instant(now),
        prepared_by=desk.officer.id,
    )


def _check_may(desk: Desk) -> None:
    """Check before a number is taken that the officer may do all that follows.

    Raises:
        PermissionRefusedError: the officer may not.
    """
    for permission in _NEEDED:
        check_permission(desk.officer, permission, desk.duties)


def _check_closed(stocktake: Stocktake) -> None:
    if stocktake.state != State.CLOSED:
        text = _("Only a closed stock-take is certified. {reference} is not: close it first.")
        raise RuleError(text.format(reference=stocktake.reference))


def _check_prepared(certificate: Certificate) -> None:
    if certificate.state == _PREPARED:
        return
    if certificate.state == _VOID:
        text = _("The certificate {reference} is void: {reason}")
        raise RuleError(text.format(reference=certificate.reference, reason=certificate.void))
    raise RuleError(_("The certificate {reference} was issued before.").format(reference=certificate.reference))
