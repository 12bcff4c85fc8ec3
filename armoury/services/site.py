"""The site: profile, contacts and licences, what it may hold, how weapons came, and the dated log of what was done."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy import Connection

from armoury.bundle.sealing import Recipient
from armoury.domain.clock import format_instant, parse_instant
from armoury.domain.dates import moment_shown
from armoury.domain.errors import RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.records.site import Acquisition, Holding, LogNote, SiteProfile
from armoury.domain.standings import Standing
from armoury.i18n import _
from armoury.services.acts import carry_out, plan
from armoury.services.checks import check_record, found_ids, today
from armoury.services.desk import Desk
from armoury.store.checkpoints import register_record
from armoury.store.reading import first, get, several
from armoury.store.steps import Changes, step

_OWNED = ("state_property", "loan")
"""The legal standings that a holding scale is about; the court's weapons and deposits are no holding of the site."""


class HoldingTerms(TypedDict):
    """On what a line of the holding scale rests: authority, day of its paper, and the calibre where it names one."""

    authority: str
    dated: str
    calibre: NotRequired[str | None]


class NoteDetails(TypedDict):
    """What a note of the site log may say beside its text.

    Attributes:
        at: when it happened (UTC instant); now, if not said.
        place: id of the place it is about.
        people: ids of the officers who took part.
        outcome: how it ended.
    """

    at: NotRequired[str | None]
    place: NotRequired[str | None]
    people: NotRequired[tuple[str, ...]]
    outcome: NotRequired[str | None]


@dataclass(frozen=True)
class ScaleLine:
    """What may be held of a type (and calibre), and what is there.

    Attributes:
        authorised: None where no scale speaks of it.
        present: state property and loans in store, issued or on the way; not what is gone or not located.
        difference: present less authorised; above 0 is over, below 0 is under.
    """

    type: str
    calibre: str | None
    authorised: int | None
    present: int
    authority: str | None = None
    dated: str | None = None

    @property
    def difference(self) -> int:
        """Return how many are over (above 0) or under (below 0)."""
        return self.present - (self.authorised or 0)


def profile_of(desk: Desk) -> SiteProfile:
    """Return the site's profile.

    Raises:
        RuleError: the register has none.
    """
    with desk.read() as connection:
        found = first(connection, SiteProfile, "ORDER BY t.id")
    if found is None:
        raise RuleError(_("The register does not describe its site."))
    return found


def describe_site(desk: Desk, *, reason: str | None = None, **changes: Any) -> Changes:
    """Change the site's profile: name, agency, type, address, contacts, licences, recipient of its bundles.

    Raises:
        RuleError: a value is not known, a day is none, or a contact or licence lacks what it must have.
    """
    before = profile_of(desk)
    known = {"name", "agency", "site_type", "address", "contacts", "licences", "registry_recipient"}
    if strange := changes.keys() - known:
        raise RuleError(_("A site has no {fields}.").format(fields=", ".join(sorted(strange))))
    after = replace(before, **changes)
    if not after.name.strip():
        raise RuleError(_("The site needs a name."))
    check_record(desk, after)
    if after.registry_recipient:
        Recipient(after.registry_recipient)
    for licence in after.licences:
        if licence.issued and licence.expires and licence.expires < licence.issued:
            text = _("The licence {number} would expire before it was issued.")
            raise RuleError(text.format(number=licence.number))
    act = plan(desk, "site.described", [step("site.described", before, after)], reason=reason)
    return carry_out(desk, act)


def authorise_holding(desk: Desk, type_: str, quantity: int, **terms: Unpack[HoldingTerms]) -> Changes:
    """Enter how many of a type (and calibre) the site may hold; it replaces the line in force for the same.

    Raises:
        RuleError: the type or calibre is unknown, the quantity or day cannot be, or no authority is named.
    """
    line = Holding(
        new_uuid7(desk.now()), type_, quantity, terms["authority"].strip(), terms["dated"], terms.get("calibre")
    )
    check_record(desk, line)
    if not line.authority:
        raise RuleError(_("Name the authority that allows the holding."))
    _check_not_future(desk, line.dated)
    with desk.read() as connection:
        former = [each for each in _in_force(connection) if (each.type, each.calibre) == (line.type, line.calibre)]
    steps = [step("holding.ended", each, replace(each, ended=line.dated)) for each in former]
    return carry_out(desk, plan(desk, "holding.authorised", [*steps, step("holding.authorised", None, line)]))


