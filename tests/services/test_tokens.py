"""Officers whose signing key lies in a token: certified by the site, asked for at every approval."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.services.acts import approve, approve_with, carry_out, officer_named
from armoury.services.desk import Desk, sign_in
from armoury.services.officers import plan_reset, plan_roles, plan_token, write_with_slot
from armoury.services.tokens import TokenPlace, key_on_token, officer_token
from armoury.signing.certificates import certificate_public_key, check_certificate
from armoury.signing.errors import TokenError, WrongPinError
from armoury.signing.token import make_key, open_token
from armoury.signing.wrapping import from_base64
from armoury.store.checking import check_register
from armoury.store.checkpoints import register_record
from armoury.store.opening import Surroundings
from armoury.store.steps import Act
from tests.registers import COST, PASSPHRASES, desk_of, second_approval
from tests.softhsm import PIN, Tokens


def pin(_name: str) -> str:
    return PIN


@pytest.fixture
def office(staffed_path: Path, around: Surroundings) -> Iterator[Desk]:
    """A desk of a register with three officers who decide on rights."""
    with desk_of(staffed_path, "cdr", around) as desk:
        act = plan_roles(desk, "sto", ["commander"], reason="stands in")
        carry_out(desk, act, [second_approval(desk, act)])
        yield desk


@pytest.fixture
def place(tokens: Tokens) -> TokenPlace:
    return TokenPlace(tokens.module, tokens.spare)


@pytest.fixture
def carded(office: Desk, place: TokenPlace) -> Desk:
    """A desk of a register whose administrator signs with a token from now on."""
    label = f"adm {os.urandom(4).hex()}"
    with open_token(place.module, place.serial, pin, writing=True) as token:
        make_key(token, label)
    act = plan_token(office, "adm", place, key_on_token(place, pin, label=label), reason="card issued")
    carry_out(office, act, [second_approval(office, act, "sto")])
    return office


def roles_act(desk: Desk) -> Act:
    return plan_roles(desk, "arm", ["armourer", "marking_officer"], reason="also marks")


def test_the_site_certifies_the_key_of_the_token(carded: Desk, place: TokenPlace):
    officer = officer_named(carded, "adm")
    certificate = from_base64(officer.certificate)
    with carded.read() as connection:
        site = from_base64(register_record(connection).certificate)
    check_certificate(certificate, site, at=carded.now())
    with officer_token(officer, place.module, pin) as signer:
        assert signer.public_key_der == certificate_public_key(certificate)


def test_an_approval_by_token_stands_in_the_history(carded: Desk, place: TokenPlace):
    act, officer = roles_act(carded), officer_named(carded, "adm")
    with officer_token(officer, place.module, pin) as signer:
        approval = approve_with(carded, act, officer, signer)
    carry_out(carded, act, [approval])
    assert check_register(carded.register, deep=True).whole


def test_the_passphrase_approves_no_more(carded: Desk):
    with pytest.raises(PermissionRefusedError, match="token"):
        approve(carded, roles_act(carded), "adm", PASSPHRASES["adm"])


def test_the_passphrase_still_unlocks(carded: Desk):
    path, around = carded.register.folder.path, carded.around
    carded.close()
    with desk_of(path, "adm", around) as theirs:
        assert theirs.signer is None
        assert theirs.officer.sign_in == "adm"


def test_a_wrong_pin_approves_nothing(carded: Desk, place: TokenPlace):
    officer = officer_named(carded, "adm")
    with pytest.raises(WrongPinError), officer_token(officer, place.module, lambda _name: "999999"):
        pass


def test_another_key_than_the_certified_one_approves_nothing(carded: Desk, place: TokenPlace):
    officer = officer_named(carded, "adm")
    with open_token(place.module, place.serial, pin, writing=True) as token:
        other = make_key(token, "other")
    act = plan_token(carded, "arm", place, other, reason="card issued")
    stolen = act.steps[0].after if isinstance(act.steps, list) else officer
    mixed = type(officer)(officer.id, officer.tag, certificate=officer.certificate, token=stolen.token)
    with pytest.raises(TokenError, match="another key"), officer_token(mixed, place.module, pin):
        pass


def test_an_officer_without_a_token_is_asked_for_none(office: Desk, place: TokenPlace):
    with pytest.raises(RuleError, match="passphrase"), officer_token(officer_named(office, "arm"), place.module, pin):
        pass


def test_a_forgotten_passphrase_leaves_the_token_as_it_is(carded: Desk):
    before = officer_named(carded, "adm")
    carded_path, around = carded.register.folder.path, carded.around
    planned = plan_reset(carded, "adm", "yellow boats at anchor", reason="forgotten")
    write_with_slot(carded, planned, [second_approval(carded, planned.act, "sto")])
    assert officer_named(carded, "adm").certificate == before.certificate
    carded.close()
    with sign_in(carded_path, "adm", "yellow boats at anchor", around=around, cost=COST) as theirs:
        assert theirs.signer is None
