"""`armoury stocktake`: a board holds what lies on the floor against the book, from first scan to certificate."""

import io
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import click

from armoury.cli.approving import approvals_for, do, told
from armoury.cli.failures import Exit
from armoury.cli.files import check_free, read_text, write_new
from armoury.cli.output import is_terminal, plain, say, say_card, say_json, tell
from armoury.cli.progress import progress_line
from armoury.cli.session import Door, at_desk, at_register, zone_of
from armoury.cli.stocktaking_shown import (
    LISTS,
    brief_json,
    card_of,
    certificate_json,
    lists_json,
    say_all,
    say_counts,
    say_lists,
    say_verdict,
    stocktake_json,
    total_lines,
    totals_of,
    verdict_json,
)
from armoury.cli.subjects import subject
from armoury.cli.written import say_written
from armoury.domain.errors import RuleError
from armoury.domain.matching import match_type
from armoury.domain.records.stocktake import Stocktake
from armoury.domain.stocktakes import State
from armoury.i18n import _
from armoury.services import counting, stocktakes
from armoury.services.acts import officer_named
from armoury.services.certificates import Issued, Terms, certify, current, void
from armoury.services.count_lists import lists as lists_of
from armoury.services.counting import Answer, Verdict, record
from armoury.services.desk import Desk
from armoury.services.places import place_by_code, place_of
from armoury.services.stocktake_closing import close as close_stocktake
from armoury.services.stocktake_closing import plan_closing
from armoury.services.stocktakes import Scope, board_of, person_name, plan_opening, stocktake_by_id, stocktake_named

_AT_ONCE = 500
"""Lines of a file that are stored in one act."""

_LARGEST_LIST = 20_000_000
_LANGUAGES = ("en", "es", "fr", "nl")

REFERENCE = click.argument("reference", required=False)
IN = click.option("--in", "reference", metavar="REFERENCE", help=_("Which stock-take; else the one that is open."))


@click.group(help=_("Hold what lies on the floor against the book: open, scan, list, close, certify."))
def stocktake() -> None:
    """Work on stock-takes."""


@stocktake.command("open", help=_("Open a stock-take for a board of two or more; of the whole site, or of a part."))
@click.option("--board", multiple=True, metavar="NAME", required=True,
              help=_("One of the board, by sign-in name or badge; who presides comes first."))  # fmt: skip
@click.option("--place", "places", multiple=True, metavar="CODE", help=_("Only this place, with all inside it."))
@click.option("--type", "types", multiple=True, metavar="NAME", help=_("Only weapons of this type."))
@click.option("--legal", multiple=True, metavar="VALUE", help=_("Only with this legal standing, such as exhibit."))
@click.option("--override", metavar="REASON",
              help=_("Why some of the board sit on it who keep the store too; a second officer approves."))  # fmt: skip
@at_register(second=True)
def open_(door: Door, board: tuple[str, ...], override: str | None, **scope: tuple[str, ...]) -> None:
    """Open a stock-take."""
    with at_desk(door) as desk:
        chosen = _scope(desk, **scope)
        act = plan_opening(desk, chosen, [_person(desk, each) for each in board], override=override)
        changes = do(door, desk, act)
        opened = stocktake_by_id(desk, changes.ids[0])
        names = [person_name(each) for each in board_of(desk, opened)]
    if door.json:
        say_json({"id": opened.id, "reference": opened.reference, "baseline": opened.baseline, "board": names,
                  "entries": [changes.first, changes.last]})  # fmt: skip
        return
    say(_("{reference} is open, for {board}.").format(reference=opened.reference, board=", ".join(names)))
    tell(_("Scan with: armoury stocktake scan"))


def _scope(desk: Desk, places: Sequence[str], types: Sequence[str], legal: Sequence[str]) -> Scope:
    matched = [(each, match_type(each, desk.reference)) for each in types]
    return Scope(
        tuple(place_by_code(desk, each).id for each in places),
        tuple(near.id if near and near.how != "near" else each for each, near in matched),
        tuple(legal),
    )


def _person(desk: Desk, typed: str) -> str:
    """Return the id of a person by sign-in name, else by whatever a scan may be."""
    try:
        return officer_named(desk, typed).id
    except RuleError:
        return subject(desk, typed, "person").id


@stocktake.command(help=_("Store what is scanned or typed: TEXT as arguments, or one a line from a file or from the "
                          "standard input. The label of a place says where the next ones lie."))  # fmt: skip
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--from", "source", metavar="FILE", help=_("Read them from this file, one a line; - is standard input."))
@click.option("--place", metavar="CODE", help=_("Where you stand."))
@click.option("--not-in-book", "unlisted", is_flag=True,
              help=_("They are other weapons than those that the book offers, or descriptions of weapons without a "
                     "number: store them as not in the book."))  # fmt: skip
