"""The steps of the tour: each does one part of the main job on the sample register and says what came of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

from armoury.cli import tour_exchange
from armoury.cli.picture import sample_picture
from armoury.cli.tour_scene import Scene, TourError
from armoury.domain.errors import PermissionRefusedError, StorageError
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services import officers
from armoury.services.acts import approve, carry_out
from armoury.services.backups import Credentials, Declared, back_up, restore_backup
from armoury.services.desk import Desk, look_in, sign_in
from armoury.services.evidence import prepare_evidence
from armoury.services.evidence import show as show_evidence
from armoury.services.lists import page
from armoury.services.lookup import find
from armoury.services.moving import move
from armoury.services.places import place_tree
from armoury.services.proof import check, check_against, checkpoint
from armoury.services.sample import SAMPLE_PASSPHRASES, make_sample
from armoury.services.searching import Query, search
from armoury.services.timeline import history_of
from armoury.services.weapons import correct, draft, plan_registration, weapon_of
from armoury.store.opening import Surroundings

AUDITOR = "sample auditor opens drawers"
_SERIAL = "TOUR0001"


def _made(scene: Scene) -> str:
    facts = make_sample(scene.register, scene.weapons, around=scene.around)
    scene.outputs.append((_("Sample register"), scene.register))
    return _("{weapons} invented weapons, {entries} entries of history").format(
        weapons=facts.weapons, entries=facts.entries)  # fmt: skip


def _signed_in(scene: Scene) -> str:
    try:
        sign_in(scene.register, "storekeeper", "a wrong passphrase", around=scene.around).close()
    except StorageError:
        with scene.desk("storekeeper") as desk:
            return _("{name}; a wrong passphrase opens nothing").format(name=desk.officer.name or "")
    raise TourError(_("A wrong passphrase opened the register."))


def _scanned(scene: Scene) -> str:
    with scene.desk("storekeeper") as desk:
        tag = page(desk, [scene.weapons // 2])[0].tag
        # As a scanner on a foreign keyboard, or a tired officer, may send it.
        hit = find(desk, printed_tag(tag).lower()).only
    if hit is None:
        raise TourError(_("The scan of a tag found nothing."))
    return _("{tag} is the weapon number {number}").format(tag=printed_tag(tag), number=scene.weapons // 2)


def _searched(scene: Scene) -> str:
    with scene.desk("storekeeper") as desk:
        written = page(desk, [1])[0].maker_text or ""
        part = written[: max(3, len(written) // 2)].lower()
        found = search(desk, Query(text=part))
    if not found.ids:
        raise TourError(_("The search found nothing."))
    return _("“{text}”: {said}").format(text=part, said=found.said)


def _registered(scene: Scene) -> str:
    picture = scene.folder / "photograph.png"
    picture.write_bytes(sample_picture())
    with scene.desk("storekeeper") as desk:
        weapon = draft(
            desk, maker_text="Glock", model_text="Glock 17", type_text="pistol", calibre_text="9x19",
            country_text="Austria", serial=_SERIAL, place=_racks(desk)[0], agency="police", ownership="state_service",
        )  # fmt: skip
        photograph = prepare_evidence(desk, "weapon", weapon.id, picture.read_bytes(), role="overall_left")
        carry_out(desk, plan_registration(desk, [weapon], photographs=[photograph]).act)
        scene.weapon, scene.tag = weapon.id, weapon.tag
        size = len(show_evidence(desk, photograph.record.id))
    scene.outputs.append((_("Photograph"), picture))
    return _("{tag}, with a photograph of {size} bytes, encrypted").format(tag=printed_tag(scene.tag), size=size)


def _racks(desk: Desk) -> list[str]:
    return [each.place.id for each in place_tree(desk) if each.place.level == "rack"]


def _moved(scene: Scene) -> str:
    with scene.desk("storekeeper") as desk:
        racks = _racks(desk)
        move(desk, [scene.weapon], "custody", "in_store", changes={"place": racks[1]})
        codes = {each.place.id: each.place.code for each in place_tree(desk)}
    return f"{codes[racks[0]]} → {codes[racks[1]]}"


def _corrected(scene: Scene) -> str:
    with scene.desk("storekeeper") as desk:
        correct(desk, scene.weapon, {"serial": "TOUR0007"}, _("The last figure was misread"))
        return _("serial {before} → {after}, with its reason").format(
            before=_SERIAL, after=weapon_of(desk, scene.weapon).serial)  # fmt: skip


def _shown(scene: Scene) -> str:
    with scene.desk("storekeeper") as desk:
        lines = history_of(desk, "weapon", scene.weapon)
        original = history_of(desk, "weapon", scene.weapon, "original")
    if not any(_SERIAL in (each.after or "") for each in original[0].changes):
        raise TourError(_("The history lost what was written first."))
    return _("{count} entries; what was written first is still there").format(count=len(lines))


def _approved(scene: Scene) -> str:
    new = officers.NewOfficer("auditor", AUDITOR, ("auditor",), _("Sample auditor"))
    with scene.desk("commander") as desk:
        planned = officers.plan_new_officer(desk, new)
        try:
            officers.write_with_slot(desk, planned)
        except PermissionRefusedError:
            approval = approve(desk, planned.act, "administrator", SAMPLE_PASSPHRASES["administrator"])
            officers.write_with_slot(desk, planned, [approval])
            return _("an auditor added; refused for one officer, done by two")
    raise TourError(_("One officer alone added another."))


def _backed_up(scene: Scene) -> str:
    with scene.desk("commander") as desk:
        made = back_up(desk, scene.folder / "backups")
    scene.backup = made.path
    scene.outputs.append((_("Backup"), made.path))
    return _("{count} entries, opened and compared").format(count=made.entries)


def _removed(scene: Scene) -> str:
    with scene.desk("commander") as desk:
        act = officers.plan_removal(desk, "auditor", reason=_("The tour's auditor leaves"))
        approval = approve(desk, act, "administrator", SAMPLE_PASSPHRASES["administrator"])
        officers.remove_officer(desk, act, [approval])
    try:
        sign_in(scene.register, "auditor", AUDITOR, around=scene.around).close()
    except (StorageError, PermissionRefusedError):
        return _("the auditor is locked out, the register has a new key")
    raise TourError(_("A removed officer still opens the register."))


def _noted(scene: Scene) -> str:
    with scene.desk("commander") as desk:
        note = checkpoint(desk)
        scene.checkpoint.write_text(note, encoding="utf-8", newline="\n")
        size = check_against(desk, note).checkpoint.size
    scene.outputs.append((_("Checkpoint"), scene.checkpoint))
    return _("signed over {count} entries; give it to somebody else").format(count=size)


def _checked(scene: Scene) -> str:
    with scene.desk("commander") as desk:
        report = check(desk, deep=True)
        continues = check_against(desk, scene.checkpoint.read_text(encoding="utf-8")).continues
    if not (report.whole and continues):
        raise TourError(_("The check found {count} faults.").format(count=len(report.findings)))
    return _("{count} entries replayed, every row as the history says").format(count=report.entries)


def _tampered(scene: Scene) -> str:
    """An older copy put in place of the register: whole in itself, so only what others hold reveals it."""
    forged = scene.folder / "Older copy.armoury"
    shutil.copytree(_backup_of(scene), forged)
    # Another computer, which has never seen the register: nothing but the checkpoint can tell.
    stranger = Surroundings(scene.around.clock, scene.folder / "stranger")
    with look_in(forged, "commander", SAMPLE_PASSPHRASES["commander"], around=stranger) as desk:
        found = check_against(desk, scene.checkpoint.read_text(encoding="utf-8"))
    scene.outputs.append((_("Older copy"), forged))
    if found.problem is None:
        raise TourError(_("The older copy was not noticed."))
    return _("found: {problem}").format(problem=found.problem)


def _restored(scene: Scene) -> str:
    hands = tuple(Credentials(name, SAMPLE_PASSPHRASES[name]) for name in ("commander", "administrator"))
    declared = Declared(hands[0], hands[1], _("The tour shows a restore"))
    done = restore_backup(_backup_of(scene), scene.register, declared, around=scene.around)
    with scene.desk("commander") as desk:
        whole = check(desk).whole
    if not whole or done.kept is None:
        raise TourError(_("The restored register is not whole."))
    scene.outputs.append((_("Register before the restore"), done.kept))
    return _("declared by two officers; what lay there before is kept")


def _backup_of(scene: Scene) -> Path:
    if scene.backup is None:
        raise TourError(_("There is no backup."))
    return scene.backup


STEPS: tuple[tuple[Callable[[], str], Callable[[Scene], str]], ...] = (
    (lambda: _("A sample register is made"), _made),
    (lambda: _("An officer signs in"), _signed_in),
    (lambda: _("A scan finds its weapon"), _scanned),
    (lambda: _("A search finds by part of a name"), _searched),
    (lambda: _("An old book is taken in"), tour_exchange.import_book),
    (lambda: _("A weapon of it is found by a scan"), tour_exchange.find_imported),
    (lambda: _("A weapon is registered by hand"), _registered),
    (lambda: _("It is moved"), _moved),
    (lambda: _("It is corrected"), _corrected),
    (lambda: _("Its history is shown"), _shown),
    (lambda: _("A second officer approves"), _approved),
    (lambda: _("A backup is made"), _backed_up),
    (lambda: _("An officer is removed"), _removed),
    (lambda: _("A checkpoint leaves the register"), _noted),
    (lambda: _("The register is checked"), _checked),
    (lambda: _("An older copy is put in its place"), _tampered),
    (lambda: _("The backup is restored"), _restored),
    (lambda: _("A bundle is exported"), tour_exchange.export),
    (lambda: _("It is sealed to the registry"), tour_exchange.seal),
    (lambda: _("Stock tools check it"), tour_exchange.check_with_tools),
    (lambda: _("The registry checks it"), tour_exchange.verify),
)
"""What is said of each step, and what does it."""
