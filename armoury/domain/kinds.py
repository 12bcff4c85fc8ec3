"""The kinds of subject a register keeps: what each records, which events befall it, what falls due.

This table is the one declaration from which `models` builds tables, `store` replays history, and bundles take their
schema. A new capability adds a record class and one `Kind` here, a migration, services and pages
(docs/adding-a-capability.md).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from armoury.domain.fields import FieldType
from armoury.domain.records import site
from armoury.domain.records.ammunition import AmmunitionItem, Lot, Voucher, VoucherLine
from armoury.domain.records.exchange import Bundle
from armoury.domain.records.intake import Intake
from armoury.domain.records.stocktake import Certificate, CountLine, Stocktake
from armoury.domain.records.weapon import Component, Serial, Weapon
from armoury.domain.serials import fold_serial, serial_key


@dataclass(frozen=True)
class Event:
    """Something that can befall a subject: its name in history, who may do it, and whether a second officer signs.

    Who approves needs the permission as well; where a rule is set aside, `confirmed_by` in its place, if one is named.
    """

    name: str
    permission: str
    second_officer: bool = False
    confirmed_by: str | None = None

    def approver_permission(self, *, overridden: bool) -> str:
        """Return what the second officer must be permitted to do."""
        return (self.confirmed_by if overridden else None) or self.permission


@dataclass(frozen=True)
class Code:
    """One thing that can be scanned or typed to find a subject."""

    scheme: str
    key: str
    fold: str


@dataclass(frozen=True)
class Derived:
    """A column that is computed from the record: kept for sorting and finding, recomputed by `check`."""

    name: str
    compute: Callable[[Any], str | int | None]
    form: FieldType = FieldType.TEXT


@dataclass(frozen=True)
class Duty:
    """A day on which something is owed for the subject."""

    name: str
    due: str
    """Name of the field that holds the day."""


@dataclass(frozen=True)
class Unfolded:
    """A list of parts whose items are also rows of a table of their own, so that they can be joined and summed.

    The list in the record stays what counts: the rows are written with it and `check` holds them against it.

    Attributes:
        field: the field that holds the list.
        part: dataclass of its items.
        table: name of the table; it begins with the columns `subject` and `position`.
        indexes: columns of each index; the last may stand there only so that the table need not be read for a sum.
    """

    field: str
    part: type[Any]
    table: str
    indexes: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Kind:
    """Everything that is declared about one kind of subject."""

    name: str
    record: type[Any]
    events: tuple[Event, ...]
    codes: Callable[[Any], Iterable[Code]] = lambda record: ()
    search_text: Callable[[Any], str] | None = None
    derived: tuple[Derived, ...] = ()
    indexes: tuple[str, ...] = ()
    """Columns that lists sort and filter by."""
    duties: tuple[Duty, ...] = ()
    unfolded: Unfolded | None = None

    def event(self, name: str) -> Event:
        """Return the declaration of `weapon.corrected` and its like.

        Raises:
            KeyError: the kind has no such event.
        """
        return next(each for each in self.events if each.name == name)


def _plain(scheme: str, text: str | None) -> Iterable[Code]:
    if text:
        key = serial_key(text) or text
        yield Code(scheme, key, fold_serial(text) or key)


def _tagged(record: Any) -> Iterable[Code]:
    yield Code("tag", record.tag, record.tag)


def _numbers(items: Iterable[Serial | Component]) -> Iterable[Code]:
    for item in items:
        yield from _plain("serial", item.text if isinstance(item, Serial) else item.serial)


def _weapon_codes(weapon: Weapon) -> Iterable[Code]:
    yield from _tagged(weapon)
    yield from _plain("serial", weapon.serial)
    yield from _plain("symbol", weapon.symbol_code)
    yield from _numbers(weapon.serials)
    yield from _numbers(weapon.components)
    yield from _plain("butt", weapon.butt_number)
    yield from _plain("bag", weapon.bag_number)
    yield from _plain("seal", weapon.seal_number)
    yield from _plain("exhibit", weapon.exhibit_number)


def _weapon_text(weapon: Weapon) -> str:
    numbers = [
        weapon.serial, weapon.symbol_code, weapon.butt_number, weapon.exhibit_number, weapon.bag_number,
        weapon.seal_number, *(each.text for each in weapon.serials), *(each.serial for each in weapon.components),
    ]  # fmt: skip
    parts = [
        weapon.tag, str(weapon.number), weapon.maker, weapon.maker_text, weapon.model, weapon.model_text,
        weapon.variant, weapon.calibre, weapon.calibre_text, weapon.type, weapon.type_text, weapon.unit,
        weapon.case_number, weapon.features, weapon.remarks, *numbers,
        # A number is also found as people type it, without the spaces and strokes that it is marked with.
        *(serial_key(each) for each in numbers if each and not (each.isascii() and each.isalnum())),
    ]  # fmt: skip
    return "\n".join(each for each in parts if each)


def _sortable(chosen: str | None, written: str | None) -> str | None:
    return chosen or (written.casefold() if written else None)


def _place_codes(place: site.Place) -> Iterable[Code]:
    yield from _tagged(place)
    yield from _plain("place", place.code)


def _person_codes(person: site.Person) -> Iterable[Code]:
    yield from _tagged(person)
    yield from _plain("badge", person.badge)


WEAPON = Kind(
    "weapon",
    Weapon,
    (
        Event("weapon.registered", "weapons.register", confirmed_by="weapons.duplicate"),
        Event("weapon.corrected", "weapons.correct", confirmed_by="weapons.duplicate"),
        Event("weapon.sighted", "weapons.sight"),
        Event("weapon.placed", "weapons.move"),
        Event("weapon.issued", "weapons.issue"),
        Event("weapon.returned", "weapons.issue"),
        Event("weapon.sent", "weapons.move"),
        Event("weapon.received", "weapons.move"),
        Event("weapon.missing", "weapons.report"),
        Event("weapon.found_again", "weapons.report"),
        Event("weapon.gone", "weapons.dispose", second_officer=True),
        Event("weapon.legal_changed", "weapons.legal"),
        Event("weapon.retained", "weapons.legal", second_officer=True),
        Event("weapon.examined", "weapons.examine"),
        Event("weapon.planned", "weapons.plan"),
        Event("weapon.purged", "people.purge", second_officer=True),
    ),
    codes=_weapon_codes,
    search_text=_weapon_text,
    derived=(
        Derived("serial_key", lambda w: serial_key(w.serial) if w.serial else None),
        Derived("maker_sort", lambda w: _sortable(w.maker, w.maker_text)),
        Derived("model_sort", lambda w: _sortable(w.model, w.model_text)),
        Derived("calibre_sort", lambda w: _sortable(w.calibre, w.calibre_text)),
    ),
    indexes=(
        "tag", "serial_key", "maker_sort", "model_sort", "calibre_sort", "place", "holder", "type",
        "custody", "legal", "fitness", "plan", "last_sighted",
    ),
    duties=(Duty("return", "due_back"), Duty("safekeeping_review", "review_date"), Duty("court", "next_court_date")),
)  # fmt: skip

PLACE = Kind(
    "place",
    site.Place,
    (Event("place.added", "places.change"), Event("place.changed", "places.change")),
    codes=_place_codes,
    indexes=("parent",),
)

PERSON = Kind(
    "person",
    site.Person,
    (
        Event("person.added", "people.change"),
        Event("person.changed", "people.change"),
        Event("person.purged", "people.purge", second_officer=True),
        Event("officer.added", "officers.change", second_officer=True),
        Event("officer.removed", "officers.change", second_officer=True),
        Event("officer.reset", "officers.change", second_officer=True),
        Event("officer.roles_changed", "officers.change", second_officer=True),
        Event("officer.passphrase_changed", "own.passphrase"),
    ),
    codes=_person_codes,
)

REGISTER = Kind(
    "register",
    site.RegisterRecord,
    (
        Event("register.created", "register.create", second_officer=True),
        Event("register.changed", "register.change", second_officer=True),
        Event("register.restored", "register.restore", second_officer=True),
        Event("register.site_key_changed", "register.keys", second_officer=True),
        Event("register.recovery_key_changed", "register.keys", second_officer=True),
    ),
)

PROFILE = Kind(
    "site",
    site.SiteProfile,
    (Event("site.described", "site.change"), Event("site.purged", "people.purge", second_officer=True)),
)

HOLDING = Kind(
    "holding", site.Holding, (Event("holding.authorised", "scale.change"), Event("holding.ended", "scale.change"))
)

ACQUISITION = Kind(
    "acquisition",
    site.Acquisition,
    (Event("acquisition.opened", "acquisitions.change"), Event("acquisition.changed", "acquisitions.change")),
)


def _item_codes(item: AmmunitionItem) -> Iterable[Code]:
    yield from _tagged(item)
    yield from _plain("item", item.code)
    yield from _plain("stock_number", item.stock_number)


def _lot_codes(lot: Lot) -> Iterable[Code]:
    yield from _tagged(lot)
    yield from _plain("lot", lot.lot_number)


AMMUNITION = Kind(
    "ammunition",
    AmmunitionItem,
    (Event("ammunition.added", "ammunition.change"), Event("ammunition.corrected", "ammunition.change")),
    codes=_item_codes,
    indexes=("calibre", "hazard_division"),
)

LOT = Kind(
    "lot",
    Lot,
    (
        Event("lot.added", "ammunition.change"),
        Event("lot.corrected", "ammunition.change"),
        Event("lot.released", "ammunition.change", second_officer=True),
    ),
    codes=_lot_codes,
    indexes=("item", "expires", "condition"),
)

VOUCHER = Kind(
    "voucher",
    Voucher,
    (
        Event("voucher.received", "ammunition.change", second_officer=True),
        Event("voucher.issued", "ammunition.issue", second_officer=True),
        Event("voucher.returned", "ammunition.issue", second_officer=True),
        Event("voucher.moved", "ammunition.change", second_officer=True),
        Event("voucher.adjusted", "ammunition.adjust", second_officer=True),
        Event("voucher.destroyed", "ammunition.destroy", second_officer=True),
        Event("voucher.reversed", "ammunition.adjust", second_officer=True),
        Event("voucher.purged", "people.purge", second_officer=True),
    ),
    indexes=("day", "document", "issue"),
    unfolded=Unfolded(
        "lines", VoucherLine, "voucher_line", (("lot", "place", "quantity"), ("place", "lot", "quantity"))
    ),
)

LOG = Kind("log", site.LogNote, (Event("log.noted", "log.write"),), indexes=("at",))

EDITION = Kind("edition", site.Edition, (Event("edition.adopted", "reference.change", second_officer=True),))

EVIDENCE = Kind(
    "evidence",
    site.Evidence,
    (Event("evidence.added", "evidence.add"), Event("evidence.withdrawn", "evidence.withdraw")),
    indexes=("subject",),
)

INTAKE = Kind("intake", Intake, (Event("intake.applied", "weapons.import"),), indexes=("sha256",))

STOCKTAKE = Kind(
    "stocktake",
    Stocktake,
    (
        Event("stocktake.opened", "stocktake.open"),
        Event("stocktake.abandoned", "stocktake.open"),
        Event("stocktake.closed", "stocktake.close", second_officer=True),
        Event("stocktake.certified", "certificates.issue"),
    ),
)

COUNT_LINE = Kind(
    "count_line",
    CountLine,
    (
        Event("count_line.found", "stocktake.count"),
        Event("count_line.settled", "stocktake.count"),
        Event("count_line.struck", "stocktake.count"),
        Event("count_line.not_seen", "stocktake.close"),
    ),
    derived=(Derived("text_key", lambda line: (serial_key(line.text) or line.text) if line.text else None),),
    indexes=("stocktake", "weapon", "text_key"),
)

CERTIFICATE = Kind(
    "certificate",
    Certificate,
    (
        Event("certificate.prepared", "certificates.issue"),
        Event("certificate.issued", "certificates.issue"),
        Event("certificate.voided", "certificates.issue"),
    ),
    indexes=("subject",),
)

BUNDLE = Kind(
    "bundle",
    Bundle,
    (
        Event("bundle.prepared", "bundles.export"),
        Event("bundle.exported", "bundles.export"),
        Event("bundle.abandoned", "bundles.export"),
    ),
    indexes=("sequence",),
)

STOCKTAKING = (STOCKTAKE, COUNT_LINE, CERTIFICATE)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (REGISTER, PERSON, PLACE, PROFILE, ACQUISITION, HOLDING, WEAPON, AMMUNITION, LOT, VOUCHER,
                 *STOCKTAKING, EVIDENCE, LOG, EDITION, INTAKE, BUNDLE)
}  # fmt: skip
"""All kinds, in the order in which their tables can be filled."""