def end_holding(desk: Desk, holding_id: str, day: str, reason: str) -> Changes:
    """End a line of the holding scale without another in its place.

    Raises:
        RuleError: there is no such line in force, the day cannot be, or no reason is given.
    """
    with desk.read() as connection:
        before = get(connection, Holding, holding_id)
    if before is None or before.ended is not None:
        raise RuleError(_("There is no such line in force in the holding scale."))
    if not reason.strip():
        raise RuleError(_("Say why the holding ends."))
    after = replace(before, ended=day)
    check_record(desk, after)
    _check_not_future(desk, day)
    return carry_out(desk, plan(desk, "holding.ended", [step("holding.ended", before, after)], reason=reason))


def holdings_against_scale(desk: Desk) -> list[ScaleLine]:
    """Hold what is there against what may be: a line for each of the scale, then one for each type outside it.

    A line that names a calibre counts that calibre; a line without one counts what no other line of the type does.
    """
    with desk.read() as connection:
        scale = list(_in_force(connection))
        present = _present(desk, connection)
    lines = []
    for each in sorted(scale, key=lambda one: (one.calibre is None, one.type, one.calibre or "")):
        if each.calibre is not None:
            count = present.pop((each.type, each.calibre), 0)
        else:
            count = sum(present.pop(key) for key in [key for key in present if key[0] == each.type])
        lines.append(ScaleLine(each.type, each.calibre, each.quantity, count, each.authority, each.dated))
    lines += [ScaleLine(type_ or "?", calibre, None, count) for (type_, calibre), count in present.items()]
    return sorted(lines, key=lambda one: (one.authorised is None, one.type, one.calibre or ""))


def holding_in_force(desk: Desk, named: str, calibre: str | None = None) -> Holding:
    """Return the line of the holding scale that is in force for a type.

    Args:
        desk: who asks.
        named: id of the type, or of the line itself.
        calibre: id of the calibre; without one the line for all calibres, or the only line there is.

    Raises:
        RuleError: there is none, or several and none is for all calibres.
    """
    with desk.read() as connection:
        lines = [each for each in _in_force(connection) if named in (each.id, each.type)]
    found = [each for each in lines if each.calibre == calibre] or ([] if calibre else lines)
    if not found:
        raise RuleError(_("The holding scale has no line in force for “{named}”.").format(named=calibre or named))
    if len(found) > 1:
        calibres = ", ".join(sorted(each.calibre or "" for each in found))
        text = _("The holding scale has a line for each of: {calibres}. Say which calibre.")
        raise RuleError(text.format(calibres=calibres))
    return found[0]


def open_acquisition(desk: Desk, reference: str, **details: Any) -> Changes:
    """Open a file on how weapons came.

    Args:
        desk: who does it.
        reference: the number under which the papers lie.
        **details: `contract`, `supplier`, `donor`, `end_user_certificate`, `consent_to_retransfer`,
            `consent_to_destroy`, `consent_authority`, `dated`, `remarks`.

    Raises:
        RuleError: the reference is missing or taken; consent is needed but nobody is named who gives it.
    """
    if not reference.strip():
        raise RuleError(_("An acquisition file needs a reference."))
    _check_details(details)
    file = Acquisition(new_uuid7(desk.now()), reference.strip(), **details)
    with desk.read() as connection:
        if first(connection, Acquisition, "WHERE lower(t.reference) = lower(?)", (file.reference,)):
            raise RuleError(_("There is an acquisition file “{reference}” already.").format(reference=file.reference))
    _check_acquisition(desk, file)
    return carry_out(desk, plan(desk, "acquisition.opened", [step("acquisition.opened", None, file)]))


def change_acquisition(desk: Desk, reference: str, *, reason: str | None = None, **details: Any) -> Changes:
    """Change an acquisition file; its reference stays.

    Raises:
        RuleError: there is no such file; or as `open_acquisition`.
    """
    _check_details(details)
    before = acquisition_of(desk, reference)
    after = replace(before, **details)
    _check_acquisition(desk, after)
    act = plan(desk, "acquisition.changed", [step("acquisition.changed", before, after)], reason=reason)
    return carry_out(desk, act)


