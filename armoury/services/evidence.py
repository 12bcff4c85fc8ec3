"""Photographs and documents bound to what they show: prepared, sealed to disk, then named by the register in one act.

A file is written before the record that names it. Nothing is ever taken away: what no longer counts is withdrawn with a
reason, and the file stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack
from zoneinfo import ZoneInfo

from armoury.documents.photographs import prepare_document, prepare_photograph
from armoury.domain.clock import format_instant
from armoury.domain.errors import RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.kinds import KINDS
from armoury.domain.records.site import Evidence
from armoury.i18n import _
from armoury.services.acts import carry_out, plan
from armoury.services.checks import check_record, found_ids
from armoury.services.desk import Desk
from armoury.store.evidence import KeptFile, keep_file, read_file
from armoury.store.reading import get, several
from armoury.store.steps import Changes, Step, step


class EvidenceDetails(TypedDict):
    """What is said beside the file.

    Attributes:
        role: id of the dataset `evidence_roles`, such as `overall_left` or `document`.
        caption: what it shows, in words.
        name: the file's name, for documents.
    """

    role: str
    caption: NotRequired[str | None]
    name: NotRequired[str]


@dataclass(frozen=True)
class Prepared:
    """Evidence whose files are sealed on disk and whose record is not written yet."""

    record: Evidence
    files: tuple[KeptFile, ...] = field(repr=False)


def prepare_evidence(
    desk: Desk, subject_kind: str, subject_id: str, data: bytes, **details: Unpack[EvidenceDetails]
) -> Prepared:
    """Read a photograph or document, clean it, and seal it to disk; the register does not know it yet.

    Raises:
        RuleError: it cannot be read, is too large, or is no photograph though its role asks for one.
        StorageError: the disk is full or cannot be written.
    """
    role = _role(desk, details["role"])
    name = details.get("name", "document")
    document = prepare_document(data, name)
    common = {
        "subject_kind": subject_kind, "subject": subject_id, "role": role, "caption": details.get("caption"),
    }  # fmt: skip
    if not document.media_type.startswith("image/"):
        if desk.reference.lists["evidence_roles"][role].details.get("photograph"):
            raise RuleError(_("“{name}” is no photograph. Attach it as a document.").format(name=document.name))
        kept = keep_file(desk.register, data)
        caption = details.get("caption") or document.name
        about = {**common, "caption": caption, "media_type": document.media_type, "size": document.size}
        return Prepared(_evidence(desk, kept.sha256, document.sha256, **about), (kept,))
    return _prepare_photograph(desk, data, common)


def attach(desk: Desk, subject_kind: str, subject_id: str, data: bytes, **details: Unpack[EvidenceDetails]) -> Changes:
    """Attach a photograph or document to what it shows.

    Raises:
        RuleError: there is no such subject; or as `prepare_evidence`.
        StorageError: the disk is full or cannot be written.
    """
    check_subject(desk, subject_kind, subject_id)
    prepared = [prepare_evidence(desk, subject_kind, subject_id, data, **details)]
    act = plan(desk, "evidence.added", evidence_steps(prepared))
    return carry_out(desk, replace(act, evidence_keys=evidence_keys(prepared)))


def show(desk: Desk, evidence_id: str) -> bytes:
    """Return the file of an evidence, checked against its digest.

    Raises:
        RuleError: there is no such evidence.
        IntegrityError: the file is missing, or is not what was put in.
    """
    return read_file(desk.register, evidence_of(desk, evidence_id).sha256)


def show_thumbnail(desk: Desk, evidence_id: str) -> bytes | None:
    """Return the small picture of a photograph; None for a document.

    Raises:
        RuleError: there is no such evidence.
        IntegrityError: the file is missing, or is not what was put in.
    """
    found = evidence_of(desk, evidence_id)
    return read_file(desk.register, found.thumbnail) if found.thumbnail else None


def evidence_of(desk: Desk, evidence_id: str) -> Evidence:
    """Return the record of an evidence.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        found = get(connection, Evidence, evidence_id)
    if found is None:
        raise RuleError(_("There is no such photograph or document."))
    return found


