"""`armoury correct`, `move` and `sight`: what changes on a card, and what happened to weapons."""

from typing import Any

import click

from armoury.cli.approving import do, told
from armoury.cli.output import say, say_json
from armoury.cli.session import Door, at_desk, at_register, moment_of
from armoury.cli.subjects import ids_of, subject
from armoury.cli.typed import SETTINGS, option_name, pairs, set_values
from armoury.domain.errors import RuleError
from armoury.domain.fields import Declared, declared_fields
from armoury.domain.records.weapon import Weapon
from armoury.domain.standings import Standing
from armoury.i18n import _, ngettext
from armoury.services import weapons
from armoury.services.desk import Desk
from armoury.services.moving import plan_move
from armoury.services.people import change_person
from armoury.services.places import change_place
from armoury.store.steps import Changes

_REASON = click.option("--reason", metavar="TEXT", help=_("Why."))


@click.command(help=_("Correct what stands on the card of THING (a tag, serial, place code or badge). "
                      "The former values stay in the history."))  # fmt: skip
@click.argument("thing")
@SETTINGS
@_REASON
@at_register(second=True)
def correct(door: Door, thing: str, settings: tuple[str, ...], reason: str | None) -> None:
    """Correct a record."""
    if not settings:
        raise click.UsageError(_("Say what to correct, as in: --set maker=Glock --reason “misread”"))
    with at_desk(door) as desk:
        hit = subject(desk, thing)
        if hit.kind == "weapon":
            changes = do(door, desk, weapons.plan_correction(desk, hit.id, _values(desk, settings), reason or ""))
        elif hit.kind == "place":
            changes = told(change_place(desk, _record(hit).code, reason=reason, **_texts(settings)))
        elif hit.kind == "person":
            changes = told(change_person(desk, hit.id, _texts(settings), reason=reason))
        else:
            raise RuleError(_("What stands on this card is corrected with: armoury ammunition, its items or its lots."))
    _report(door, changes)


def _record(hit: Any) -> Any:
    return hit.found


def _values(desk: Desk, settings: tuple[str, ...]) -> dict[str, Any]:
    """Read `field=value` for a weapon: `maker` means the maker as written, which is matched anew."""
    unknown = _("A weapon has no field “{name}”. See: armoury add weapon --help")
    return set_values(desk, weapon_fields(), settings, unknown)


def weapon_fields() -> dict[str, Declared]:
    """Return the fields of a weapon under the names by which they are typed, and under their own."""
    every = declared_fields(Weapon)
    own = {each.name: each for each in every}
    return {**own, **{option_name(each): each for each in every if each.name.endswith("_text")}}


def _texts(settings: tuple[str, ...]) -> dict[str, Any]:
    flags = {"yes": True, "no": False}
    return {
        {"within": "parent_code"}.get(name, name): flags.get(typed, typed) if name == "closed" else typed or None
        for name, typed in pairs(settings)
    }


@click.command(help=_("Bring weapons to VALUE of a STANDING: custody, legal, fitness or plan. Name the WEAPONS by "
                      "tag or serial. What the move needs is given with --set, such as --set place=R1."))  # fmt: skip
@click.argument("standing", type=click.Choice([each.value for each in Standing]))
@click.argument("value")
@click.argument("weapons_", metavar="WEAPONS...", nargs=-1, required=True)
@SETTINGS
@_REASON
@click.option("--occurred", metavar="TIME",
              help=_("When it happened, if earlier: 2026-03-09 14:05 by the site's clock."))  # fmt: skip
@click.option("--seen", metavar="ACT", help=_("The weapons were in hand, in this act."))
@click.option("--consent", metavar="REFERENCE", help=_("The supplier's or donor's consent."))
@at_register(second=True)
def move(door: Door, standing: str, value: str, weapons_: tuple[str, ...], **said: Any) -> None:
    """Move weapons."""
    with at_desk(door) as desk:
        ids = ids_of(desk, weapons_, "weapon")
        act = plan_move(
            desk, ids, standing, value, changes=_values(desk, said["settings"]), reason=said["reason"],
            occurred_at=moment_of(desk, said["occurred"]), sighted=said["seen"], consent=said["consent"],
        )  # fmt: skip
        changes = do(door, desk, act)
    _report(door, changes)


@click.command(help=_("Say that WEAPONS (tags or serials) were seen, in the act --in."))
@click.argument("weapons_", metavar="WEAPONS...", nargs=-1, required=True)
@click.option("--in", "act", required=True, metavar="TEXT", help=_("In which act, such as the name of a count."))
@at_register()
def sight(door: Door, weapons_: tuple[str, ...], act: str) -> None:
    """Sight weapons."""
    with at_desk(door) as desk:
        changes = told(weapons.sight(desk, ids_of(desk, weapons_, "weapon"), act))
    _report(door, changes)


def _report(door: Door, changes: Changes) -> None:
    if door.json:
        say_json({"ids": list(changes.ids), "entries": [changes.first, changes.last]})
        return
    count = len(changes.ids)
    text = ngettext("{count} record changed, in entry {last}.", "{count} records changed, up to entry {last}.", count)
    say(text.format(count=count, last=changes.last))