def acquisition_of(desk: Desk, reference: str) -> Acquisition:
    """Return an acquisition file by its reference.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        found = first(connection, Acquisition, "WHERE lower(t.reference) = lower(?)", (reference.strip(),))
    if found is None:
        raise RuleError(_("There is no acquisition file “{reference}”.").format(reference=reference))
    return found


def acquisitions(desk: Desk) -> list[Acquisition]:
    """Return all acquisition files, by reference."""
    with desk.read() as connection:
        return sorted(several(connection, Acquisition), key=lambda each: each.reference.casefold())


def weapons_by_acquisition(desk: Desk) -> dict[str, int]:
    """Count the weapons of each acquisition file, by its id."""
    query = "SELECT acquisition, count(*) FROM weapon WHERE acquisition IS NOT NULL GROUP BY acquisition"
    with desk.read() as connection:
        return {row[0]: row[1] for row in connection.exec_driver_sql(query)}


def note(desk: Desk, log_kind: str, text: str, **details: Unpack[NoteDetails]) -> Changes:
    """Enter in the site log what was done: a count, drill, lock change, alarm test, visit, key check, lock-up.

    Raises:
        RuleError: the kind is unknown, the text is missing, it lies in the future, or a person or place is unknown.
    """
    if not text.strip():
        raise RuleError(_("Say what was done."))
    at = details.get("at") or format_instant(desk.now())
    if parse_instant(at) > desk.now():
        with desk.read() as connection:
            time = moment_shown(at, register_record(connection).time_zone)
        raise RuleError(_("{time} lies in the future. Give the time when it happened.").format(time=time))
    entry = LogNote(
        new_uuid7(desk.now()), log_kind, at, text,
        place=details.get("place"), people=tuple(details.get("people", ())), outcome=details.get("outcome"),
    )  # fmt: skip
    check_record(desk, entry)
    with desk.read() as connection:
        if len(found_ids(connection, "person", set(entry.people))) < len(set(entry.people)):
            raise RuleError(_("One of those who took part is not known to the register."))
    return carry_out(desk, plan(desk, "log.noted", [step("log.noted", None, entry)]))


def site_log(desk: Desk, since: str | None = None, kinds: Collection[str] = ()) -> list[LogNote]:
    """Return the notes of the site log since an instant, of some kinds or of all, the latest first.

    Raises:
        RuleError: there is no such kind of note.
    """
    known = desk.reference.lists["log_kinds"]
    if strange := [each for each in kinds if each not in known]:
        text = _("“{kind}” is no kind of note. It may be: {known}.")
        raise RuleError(text.format(kind=strange[0], known=", ".join(known)))
    with desk.read() as connection:
        found = several(connection, LogNote, "WHERE t.at >= ? ORDER BY t.at DESC, t.id DESC", (since or "",))
        return [each for each in found if not kinds or each.log_kind in kinds]


def last_of(desk: Desk, log_kind: str) -> LogNote | None:
    """Return the latest note of a kind, for what falls due after it; None where there is none."""
    with desk.read() as connection:
        return first(connection, LogNote, "WHERE t.log_kind = ? ORDER BY t.at DESC, t.id DESC", (log_kind,))


def _in_force(connection: Connection) -> Iterable[Holding]:
    return several(connection, Holding, "WHERE t.ended IS NULL ORDER BY t.id")


def _present(desk: Desk, connection: Connection) -> dict[tuple[str | None, str | None], int]:
    """Count state property and loans that the site answers for, by type and calibre."""
    held = {name for name, each in desk.standings.values[Standing.CUSTODY].items() if each.held_by != "end"}
    rows = connection.exec_driver_sql(
        "SELECT type, calibre, custody, legal, count(*) FROM weapon GROUP BY type, calibre, custody, legal"
    )
    counts: Counter[tuple[str | None, str | None]] = Counter()
    for type_, calibre, custody, legal, count in rows:
        if custody in held and legal in _OWNED:
            counts[type_, calibre] += count
    return dict(counts)


def _check_not_future(desk: Desk, day: str) -> None:
    if date.fromisoformat(day) > today(desk):
        raise RuleError(_("“{day}” lies in the future.").format(day=day))


def _check_details(details: Mapping[str, Any]) -> None:
    known = set(Acquisition.__dataclass_fields__) - {"id", "reference", "entry"}
    if strange := details.keys() - known:
        raise RuleError(_("An acquisition file has no {fields}.").format(fields=", ".join(sorted(strange))))


def _check_acquisition(desk: Desk, file: Acquisition) -> None:
    check_record(desk, file)
    if file.dated:
        _check_not_future(desk, file.dated)
    giver = file.consent_authority or file.supplier or file.donor
    if (file.consent_to_retransfer or file.consent_to_destroy) and not giver:
        raise RuleError(_("Say whose consent is needed."))
