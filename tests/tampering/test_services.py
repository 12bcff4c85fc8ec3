"""What the services write passes the check: the rules of the check are those by which acts are carried out."""

from dataclasses import replace
from pathlib import Path

from armoury.services.acts import approve, carry_out, plan
from armoury.services.backups import Credentials, Declared, back_up, restore_backup
from armoury.services.desk import sign_in_by_recovery
from armoury.services.officers import change_own_passphrase, plan_reset, plan_roles, write_with_slot
from armoury.services.proof import check_against, checkpoint
from armoury.signing.keys import new_private_key
from armoury.signing.signer import SoftwareSigner
from armoury.store.checking import check_register
from armoury.store.steps import step
from tests.fault.scene import (
    CHEAP,
    FIRST,
    PASSPHRASES,
    SECOND,
    START,
    THIRD,
    Scene,
    add_officer,
    any_place,
    build,
    end_officer,
    register_weapons,
    reset_officer,
    weapon_ids,
    weapon_of,
)
from tests.tampering.conftest import Check
from tests.tampering.thief import cover, inside, last_of, rewrite

LATER = START + 10_800_000


def test_every_act_on_officers_passes(scene: Scene, check: Check):
    with scene.desk() as desk:
        add_officer(desk, THIRD)
        act = plan_roles(desk, THIRD, ["armourer"], reason="posted")
        carry_out(desk, act, [approve(desk, act, SECOND, PASSPHRASES[SECOND])])
        reset_officer(desk, THIRD, "another green door")
        change_own_passphrase(desk, PASSPHRASES[FIRST], PASSPHRASES[FIRST] + " again")
        change_own_passphrase(desk, PASSPHRASES[FIRST] + " again", PASSPHRASES[FIRST])
        end_officer(desk, THIRD)
        assert check_register(desk.register, deep=True).findings == ()
    assert check(scene, deep=True).findings == ()


def test_what_the_recovery_key_may_do_passes(tmp_path: Path):
    scene = Scene(tmp_path)
    key = build(scene)
    with sign_in_by_recovery(scene.path, key, around=scene.around(LATER), cost=CHEAP) as desk:
        planned = plan_reset(desk, SECOND, "new words for okoro", reason="forgotten")
        write_with_slot(desk, planned)
        assert check_register(desk.register).findings == ()


def test_a_reset_in_the_name_of_the_recovery_key_is_found(tmp_path: Path, check: Check):
    """The data key is not enough to give an officer a key of the thief's own."""
    scene = Scene(tmp_path)
    key = build(scene)
    with sign_in_by_recovery(scene.path, key, around=scene.around(LATER), cost=CHEAP) as desk:
        write_with_slot(desk, plan_reset(desk, SECOND, "new words for okoro", reason="forgotten"))
    with inside(scene) as connection:
        rewrite(connection, last_of(connection, "officer.reset"), lambda entry: entry.pop("approvals"))
        cover(connection)
    assert {each.code for each in check(scene).findings} == {"approval"}


def test_another_key_in_the_name_of_the_recovery_key_is_found(tmp_path: Path, check: Check):
    scene = Scene(tmp_path)
    key = build(scene)
    with sign_in_by_recovery(scene.path, key, around=scene.around(LATER), cost=CHEAP) as desk:
        assert desk.signer is not None
        forged = SoftwareSigner(new_private_key(), desk.signer.certificate_der)
        write_with_slot(replace(desk, signer=forged), plan_reset(desk, SECOND, "new words for okoro", reason="forged"))
    assert {each.code for each in check(scene).findings} == {"approval"}


def test_a_restored_register_passes(scene: Scene, check: Check):
    with scene.desk() as desk:
        backup = back_up(desk, scene.home / "stick")
        register_weapons(desk, any_place(desk), ["LATER1"])
    hands = Declared(Credentials(FIRST, PASSPHRASES[FIRST]), Credentials(SECOND, PASSPHRASES[SECOND]), "disk failed")
    restore_backup(backup.path, scene.path, hands, around=scene.around(LATER), cost=CHEAP)
    assert check(scene, deep=True).findings == ()


def test_bulk_work_after_an_approval_passes(scene: Scene, check: Check):
    with scene.desk() as desk:
        register_weapons(desk, any_place(desk), [f"B{number}" for number in range(4_100)])
    assert check(scene, deep=True).findings == ()


def test_one_approval_for_many_weapons_passes(scene: Scene, check: Check):
    with scene.desk() as desk:
        steps = []
        for weapon in weapon_ids(desk)[6:9]:
            before = weapon_of(desk, weapon)
            steps.append(step("weapon.gone", before, replace(before, custody="exported", place=None, end="Permit 9")))
        act = plan(desk, "weapon.gone", steps, reason="exported")
        carry_out(desk, act, [approve(desk, act, SECOND, PASSPHRASES[SECOND])])
    assert check(scene).findings == ()


def test_check_against_names_a_rewritten_history(scene: Scene):
    with scene.desk() as desk:
        note = checkpoint(desk)
        assert check_against(desk, note).continues
    with inside(scene) as connection:
        rewrite(connection, last_of(connection, "weapon.corrected"), lambda each: each["after"].update(remarks="other"))
        connection.execute("UPDATE weapon SET remarks = 'other' WHERE remarks = 'bolt replaced'")
        connection.execute("DELETE FROM checkpoint")
        cover(connection)
    with scene.desk(start=LATER) as desk:
        compared = check_against(desk, note)
    assert not compared.continues
