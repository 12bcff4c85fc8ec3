"""`armoury find`: what a scan means, and any part of a text in all weapons, with filters."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import click

from armoury.cli.output import plain, say, say_json, say_table, tell
from armoury.cli.session import Door, at_desk, at_register, zone_of
from armoury.cli.subjects import hit_words, subject
from armoury.cli.words import moment_words
from armoury.domain.matching import match_calibre, match_maker, match_type
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.desk import Desk
from armoury.services.filters import check_filters
from armoury.services.former import Former, former_serials
from armoury.services.lists import WeaponLine, list_ids, page
from armoury.services.lookup import Closeness, Found, WeaponCard
from armoury.services.lookup import find as look_up
from armoury.services.places import place_by_code
from armoury.services.searching import Query, Result, search

_SCAN_ONLY_SHOWN = 10
_MANY = ("custody", "legal", "fitness", "plan")
_MATCHED = {"type": match_type, "maker": match_maker, "calibre": match_calibre}
_FLAGS = ("high_risk", "claimed", "museum", "temporary", "not_authentic")


@dataclass(frozen=True)
class _Shown:
    """Lines of weapons: those that the scan means, those that hold the words, those that only look alike."""

    meant: list[WeaponLine]
    lines: list[WeaponLine]
    alike: list[WeaponLine]


@click.command(help=_("Find by a scan (tag, serial, butt number, seal, place, badge) or by parts of TEXT; "
                      "* and ? stand for signs that cannot be read. Without TEXT all weapons are listed."))  # fmt: skip
@click.argument("text", nargs=-1)
@click.option("--custody", multiple=True, metavar="VALUE", help=_("Only with this custody, such as in_store."))
@click.option("--legal", multiple=True, metavar="VALUE", help=_("Only with this legal standing, such as exhibit."))
@click.option("--fitness", multiple=True, metavar="VALUE", help=_("Only with this fitness."))
@click.option("--plan", multiple=True, metavar="VALUE", help=_("Only with this plan, such as to_destroy."))
@click.option("--type", multiple=True, metavar="NAME", help=_("Only of this type."))
@click.option("--maker", multiple=True, metavar="NAME", help=_("Only by this maker."))
@click.option("--calibre", multiple=True, metavar="NAME", help=_("Only of this calibre."))
@click.option("--place", metavar="CODE", help=_("Only in this place and all places inside it."))
@click.option("--holder", metavar="BADGE", help=_("Only with this person."))
@click.option("--made", nargs=2, metavar="FROM TO", help=_("Only made between two days; - leaves one open."))
@click.option("--received", nargs=2, metavar="FROM TO", help=_("Only received between two days."))
@click.option("--sighted", nargs=2, metavar="FROM TO", help=_("Only last sighted between two days."))
@click.option("--high-risk/--no-high-risk", default=None, help=_("Only of a high-risk category, or of none."))
@click.option("--claimed/--no-claimed", default=None, help=_("Only claimed by a book, or only sighted."))
@click.option("--museum/--no-museum", default=None, help=_("Only museum pieces, or none."))
@click.option("--temporary/--no-temporary", default=None, help=_("Only temporary imports, or none."))
@click.option("--not-authentic/--no-not-authentic", default=None, help=_("Only with false markings, or none."))
@click.option("--former", is_flag=True, help=_("Also weapons whose serial was corrected from TEXT."))
@click.option("--sort", default="number", show_default=True, metavar="COLUMN", help=_("Sort by this column."))
@click.option("--descending", is_flag=True, help=_("The other way round."))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000_000), help=_("At most so many."))
@at_register()
def find(door: Door, text: tuple[str, ...], limit: int, former: bool, **filters: Any) -> None:
    """Find things."""
    typed = " ".join(text)
    with at_desk(door) as desk:
        query = _query(desk, typed, filters)
        check_filters(desk, query)
        bare = query == Query(text=typed)
        scanned = look_up(desk, typed) if typed and bare else None
        result = search(desk, query, limit) if typed else _all(desk, query, limit)
        shown, zone = _shown(desk, scanned, result), zone_of(desk)
        once = former_serials(desk, typed) if former else ()
        lines = {each.number: each for each in page(desk, list(dict.fromkeys(each.number for each in once)))}
    if door.json:
        say_json({**_as_json(scanned, result, shown), "former": [asdict(each) for each in once]})
        return
    _report(scanned, result, shown, zone)
    _say_former(once, lines)


def _say_former(once: Iterable[Former], lines: Mapping[int, WeaponLine]) -> None:
    for each in once:
        text = _("{tag} had the serial {former} once; entry {entry} corrected it to {serial}.")
        line = lines[each.number]
        said = {"tag": printed_tag(line.tag), "former": each.serial, "entry": each.entry}
        say(text.format(**said, serial=line.serial or _("none")))


def _query(desk: Desk, typed: str, filters: dict[str, Any]) -> Query:
    place, holder = filters["place"], filters["holder"]
    chosen: dict[str, Any] = {name: filters[name] for name in (*_MANY, *_FLAGS)}
    chosen.update((name, _days(filters[name])) for name in ("made", "received", "sighted"))
    for name, match in _MATCHED.items():
        found = ((each, match(each, desk.reference)) for each in filters[name])
        chosen[name] = tuple(near.id if near and near.how != "near" else each.casefold() for each, near in found)
    return Query(
        text=typed,
        place=place_by_code(desk, place).id if place else None,
        holder=subject(desk, holder, "person").id if holder else None,
        sort=filters["sort"].replace("-", "_"),
        descending=filters["descending"],
        **chosen,
    )


def _days(given: tuple[str, str] | None) -> tuple[str | None, str | None]:
    first, last = given or ("-", "-")
    return (None if first == "-" else first, None if last == "-" else last)


def _all(desk: Desk, query: Query, limit: int) -> Result:
    """List without text: however many there are, they are counted and sorted."""
    numbers = list_ids(desk, query)
    said = _("{count} weapons.").format(count=len(numbers))
    return Result(tuple(numbers[:limit]), len(numbers), True, said)


def _shown(desk: Desk, scanned: Found | None, result: Result) -> _Shown:
    """Fetch the lines: what the scan means, what holds the words, and what only looks alike and is neither."""
    meant, near = list[int](), list[int]()
    for each in scanned.hits if scanned else ():
        if isinstance(each.found, WeaponCard):
            (near if each.closeness is Closeness.LOOK_ALIKE else meant).append(each.found.weapon.number)
    taken = {*meant, *result.ids}
    alike = [number for number in dict.fromkeys([*result.look_alikes, *near]) if number not in taken]
    return _Shown(page(desk, meant), page(desk, result.ids), page(desk, alike))


def _report(scanned: Found | None, result: Result, shown: _Shown, zone: str) -> None:
    others = [each for each in scanned.hits if each.kind != "weapon"] if scanned else []
    for hit in others[:_SCAN_ONLY_SHOWN]:
        say(hit_words(hit))
    _say_apart(shown, zone)
    if shown.lines or not (others or shown.meant):
        tell(result.said)
    if shown.alike:
        say(_("Looks like it:"))
        _say_lines(shown.alike, zone)
    if result.total is None or result.total > len(shown.lines) > 0:
        tell(_("Shown: the first {count}. More with --limit.").format(count=len(shown.lines)))


def _say_apart(shown: _Shown, zone: str) -> None:
    """What the scan means comes first, and what only holds the words apart from it."""
    meant = {each.number for each in shown.meant}
    rest = [each for each in shown.lines if each.number not in meant]
    if meant and rest:
        say(_("Meant by the scan:"))
    if meant:
        _say_lines(shown.meant, zone)
    if meant and rest:
        say(_("Only holds the words:"))
    if rest:
        _say_lines(rest, zone)


def _say_lines(lines: list[WeaponLine], zone: str) -> None:
    headings = [_("No."), _("Tag"), _("Serial"), _("Maker"), _("Model"), _("Calibre"), _("Custody"), _("Where"),
                _("Sighted")]  # fmt: skip
    say_table(headings, [_row(each, zone) for each in lines])


def _row(line: WeaponLine, zone: str) -> tuple[object, ...]:
    return (
        line.number, printed_tag(line.tag), line.serial, line.maker_text or line.maker, line.model_text or line.model,
        line.calibre_text or line.calibre, line.custody.replace("_", " "), line.place_code or line.holder_name,
        moment_words(line.last_sighted, zone)[:10],
    )  # fmt: skip


def _as_json(scanned: Found | None, result: Result, shown: _Shown) -> dict[str, Any]:
    hits = [
        {"kind": each.kind, "id": each.id, "scheme": each.scheme, "closeness": each.closeness.name.lower()}
        for each in (scanned.hits if scanned else ())
    ]
    return {
        "scan": hits,
        "said": result.said,
        "sorted": result.sorted,
        "total": result.total,
        "scan_weapons": [plain(asdict(each)) for each in shown.meant],
        "weapons": [plain(asdict(each)) for each in shown.lines],
        "look_alikes": [plain(asdict(each)) for each in shown.alike],
    }