@IN
@at_register()
def scan(door: Door, texts: tuple[str, ...], source: str | None, reference: str | None, **given: Any) -> int:
    """Scan things."""
    if texts and source is not None:
        raise click.UsageError(_("Give the texts as arguments or with --from, not both."))
    read = read_text(source, largest=_LARGEST_LIST, otherwise=_not_text(source)) if source not in (None, "-") else None
    with at_desk(door) as desk:
        meant = stocktake_named(desk, reference)
        parts = [list(texts)] if texts else _typed() if read is None else _in_parts(read)
        verdicts, place = _scanned(door, desk, meant, parts, given)
        where = place_of(desk, place) if place else None
    if door.json:
        say_json({"reference": meant.reference, "place": where.code if where else None,
                  "answers": [verdict_json(each) for each in verdicts]})  # fmt: skip
    else:
        say_counts(verdicts, where)
    return Exit.RULE if any(each.answer is Answer.REFUSED for each in verdicts) else Exit.FINE


def _not_text(source: str | None) -> str:
    return _("“{name}” is not text. Name a file with one tag or serial a line.").format(name=source)


def _scanned(
    door: Door, desk: Desk, meant: Stocktake, parts: Iterator[list[str]] | list[list[str]], given: dict[str, Any]
) -> tuple[list[Verdict], str | None]:
    """Store part after part, each answered before the next one is asked for."""
    place = place_by_code(desk, given["place"]) if given["place"] else None
    verdicts: list[Verdict] = []
    for part in parts:
        recorded = record(desk, meant, part, place=place, unlisted=given["unlisted"])
        if recorded.changes is not None:
            told(recorded.changes)
        for each in recorded.verdicts if not door.json else ():
            say_verdict(each)
        verdicts += recorded.verdicts
        place = recorded.place
    return verdicts, place.id if place else None


def _typed() -> Iterator[list[str]]:
    """Give what comes over standard input line by line, as a scanner sends it."""
    if is_terminal(sys.stdin):
        tell(_("Scan or type, one a line. End with Ctrl+D."))
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    for line in sys.stdin or ():
        if line.strip():
            yield [line.rstrip("\r\n")]


def _in_parts(text: str) -> Iterator[list[str]]:
    lines = (line for line in text.split("\n") if line.strip())
    while part := list(islice(lines, _AT_ONCE)):
        yield part


@stocktake.command(help=_("Say which WEAPON of the book the line LINE is that could not be told."))
@click.argument("line", type=click.IntRange(1))
@click.argument("weapon")
@click.option("--reason", metavar="TEXT", help=_("How you know, where the book does not offer this weapon."))
@IN
@at_register()
def settle(door: Door, line: int, weapon: str, reference: str | None, reason: str | None) -> None:
    """Settle a line."""
    with at_desk(door) as desk:
        card: Any = subject(desk, weapon, "weapon").found
        changes = told(counting.settle(desk, stocktake_named(desk, reference), line, card, reason))
    say_written(door, changes)


@stocktake.command(help=_("Strike the line LINE, which was a mistake. It stays, with the reason."))
@click.argument("line", type=click.IntRange(1))
@click.option("--reason", metavar="TEXT", required=True, help=_("Why it is a mistake."))
@IN
@at_register()
def strike(door: Door, line: int, reference: str | None, reason: str) -> None:
    """Strike a line."""
    with at_desk(door) as desk:
        changes = told(counting.strike(desk, stocktake_named(desk, reference), line, reason))
    say_written(door, changes)


@stocktake.command("list", help=_("Show the three lists: book and floor, book only, floor only. While it is open only "
                                  "who may close it sees them."))  # fmt: skip
@REFERENCE
@click.option("--only", multiple=True, type=click.Choice(LISTS),
              help=_("Show this list line by line, the others as a count; may be repeated."))  # fmt: skip
@at_register()
def list_(door: Door, reference: str | None, only: tuple[str, ...]) -> None:
    """Show the lists."""
    with at_desk(door) as desk:
        meant = _open_or_latest(desk, reference)
        found, zone = lists_of(desk, meant), zone_of(desk)
        if not door.json:
            say_lists(desk, meant, found, only or LISTS[1:], zone)
    if door.json:
        say_json(lists_json(meant, found))


def _open_or_latest(desk: Desk, reference: str | None) -> Stocktake:
    """Return the stock-take that is named, else the one that is open, else the one that was closed last."""
    if reference is None and not stocktakes.stocktakes(desk, [State.OPEN]):
        return _latest_closed(desk, None)
    return stocktake_named(desk, reference)


def _latest_closed(desk: Desk, reference: str | None) -> Stocktake:
    if reference is not None:
        return stocktake_named(desk, reference)
    found = stocktakes.stocktakes(desk, [State.CLOSED])
    if not found:
        raise RuleError(_("No stock-take was closed yet."))
    return max(found, key=lambda each: each.closed_at or "")


@stocktake.command(help=_("Show a stock-take: scope, board, lines, totals, certificate. Without REFERENCE all of them "
                          "are listed."))  # fmt: skip
