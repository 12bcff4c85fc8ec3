"""`armoury add`: weapons, places and evidence by hand; what else is entered stands in `adding_site`."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from armoury.cli import adding_site
from armoury.cli.approving import approvals_for, told
from armoury.cli.files import read_bytes
from armoury.cli.output import plain, say, say_json, tell
from armoury.cli.remarks import remarks_json
from armoury.cli.session import Door, at_desk, at_register
from armoury.cli.subjects import subject
from armoury.cli.typed import field_options, values_of
from armoury.domain.allowed_changes import FIXED, SIGHTING
from armoury.domain.records.weapon import Weapon
from armoury.domain.remarks import Remark
from armoury.domain.tags import printed_tag
from armoury.i18n import _, ngettext
from armoury.services.desk import Desk
from armoury.services.evidence import Prepared, attach, prepare_evidence
from armoury.services.places import add_place, place_by_code
from armoury.services.weapons import carry_out_registration, draft, draft_crate, plan_registration
from armoury.store.steps import Changes

_NOT_TYPED = (*FIXED, *SIGHTING, "entry")
DEFAULT_ROLE = "overall_left"


@click.group(help=_("Enter something new. Each kind has its own options: armoury add weapon --help"))
def add() -> None:
    """Enter something."""


@add.command(help=_("Register a weapon, or a crate of the same weapon. Tags are made by the program."))
@field_options(Weapon, _NOT_TYPED)
@click.option("--crate", metavar="RANGE", help=_("Register many, with serials such as A0001-A0200 or A0001+200."))
@click.option("--photo", "photos", multiple=True, metavar="[ROLE:]FILE", help=_("A photograph, taken with it."))
@click.option("--claimed", is_flag=True, help=_("It stands in a book and nobody has seen it."))
@click.option("--reason", metavar="TEXT", help=_("Why, where there is something to say."))
@at_register(second=True)
def weapon(door: Door, *, crate: str | None, photos: tuple[str, ...], claimed: bool, **given: Any) -> None:
    """Register weapons."""
    reason = given.pop("reason")
    with at_desk(door) as desk:
        fields = values_of(desk, Weapon, given)
        drafts = draft_crate(desk, crate, **fields) if crate else [draft(desk, **fields)]
        prepared = [_photograph(desk, drafts[0], each) for each in photos]
        planned = plan_registration(desk, drafts, reason=reason, claimed=claimed, photographs=prepared)
        _tell_remarks(planned.remarks)
        changes = told(carry_out_registration(desk, planned, approvals_for(door, desk, planned.act)))
        made = [each.after for each in planned.act.steps if each.kind == "weapon"]
    _report_weapons(door, made, changes, planned.remarks)


def _photograph(desk: Desk, draft_: Weapon, named: str) -> Prepared:
    role, name = _role_and_file(desk, named)
    return prepare_evidence(desk, "weapon", draft_.id, read_bytes(name), role=role, name=Path(name).name)


def _role_and_file(desk: Desk, named: str) -> tuple[str, str]:
    """Read `serial:photo.jpg`; a colon that follows no role belongs to the file's name, such as that of a drive."""
    role, colon, name = named.partition(":")
    known = desk.reference.lists["evidence_roles"]
    return (role, name) if colon and role in known else (DEFAULT_ROLE, named)


def _tell_remarks(remarks: tuple[Remark, ...]) -> None:
    """Tell each remark once, however many weapons of a crate it is about."""
    for (level, text), count in Counter((each.level.value, each.text) for each in remarks).items():
        times = ngettext(" ({count} weapon)", " ({count} weapons)", count).format(count=count) if count > 1 else ""
        tell(f"{level}: {text}{times}")


def _report_weapons(door: Door, made: list[Weapon], changes: Changes, remarks: tuple[Remark, ...]) -> None:
    if door.json:
        weapons = [plain({"id": e.id, "tag": e.tag, "number": e.number, "serial": e.serial}) for e in made]
        say_json({"weapons": weapons, "entries": [changes.first, changes.last], "remarks": remarks_json(remarks)})
        return
    for each in made:
        say(_("{tag}  number {number}  {serial}").format(
            tag=printed_tag(each.tag), number=each.number, serial=each.serial or ""))  # fmt: skip
    count = len(made)
    tell(ngettext("{count} weapon registered.", "{count} weapons registered.", count).format(count=count))


@add.command(help=_("Enter a place: a building, room, rack or position, with the CODE on its label."))
@click.argument("code")
@click.argument("name")
@click.option("--level", default="room", show_default=True, metavar="LEVEL",
              help=_("site, building, room, rack or position."))  # fmt: skip
@click.option("--within", metavar="CODE", help=_("The place it lies in."))
@at_register()
def place(door: Door, code: str, name: str, level: str, within: str | None) -> None:
    """Enter a place."""
    with at_desk(door) as desk:
        changes = told(add_place(desk, code, name, level, within))
        made = place_by_code(desk, code)
    if door.json:
        say_json({"id": made.id, "tag": made.tag, "code": made.code, "entries": [changes.first, changes.last]})
        return
    say(_("{tag}  {code}  {name}").format(tag=printed_tag(made.tag), code=made.code, name=made.name))


@add.command(help=_("Attach the photograph or document FILE to what THING means: a tag, serial, place code, badge."))
@click.argument("thing")
@click.argument("file")
@click.option("--role", default=DEFAULT_ROLE, show_default=True, metavar="ROLE",
              help=_("What it shows, as in the reference data: overall_left, serial, document ..."))  # fmt: skip
@click.option("--caption", metavar="TEXT", help=_("What it shows, in words."))
@at_register()
def evidence(door: Door, thing: str, file: str, role: str, caption: str | None) -> None:
    """Attach evidence."""
    data = read_bytes(file)
    with at_desk(door) as desk:
        hit = subject(desk, thing)
        changes = told(attach(desk, hit.kind, hit.id, data, role=role, caption=caption, name=Path(file).name))
    _report_evidence(door, changes)


def _report_evidence(door: Door, changes: Changes) -> None:
    if door.json:
        say_json({"id": changes.ids[0], "entries": [changes.first, changes.last]})
        return
    say(_("Attached as {id}, in entry {entry}.").format(id=changes.ids[0], entry=changes.last))


add.add_command(evidence, "photo")
for _command in (adding_site.person, adding_site.log, adding_site.holding, adding_site.acquisition):
    add.add_command(_command)
