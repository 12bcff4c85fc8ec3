"""`armoury places`, `site` and `log`: what the site is, what lies where, what was done."""

from typing import Any

import click

from armoury.cli.approving import told
from armoury.cli.cards import Line
from armoury.cli.files import write_new
from armoury.cli.output import say_card, say_json, say_table, tell
from armoury.cli.session import Door, at_desk, at_register, moment_of, zone_of
from armoury.cli.words import field_words, moment_words
from armoury.domain.record_form import to_json
from armoury.domain.records.site import Contact, Licence, SiteProfile
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.places import PlaceNode, place_of, place_tree
from armoury.services.site import describe_site, profile_of, site_log
from armoury.signing.certificates import certificate_to_pem
from armoury.signing.keys import fingerprint
from armoury.signing.wrapping import from_base64
from armoury.store.checkpoints import register_record


@click.command(help=_("List the places as a tree, with the number of weapons in each and in all inside it."))
@click.option("--all", "closed", is_flag=True, help=_("The closed ones too."))
@at_register()
def places(door: Door, closed: bool) -> None:
    """List places."""
    with at_desk(door) as desk:
        nodes = place_tree(desk, closed=closed)
    if door.json:
        say_json([_place_json(each) for each in nodes])
        return
    headings = [_("Place"), _("Name"), _("Level"), _("Tag"), _("Here"), _("Within")]
    say_table(headings, [_place_row(each) for each in nodes])


def _place_row(node: PlaceNode) -> tuple[object, ...]:
    place = node.place
    name = _("{name} (closed)").format(name=place.name) if place.closed else place.name
    return ("  " * node.depth + place.code, name, place.level, printed_tag(place.tag), node.here, node.within)


def _place_json(node: PlaceNode) -> dict[str, Any]:
    return {**to_json(node.place), "path": list(node.path), "here": node.here, "within": node.within}


@click.command(help=_("Show the site's profile, or describe it anew with the options."))
@click.option("--name", metavar="TEXT", help=_("Its name."))
@click.option("--agency", metavar="ID", help=_("Its agency, as in the reference data."))
@click.option("--site-type", metavar="ID", help=_("Its type, as in the reference data."))
@click.option("--address", metavar="TEXT", help=_("Its address."))
@click.option("--contact", "contacts", multiple=True, nargs=3, metavar="ROLE NAME TELEPHONE",
              help=_("A contact; all contacts are given anew."))  # fmt: skip
@click.option("--licence", "licences", multiple=True, nargs=3, metavar="NUMBER KIND EXPIRES",
              help=_("A licence and the day it expires; all licences are given anew."))  # fmt: skip
@click.option("--registry-recipient", metavar="age1…",
              help=_("The national registry's public key; bundles are sealed to it from then on."))  # fmt: skip
@click.option("--certificate", metavar="FILE",
              help=_("Write the site's certificate to this new file, for who is to trust its bundles."))  # fmt: skip
@click.option("--reason", metavar="TEXT", help=_("Why."))
@at_register()
def site(door: Door, reason: str | None, certificate: str | None, **given: Any) -> None:
    """Show or describe the site."""
    changes = {name: value for name, value in given.items() if value}
    if "contacts" in changes:
        changes["contacts"] = tuple(Contact(*each) for each in changes["contacts"])
    if "licences" in changes:
        changes["licences"] = tuple(Licence(number, kind, expires=day) for number, kind, day in changes["licences"])
    with at_desk(door) as desk:
        if changes:
            told(describe_site(desk, reason=reason, **changes))
        profile = profile_of(desk)
        with desk.read() as connection:
            register = register_record(connection)
    if certificate:
        path = write_new(certificate, certificate_to_pem(from_base64(register.certificate)))
        text = _("Certificate written to “{path}”, fingerprint {mark}. Read it to its receiver over the telephone.")
        tell(text.format(path=path, mark=fingerprint(from_base64(register.certificate))))
    beside = {"site": register.site, "register": register.id, "country": register.country}
    zone = register.time_zone
    if door.json:
        say_json({**beside, "time_zone": zone, "profile": {**to_json(profile), **to_json(profile, personal=True)}})
        return
    say_card(_("Site {site}").format(site=register.site), _site_lines(profile, register.country, zone))


def _site_lines(profile: SiteProfile, country: str, zone: str) -> list[Line]:
    lines = [
        (field_words("name"), profile.name), (_("Country"), country), (field_words("time_zone"), zone),
        (field_words("agency"), profile.agency or ""), (field_words("site_type"), profile.site_type or ""),
        (field_words("address"), profile.address or ""),
    ]  # fmt: skip
    lines.append((field_words("registry_recipient"), profile.registry_recipient or ""))
    lines += [(_("Contact"), _filled(each.role, each.name, each.telephone, each.address)) for each in profile.contacts]
    for each in profile.licences:
        until = _("until {day}").format(day=each.expires) if each.expires else None
        lines.append((_("Licence"), _filled(each.number, each.kind, each.authority, until)))
    return lines


def _filled(*parts: str | None) -> str:
    return ", ".join(each for each in parts if each)


@click.command(help=_("Read the site log, the latest first. Write in it: armoury add log"))
@click.option("--since", metavar="DAY", help=_("Since this day, 2026-03-09."))
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help=_("Only of this kind, such as key_check."))
@at_register()
def log(door: Door, since: str | None, kinds: tuple[str, ...]) -> None:
    """Read the site log."""
    with at_desk(door) as desk:
        notes, zone = site_log(desk, moment_of(desk, since), kinds), zone_of(desk)
        where = {each.place: place_of(desk, each.place).code for each in notes if each.place}
    if door.json:
        say_json([to_json(each) for each in notes])
        return
    if not notes:
        tell(_("Nothing is noted."))
        return
    say_table(
        [_("When"), _("Kind"), _("Place"), _("Text"), _("Outcome")],
        [(moment_words(each.at, zone), each.log_kind.replace("_", " "), where.get(each.place or ""), each.text,
          each.outcome) for each in notes],
    )  # fmt: skip