@REFERENCE
@at_register()
def show(door: Door, reference: str | None) -> None:
    """Show one stock-take, or all."""
    with at_desk(door) as desk:
        zone = zone_of(desk)
        if reference is None:
            _say_all(door, stocktakes.stocktakes(desk), zone)
            return
        meant = stocktake_named(desk, reference)
        about = stocktake_json(desk, meant)
    if door.json:
        say_json(about)
        return
    say_card(_("Stock-take {reference}").format(reference=meant.reference), card_of(about, meant, zone))


def _say_all(door: Door, found: Sequence[Stocktake], zone: str) -> None:
    if door.json:
        say_json([brief_json(each) for each in found])
        return
    say_all(found, zone)


@stocktake.command(help=_("Close the stock-take: what was seen becomes sighted, what was not is written down. Two of "
                          "its board do it."))  # fmt: skip
@REFERENCE
@at_register(second=True)
def close(door: Door, reference: str | None) -> None:
    """Close a stock-take."""
    with at_desk(door) as desk:
        meant = stocktake_named(desk, reference)
        planned = plan_closing(desk, meant)
        totals = totals_of(planned.lists)
        for label, count in total_lines(totals):
            tell(f"{label}: {count}")
        approvals = approvals_for(door, desk, planned.act)
        with progress_line(_("Writing")) as progress:
            changes = told(close_stocktake(desk, planned, approvals, progress=progress))
    if door.json:
        say_json({"reference": meant.reference, **totals, "entries": [changes.first, changes.last]})
        return
    say(_("{reference} is closed.").format(reference=meant.reference))
    tell(_("Its certificate: armoury stocktake certificate {reference} --to FILE").format(reference=meant.reference))


@stocktake.command(help=_("Give an open stock-take up. Its lines stay, and nothing follows from them."))
@REFERENCE
@click.option("--reason", metavar="TEXT", required=True, help=_("Why it is given up."))
@at_register()
def abandon(door: Door, reference: str | None, reason: str) -> None:
    """Give a stock-take up."""
    with at_desk(door) as desk:
        changes = told(stocktakes.abandon(desk, stocktake_named(desk, reference), reason))
    say_written(door, changes)


@stocktake.command(help=_("Write the certificate of a closed stock-take as PDF to a new file, and issue it the first "
                          "time; later the same file comes again from evidence. Without REFERENCE: of the one closed "
                          "last."))  # fmt: skip
@REFERENCE
@click.option("--to", "target", metavar="FILE", help=_("The new file."))
@click.option("--language", type=click.Choice(_LANGUAGES), help=_("Language of the paper; else of the preferences."))
@click.option("--classification", metavar="TEXT", help=_("How the paper is to be kept; else RESTRICTED."))
@click.option("--void", "reason", metavar="REASON",
              help=_("Void a certificate that was prepared and not issued; its number stays taken."))  # fmt: skip
@at_register()
def certificate(door: Door, reference: str | None, target: str | None, reason: str | None, **terms: Any) -> None:
    """Issue, write out or void a certificate."""
    if (target is None) == (reason is None):
        raise click.UsageError(_("Say --to FILE, or --void REASON."))
    if target is not None:
        check_free(target)
    with at_desk(door) as desk:
        meant = _latest_closed(desk, reference)
        if reason is not None:
            _void(door, desk, meant, reason)
            return
        issued = certify(desk, meant, _terms(door, **terms))
        if issued.changes is not None:
            told(issued.changes)
        _tell_kept(issued, **terms)
    if target is not None:
        _written(door, meant, issued, target)


def _terms(door: Door, language: str | None, classification: str | None) -> Terms:
    usual = Terms()
    settings = door.program.settings.language
    chosen = language or (settings if settings in _LANGUAGES else usual.language)
    return Terms(chosen, usual.classification if classification is None else classification)


def _tell_kept(issued: Issued, language: str | None, classification: str | None) -> None:
    """Say where a certificate that was prepared before is not as the options ask for it."""
    kept = issued.certificate
    if language not in (None, kept.language) or classification not in (None, kept.classification):
        text = _("{reference} stays as it was prepared: language {language}, classification {classification}.")
        tell(text.format(reference=kept.reference, language=kept.language, classification=kept.classification))


def _void(door: Door, desk: Desk, meant: Stocktake, reason: str) -> None:
    found = current(desk, meant)
    if found is None:
        raise RuleError(_("The stock-take {reference} has no certificate.").format(reference=meant.reference))
    say_written(door, told(void(desk, found, reason)))


def _written(door: Door, meant: Stocktake, issued: Issued, target: str) -> None:
    path = write_new(target, issued.paper)
    if door.json:
        entries = [issued.changes.first, issued.changes.last] if issued.changes else None
        about = {"stocktake": meant.reference, "file": str(path), "size": len(issued.paper), "entries": entries}
        say_json(plain({**certificate_json(issued.certificate), **about}))
        return
    say(_("{reference} is written to “{path}”, where it is not encrypted. Print it, and let the board sign.").format(
        reference=issued.certificate.reference, path=path))  # fmt: skip
    tell(_("Give a copy of the file to somebody else: armoury check --against FILE holds the register against it."))