def evidence_on(desk: Desk, subject_kind: str, subject_id: str, *, withdrawn: bool = False) -> list[Evidence]:
    """List what is attached to a subject, oldest first; with or without what was withdrawn."""
    with desk.read() as connection:
        where = "WHERE t.subject = ? AND t.subject_kind = ? ORDER BY t.id"
        found = list(several(connection, Evidence, where, (subject_id, subject_kind)))
    return [each for each in found if withdrawn or each.withdrawn is None]


def withdraw(desk: Desk, evidence_id: str, reason: str) -> Changes:
    """Say that an evidence no longer counts, and why; the file stays.

    Raises:
        RuleError: there is no such evidence, no reason is given, or it was withdrawn before.
    """
    before = evidence_of(desk, evidence_id)
    if not reason.strip():
        raise RuleError(_("Give the reason why it no longer counts."))
    if before.withdrawn is not None:
        raise RuleError(_("It was withdrawn before: {reason}").format(reason=before.withdrawn))
    steps = [step("evidence.withdrawn", before, replace(before, withdrawn=reason))]
    return carry_out(desk, plan(desk, "evidence.withdrawn", steps, reason=reason))


def evidence_steps(prepared: Iterable[Prepared]) -> list[Step]:
    """Return the steps that record prepared evidence, for an act that records more than that."""
    return [step("evidence.added", None, each.record) for each in prepared]


def evidence_keys(prepared: Iterable[Prepared]) -> tuple[tuple[str, str, bytes], ...]:
    """Return the keys that the act must carry for the files of prepared evidence."""
    return tuple((file.sha256, file.address, file.key) for each in prepared for file in each.files)


def scale_photographs(desk: Desk, prepared: Sequence[Prepared], subject_id: str) -> int:
    """Count the different photographs with a scale that are prepared for a subject."""
    roles = desk.reference.lists["evidence_roles"]
    return len(
        {
            each.record.sha256
            for each in prepared
            if each.record.subject == subject_id and roles[each.record.role].details.get("scale")
        }
    )


def check_subject(desk: Desk, subject_kind: str, subject_id: str) -> None:
    """Check that there is such a subject.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        if subject_kind not in KINDS or not found_ids(connection, subject_kind, [subject_id]):
            raise RuleError(_("The register has no such {kind}.").format(kind=subject_kind))


def _role(desk: Desk, role: str) -> str:
    known = desk.reference.lists["evidence_roles"]
    if role not in known:
        text = _("“{role}” is not a role of evidence. It may be: {known}.")
        raise RuleError(text.format(role=role, known=", ".join(known)))
    return role


def _prepare_photograph(desk: Desk, data: bytes, common: dict[str, str | None]) -> Prepared:
    photograph = prepare_photograph(data)
    kept, small = keep_file(desk.register, photograph.jpeg), keep_file(desk.register, photograph.thumbnail)
    about = {
        **common, "media_type": "image/jpeg", "size": len(photograph.jpeg), "thumbnail": small.sha256,
        "taken": _taken(desk, photograph.taken_at_text),
    }  # fmt: skip
    return Prepared(_evidence(desk, kept.sha256, photograph.sha256_original, **about), (kept, small))


def _evidence(desk: Desk, kept: str, original: str, **about: str | int | None) -> Evidence:
    record = Evidence(id=new_uuid7(desk.now()), sha256=kept, original_sha256=original, **about)  # type: ignore[arg-type]
    check_record(desk, record)
    return record


def _taken(desk: Desk, said: str | None) -> str | None:
    """Read what the camera's clock said; without an offset it is taken as the site's time."""
    if said is None:
        return None
    with desk.read() as connection:
        zone = connection.exec_driver_sql("SELECT time_zone FROM register").scalar_one()
    try:
        moment = datetime.fromisoformat(said)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        return format_instant(round(moment.timestamp() * 1000))
    except (ValueError, OverflowError, OSError):
        return None
