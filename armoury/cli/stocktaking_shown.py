"""How stock-takes are shown: the answer to each scan, the three lists, totals; as lines and as JSON."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from armoury.cli.output import clean, plain, say, say_table, tell
from armoury.cli.subjects import hit_words
from armoury.cli.words import moment_words, value_words
from armoury.domain.count_lists import Listed, Lists
from armoury.domain.records.site import Place
from armoury.domain.records.stocktake import Certificate, Stocktake
from armoury.domain.standings import Standing
from armoury.domain.stocktakes import State, reason_words
from armoury.domain.tags import printed_tag
from armoury.i18n import _, ngettext
from armoury.services.certificates import certificates_over
from armoury.services.counting import Answer, Verdict, counted
from armoury.services.desk import Desk
from armoury.services.lookup import Hit, WeaponCard
from armoury.services.places import place_of
from armoury.services.stocktakes import board_of, person_name

LISTS = ("both", "book_only", "elsewhere", "floor_only")
"""The names of the lists, in the order in which they are shown."""

_TITLES = {
    "both": lambda: _("In the book and on the floor"),
    "book_only": lambda: _("In the book only: lies here by the book, not seen"),
    "elsewhere": lambda: _("Elsewhere by the book, or sighted in another act"),
    "floor_only": lambda: _("On the floor only, or not to be told which"),
}
_ANSWERS = {
    Answer.SEEN: lambda: _("seen"),
    Answer.AGAIN: lambda: _("again"),
    Answer.SAME: lambda: _("same"),
    Answer.UNSURE: lambda: _("unsure"),
    Answer.NOT_IN_BOOK: lambda: _("not in book"),
    Answer.PLACE: lambda: _("place"),
    Answer.NO_WEAPON: lambda: _("no weapon"),
    Answer.REFUSED: lambda: _("refused"),
}
_WIDE = 12


def say_verdict(verdict: Verdict) -> None:
    """Answer one scan at once, in a line; what it may be stands below."""
    line = _("line {line}").format(line=verdict.line.line) if verdict.line else ""
    about = verdict.problem or (hit_words(verdict.hit) if verdict.hit else "")
    parts = (_ANSWERS[verdict.answer]().ljust(_WIDE), clean(verdict.text), about, line)
    say("  ".join(part for part in parts if part))
    for each in verdict.candidates:
        say(" " * (_WIDE + 2) + "? " + hit_words(each))


def say_counts(verdicts: Iterable[Verdict], place: Place | None) -> None:
    """Sum up beside the answers what was said, and where the counter stands."""
    counts = Counter(each.answer for each in verdicts)
    said = ", ".join(f"{counts[each]} {_ANSWERS[each]()}" for each in Answer if counts[each])
    tell(_("Scanned: {counts}.").format(counts=said or _("nothing")))
    if place is not None:
        tell(_("You stand at {code} {name}.").format(code=place.code, name=place.name))


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """Return an answer as JSON values."""
    return plain(
        {
            "text": verdict.text,
            "answer": verdict.answer.value,
            "line": verdict.line.line if verdict.line else None,
            "hit": _hit_json(verdict.hit) if verdict.hit else None,
            "candidates": [_hit_json(each) for each in verdict.candidates] or None,
            "problem": verdict.problem or None,
        }
    )


def _hit_json(hit: Hit) -> dict[str, Any]:
    record: Any = hit.found.weapon if isinstance(hit.found, WeaponCard) else hit.found
    return plain(
        {
            "kind": hit.kind,
            "tag": record.tag,
            "serial": getattr(record, "serial", None),
            "code": getattr(record, "code", None),
            "scheme": hit.scheme,
        }
    )


def say_lists(desk: Desk, stocktake: Stocktake, lists: Lists, only: Sequence[str], zone: str) -> None:
    """Write the lists: those that are named line by line, the others as a count."""
    heading = _("{reference}, {state}").format(reference=stocktake.reference, state=state_words(stocktake.state))
    say(heading)
    for name in LISTS:
        items: tuple[Listed, ...] = getattr(lists, name)
        count = ngettext("{count} line", "{count} lines", len(items)).format(count=len(items))
        say(f"{_TITLES[name]()}: {count}")
        if name in only and items:
            headings = [_("Line"), _("Tag"), _("Serial, or what was found"), _("Maker"), _("Model"), _("Place"),
                        _("Found"), _("Remarks")]  # fmt: skip
            say_table(headings, [_row(desk, lists, each, zone) for each in items])
    if lists.struck:
        number = len(lists.struck)
        say(ngettext("{count} line was struck.", "{count} lines were struck.", number).format(count=number))


def _row(desk: Desk, lists: Lists, item: Listed, zone: str) -> tuple[object, ...]:
    line, weapon = item.lines[0], item.weapon
    found = line.text is not None
    return (
        ", ".join(str(each.line) for each in item.lines),
        printed_tag(weapon.tag) if weapon else "",
        weapon.serial if weapon else line.text,
        weapon and (weapon.maker_text or weapon.maker),
        weapon and (weapon.model_text or weapon.model),
        lists.places.get((line.place if found else line.book_place) or ""),
        moment_words(line.at, zone) if found else "",
        "; ".join(_reasons(desk, item)),
    )


def _reasons(desk: Desk, item: Listed) -> Iterator[str]:
    custody = desk.standings.values[Standing.CUSTODY]
    for each in item.reasons:
        yield reason_words(each, _, lambda id_: custody[id_].name if id_ in custody else id_)


def lists_json(stocktake: Stocktake, lists: Lists) -> dict[str, Any]:
    """Return the lists as JSON values."""
    return {
        "reference": stocktake.reference,
        "state": stocktake.state,
        "book": lists.book,
        "outside": lists.outside,
        "struck": [each.line for each in lists.struck],
        **{name: [_item_json(lists, each) for each in getattr(lists, name)] for name in LISTS},
    }


def _item_json(lists: Lists, item: Listed) -> dict[str, Any]:
    line, weapon = item.lines[0], item.weapon
    place = line.place if line.text is not None else line.book_place
    return plain(
        {
            "lines": [each.line for each in item.lines],
            "text": line.text,
            "tag": weapon.tag if weapon else None,
            "serial": weapon.serial if weapon else None,
            "maker": (weapon.maker_text or weapon.maker) if weapon else None,
            "model": (weapon.model_text or weapon.model) if weapon else None,
            "place": lists.places.get(place or ""),
            "in_scope": item.in_scope,
            "reasons": [{"code": each.code, "about": list(each.about)} for each in item.reasons],
        }
    )


def total_lines(totals: Mapping[str, int | None]) -> list[tuple[str, str]]:
    """Return totals with their labels."""
    labels = {"book": _("In the book, of the scope"), **{name: _TITLES[name]() for name in LISTS},
              "outside": _("Of the first list, outside the scope")}  # fmt: skip
    return [(label, str(totals[name])) for name, label in labels.items() if totals.get(name) is not None]


def totals_of(lists: Lists) -> dict[str, int | None]:
    """Return the totals of lists, as a closed stock-take holds them."""
    return {"book": lists.book, "outside": lists.outside, **{name: len(getattr(lists, name)) for name in LISTS}}


def recorded_totals(stocktake: Stocktake) -> dict[str, int | None]:
    """Return the totals that a stock-take was closed with; None for each of an open one."""
    return {name: getattr(stocktake, name) for name in ("book", *LISTS, "outside")}


def state_words(state: str) -> str:
    """Say where a stock-take stands."""
    words = {State.OPEN: _("open"), State.CLOSED: _("closed"), State.VOID: _("given up")}
    return words.get(State(state), state)


def brief_json(stocktake: Stocktake) -> dict[str, Any]:
    """Return the record of a stock-take and its totals as JSON values."""
    names = ("id", "reference", "state", "baseline", "opened_at", "closed_at", "override", "void", "certificate")
    return plain({**{name: getattr(stocktake, name) for name in names}, **recorded_totals(stocktake)})


def stocktake_json(desk: Desk, stocktake: Stocktake) -> dict[str, Any]:
    """Return a stock-take as JSON values: with board, scope, number of lines by outcome, and certificates."""
    return {
        **brief_json(stocktake),
        "board": [person_name(each) for each in board_of(desk, stocktake)],
        "places": [place_of(desk, each).code for each in stocktake.places],
        "types": list(stocktake.types),
        "legal": list(stocktake.legal),
        "lines": counted(desk, stocktake),
        "certificates": [certificate_json(each) for each in certificates_over(desk, stocktake)],
    }


def certificate_json(certificate: Certificate) -> dict[str, Any]:
    """Return a certificate as JSON values."""
    names = ("id", "reference", "state", "language", "classification", "prepared_at", "issued_at", "sha256", "void")
    return plain({name: getattr(certificate, name) for name in names})


def card_of(about: Mapping[str, Any], stocktake: Stocktake, zone: str) -> list[tuple[str, str]]:
    """Return the lines of a stock-take's card, from what `stocktake_json` said of it."""
    scope = [*about["places"], *about["types"], *about["legal"]]
    return [
        (_("State"), state_words(stocktake.state)),
        (_("Baseline"), value_words(stocktake.baseline)),
        (_("Scope"), ", ".join(scope) or _("the whole site")),
        (_("Board"), ", ".join(about["board"])),
        (_("Override"), stocktake.override or ""),
        (_("Opened"), moment_words(stocktake.opened_at, zone)),
        (_("Closed"), moment_words(stocktake.closed_at, zone)),
        (_("Given up"), stocktake.void or ""),
        (_("Lines"), ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in about["lines"].items())),
        *total_lines(recorded_totals(stocktake)),
        *((_("Certificate"), " ".join((each["reference"], each["state"]))) for each in about["certificates"]),
    ]


def say_all(found: Sequence[Stocktake], zone: str) -> None:
    """Write a line for each stock-take."""
    if not found:
        tell(_("There is no stock-take."))
        return
    headings = [_("Reference"), _("State"), _("Opened"), _("Closed"), _("Both"), _("Book only"), _("Elsewhere"),
                _("Floor only"), _("Certificate")]  # fmt: skip
    say_table(headings, [_line(each, zone) for each in found])


def _line(each: Stocktake, zone: str) -> tuple[object, ...]:
    return (
        each.reference, state_words(each.state), moment_words(each.opened_at, zone),
        moment_words(each.closed_at, zone), each.both, each.book_only, each.elsewhere, each.floor_only,
        each.certificate,
    )  # fmt: skip
