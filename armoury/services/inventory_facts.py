"""What a certificate over a stock-take says, read from the history as it stood when the stock-take was closed.

Weapons, places, people, register and site are described as they were at that moment, so the same stock-take gives the
same facts for ever, whatever is entered later. Names of people come from beside the history, unless they were purged.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from armoury.documents.inventory import Hand, Holder, Inventory, Item, Member, Remark, Scope, TypeCount
from armoury.domain.count_lists import BookWeapon, Listed, Lists
from armoury.domain.errors import IntegrityError
from armoury.domain.record_form import from_json
from armoury.domain.records.site import Person
from armoury.domain.records.stocktake import Stocktake
from armoury.domain.reference import label
from armoury.domain.standings import Standing
from armoury.domain.stocktakes import CUSTODY_FIRST, REASONS, Outcome, Reason
from armoury.i18n import _
from armoury.services.count_lists import lists_at, records_after
from armoury.services.desk import Desk
from armoury.services.stocktakes import person_name


def inventory_facts(desk: Desk, connection: Connection, stocktake: Stocktake, language: str) -> Inventory:
    """Return what a certificate over a closed stock-take says.

    Args:
        desk: who asks.
        connection: one moment of the register.
        stocktake: a closed one.
        language: of the certificate; types, makers and models are named in it where they have such a name.

    Raises:
        IntegrityError: the lists are no longer those that it was closed with.
    """
    closing = _Closing(desk, connection, stocktake, language)
    lists = lists_at(desk, connection, stocktake, upto=closing.entry)
    _check_sums(stocktake, lists)
    unsure = [each for each in lists.floor_only if each.lines[0].outcome == Outcome.UNSURE]
    known = [each for each in lists.floor_only if each.lines[0].outcome != Outcome.UNSURE]
    return Inventory(
        baseline=stocktake.baseline,
        stocktake=stocktake.reference,
        holder=closing.holder(),
        scope=closing.scope(),
        opened=closing.hand("stocktake.opened"),
        closed=closing.hand("stocktake.closed"),
        board=tuple(closing.board()),
        override=stocktake.override,
        both=len(lists.both) - lists.outside,
        outside=lists.outside,
        struck=len(lists.struck),
        types=tuple(closing.types(lists)),
        remarks=tuple(_remarks(lists.both)),
        book_only=tuple(closing.item(each, lists) for each in lists.book_only),
        elsewhere=tuple(closing.item(each, lists) for each in lists.elsewhere),
        not_in_book=tuple(closing.item(each, lists) for each in known),
        unsure=tuple(closing.item(each, lists) for each in unsure),
    )


class _Closing:
    """The register as it was when a stock-take was closed."""

    def __init__(self, desk: Desk, connection: Connection, stocktake: Stocktake, language: str) -> None:
        """Find the entry in which it was closed."""
        self._connection = connection
        self._stocktake = stocktake
        self._language = language
        self._reference = desk.reference
        self._custody = {id_: value.name for id_, value in desk.standings.values[Standing.CUSTODY].items()}
        self._legal = {id_: value.name for id_, value in desk.standings.values[Standing.LEGAL].items()}
        self._events = self._entries()
        self.entry = self._events["stocktake.closed"][0]

    def holder(self) -> Holder:
        """Tell whose inventory it is."""
        (register,) = self._after("register", self._ids("register"))
        profile: Mapping[str, Any] = next(iter(self._after("site", self._ids("site"))), {})
        return Holder(
            register=register["name"],
            register_id=register["id"],
            site=register["site"],
            country=self._label("countries", register["country"]),
            zone=register["time_zone"],
            agency=self._label("agencies", profile.get("agency")) or None,
            address=profile.get("address"),
        )

    def scope(self) -> Scope:
        """Name what it was about."""
        stocktake = self._stocktake
        places = {each["id"]: f"{each['code']} {each['name']}" for each in self._after("place", stocktake.places)}
        return Scope(
            places=tuple(places.get(each, each) for each in stocktake.places),
            types=tuple(_capital(self._label("types", each)) for each in stocktake.types),
            legal=tuple(self._legal.get(each, each) for each in stocktake.legal),
        )

    def hand(self, event: str) -> Hand:
        """Tell when something was done to the stock-take, by whom, and who approved it."""
        _seq, entry = self._events[event]
        approvers = [each["statement"]["officer"] for each in entry.get("approvals", ())]
        names = self._names([entry["actor"], *approvers])
        others = tuple(dict.fromkeys(names[each] for each in approvers if each != entry["actor"]))
        return Hand(entry["recorded_at"], names[entry["actor"]], others)

    def board(self) -> Iterator[Member]:
        """Give the board as it was, who presided first."""
        people = {each["id"]: each for each in self._after("person", self._stocktake.board)}
        overrides = self._events["stocktake.opened"][1].get("overrides", ())
        set_aside = dict(zip(self._stocktake.keepers, overrides, strict=False))
        for id_ in self._stocktake.board:
            person = from_json(Person, people[id_])
            yield Member(
                known_as=person_name(person), name=self._name(person.personal), personal=person.personal,
                rank=person.rank, roles=person.roles, set_aside=set_aside.get(id_),
            )  # fmt: skip

    def types(self, lists: Lists) -> Iterator[TypeCount]:
        """Count the weapons of the scope by type, those without a known one last."""
        parts = ([each for each in lists.both if each.in_scope], lists.book_only, lists.elsewhere)
        counts = [Counter(self._type(each.weapon) for each in part if each.weapon) for part in parts]
        names = sorted({name for each in counts for name in each}, key=lambda name: (not name, name.casefold(), name))
        for name in names:
            yield TypeCount(name, *(each[name] for each in counts))

    def item(self, listed: Listed, lists: Lists) -> Item:
        """Return one line of a list."""
        line = listed.lines[0]
        found = Hand(line.at, lists.people.get(line.counted_by, "?")) if line.text is not None else None
        place = lists.places.get((line.book_place if found is None else line.place) or "")
        reasons = tuple(self._named(each) for each in listed.reasons)
        common = Item(line=line.line, place=place, found=found, reasons=reasons)
        return self._known(common, listed.weapon) if listed.weapon else replace(common, serial=line.text)

    def _known(self, item: Item, weapon: BookWeapon) -> Item:
        position = weapon.position if item.place and not item.found else None
        return replace(
            item,
            tag=weapon.tag,
            place=f"{item.place} {position}" if position else item.place,
            serial=weapon.serial or weapon.symbol_code,
            serial_status=weapon.serial_status if weapon.serial_status != "ok" else None,
            maker=weapon.maker_text or self._label("makers", weapon.maker) or None,
            model=weapon.model_text or self._label("models", weapon.model) or self._type(weapon) or None,
        )

    def _named(self, reason: Reason) -> Reason:
        """Return a reason that names a custody instead of its id."""
        if reason.code not in CUSTODY_FIRST or not reason.about:
            return reason
        first, *others = reason.about
        return Reason(reason.code, (self._custody.get(first, first), *others))

    def _type(self, weapon: BookWeapon) -> str:
        return _capital(self._label("types", weapon.type) or weapon.type_text or "")

    def _label(self, dataset: str, id_: str | None) -> str:
        if not id_:
            return ""
        entry = self._reference.dataset(dataset).get(id_)
        return label(entry, self._language) if entry else id_

    def _entries(self) -> dict[str, tuple[int, Mapping[str, Any]]]:
        """Return the entries of the stock-take by event, each with its number."""
        query = "SELECT kind, seq, body FROM entry WHERE subject_kind = 'stocktake' AND subject = ? ORDER BY seq"
        rows = self._connection.exec_driver_sql(query, (self._stocktake.id,))
        return {kind: (seq, json.loads(body)) for kind, seq, body in rows}

    def _ids(self, kind: str) -> list[str]:
        query = "SELECT DISTINCT subject FROM entry WHERE subject_kind = ? ORDER BY seq"
        return [row[0] for row in self._connection.exec_driver_sql(query, (kind,))]

    def _after(self, kind: str, ids: Sequence[str]) -> list[Mapping[str, Any]]:
        return [after for _id, after in records_after(self._connection, kind, ids, self.entry)]

    def _names(self, people: Sequence[str]) -> dict[str, str]:
        found = records_after(self._connection, "person", people, self.entry)
        return dict.fromkeys(people, "?") | {id_: person_name(from_json(Person, after)) for id_, after in found}

    def _name(self, digest: str | None) -> str | None:
        """Return the name that a digest of the history stands for, unless it was purged."""
        row = self._connection.exec_driver_sql("SELECT content FROM personal WHERE digest = ?", (digest,)).first()
        return json.loads(row[0]).get("name") if row is not None and row[0] is not None else None


def _capital(name: str) -> str:
    """Return a name as the first word of a line; reference data of some languages begin it small."""
    return name[:1].upper() + name[1:]


def _remarks(both: Sequence[Listed]) -> Iterator[Remark]:
    """Count the weapons of the first list that have each remark, in the order of the declared remarks."""
    counts = Counter(code for each in both for code in {reason.code for reason in each.reasons})
    for code in (*(each for each in REASONS if each in counts), *sorted(set(counts) - set(REASONS))):
        yield Remark(code, counts[code])


def _check_sums(stocktake: Stocktake, lists: Lists) -> None:
    """Check that the lists are those that the stock-take was closed with.

    Raises:
        IntegrityError: they are not.
    """
    now = (lists.book, len(lists.both), len(lists.book_only), len(lists.elsewhere), len(lists.floor_only),
           lists.outside)  # fmt: skip
    then = (stocktake.book, stocktake.both, stocktake.book_only, stocktake.elsewhere, stocktake.floor_only,
            stocktake.outside)  # fmt: skip
    if now != then:
        text = _("The lists of the stock-take {reference} are no longer those it was closed with. Run: armoury check")
        raise IntegrityError(text.format(reference=stocktake.reference))
