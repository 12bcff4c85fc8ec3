"""The check of who did what: every act's officer, permissions, second officer and approvals, as the entries go by.

The anchor is the founding: the two officers of entry 1, what they approved, and the recovery key's certificate with it.
From there on an officer's account, role or certificate changes only by acts that need a second officer or the recovery
key's signature, so that whoever holds the data key but not the keys of two officers cannot add a hand of his own to the
history. Roles are judged by the national file in force at the time, else by the shipped one.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from armoury.domain.allowed_changes import may_change
from armoury.domain.duties import Duties, load_duties, permissions_of
from armoury.domain.errors import ArmouryError, RuleError
from armoury.domain.kinds import KINDS, Event
from armoury.domain.record_form import from_json
from armoury.domain.records.site import Person
from armoury.domain.standings import Move, Standing, Standings, find_move, load_standings
from armoury.history.canonical import encode_checked
from armoury.i18n import _
from armoury.signing.approvals import verify_approval
from armoury.signing.keys import fingerprint
from armoury.signing.wrapping import from_base64
from armoury.store.findings import Finding
from armoury.store.site_chain import SiteChain

RECOVERY = "recovery"
"""The actor of what the recovery key does; it stands for two envelopes opened by two officers."""

RECOVERY_EVENTS = frozenset({"officer.reset", "register.recovery_key_changed"})
"""All that the recovery key may do: give officers their access back, and replace itself."""

FOUNDING = "register.created"
ACCOUNT = ("sign_in", "roles", "certificate", "token")
"""Fields of a person that make an officer; they change only with a second officer's approval."""

_FRAME = ("action", "actor", "unlocked_by", "recorded_at", "overrides")

Json = Mapping[str, Any]


@dataclass
class _Act:
    """One act while its entries go by."""

    first: int
    entry: Json
    content: Any = field(default_factory=lambda: sha256(b"["))
    events: set[str] = field(default_factory=set)
    permissions: set[str] = field(default_factory=set)
    approver_permissions: set[str] = field(default_factory=set)
    second_officer: bool = False
    subjects: set[str] = field(default_factory=set)
    newcomers: dict[str, Person] = field(default_factory=dict)
    recovery: str | None = None
    """The recovery key's certificate that comes into force after the act."""

    @property
    def where(self) -> str:
        """Name the place for a finding."""
        return f"entry {self.first}"

    @property
    def approvals(self) -> list[Any]:
        """Return the approvals that its first entry carries."""
        return list(self.entry.get("approvals", ()))

    @property
    def founding(self) -> bool:
        """Tell whether it founded the register."""
        return self.first == 1 and FOUNDING in self.events

    @property
    def needs_second(self) -> bool:
        """Tell whether a second officer must have approved it; the two envelopes of the recovery key stand for one."""
        by_recovery = self.entry["actor"] == RECOVERY and RECOVERY_EVENTS.issuperset(self.events)
        return (self.second_officer or bool(self.entry.get("overrides"))) and not by_recovery


class ActCheck:
    """Takes the entries in their order and tells what is wrong with the acts they form."""

    def __init__(self) -> None:
        """Begin before entry 1, when nobody has an account."""
        self._officers: dict[str, Person] = {}
        self._editions: dict[str, str] = {}
        self._site = SiteChain()
        self._recovery: str | None = None
        self._register = ""
        self._act: _Act | None = None

    def add(self, seq: int, entry: Json, changed: frozenset[str] | None = None) -> Iterator[Finding]:
        """Take the next entry, whose form was checked before; judge the act before it where it begins another.

        Args:
            seq: its number.
            entry: what it says.
            changed: the fields in which its subject differs from before; None for a new subject.
        """
        act = self._act
        if act is None or act.entry["action"] != entry["action"]:
            yield from self.finish()
            act = self._act = _Act(seq, entry)
            if seq == 1:
                self._register = entry["subject"]["id"]
        elif _other_frame(act.entry, entry):
            text = _("Entry {seq} names other officers, times or approvals than the act it belongs to.")
            yield Finding("act", f"entry {seq}", text.format(seq=seq))
        event = _declared(entry)
        if event is None or (event.name == FOUNDING and seq != 1):
            text = _("Entry {seq} records “{event}”, which cannot happen there.")
            yield Finding("event", f"entry {seq}", text.format(seq=seq, event=entry["kind"]))
        else:
            self._demand(act, entry, event)
            yield from self._change_faults(seq, entry, changed)
            if entry["subject"]["kind"] == "person" and not event.second_officer and self._account_changed(entry):
                text = _("Entry {seq} changes an officer's account, which “{event}” may not do.")
                yield Finding("event", f"entry {seq}", text.format(seq=seq, event=event.name))
        yield from self._site.add(seq, entry, self._officers)
        self._collect(act, entry)

    def finish(self) -> Iterator[Finding]:
        """Judge the act whose last entry went by; call it once more after the last entry."""
        act, self._act = self._act, None
        if act is None:
            return
        if not act.founding:
            yield from self._hand_faults(act)
        yield from self._approval_faults(act)
        self._officers |= act.newcomers
        self._recovery = act.recovery or self._recovery

    def _collect(self, act: _Act, entry: Json) -> None:
        """Note what approvals must cover, and the accounts and national files that come into force after the act."""
        if act.approvals:
            if act.subjects:
                act.content.update(b",")
            act.content.update(encode_checked(entry["after"]))
            act.subjects.add(entry["subject"]["id"])
        kind, after = entry["subject"]["kind"], entry["after"]
        if kind == "person" and (after.get("sign_in") or entry["subject"]["id"] in self._officers):
            act.newcomers[entry["subject"]["id"]] = from_json(Person, after)
        if kind == "register":
            act.recovery = after.get("recovery_certificate")
        if kind == "edition":
            self._editions[after["dataset"]] = after["content"]

    def _demand(self, act: _Act, entry: Json, event: Event) -> None:
        """Note what the event and the moves of a weapon's standings ask of the officers, whatever name they go by."""
        act.events.add(event.name)
        act.permissions.add(event.permission)
        act.approver_permissions.add(event.approver_permission(overridden=bool(act.entry.get("overrides"))))
        act.second_officer |= event.second_officer
        if entry["subject"]["kind"] != "weapon":
            return
        for move in self._moves(entry):
            asked = {move.permission} if move.permission else set()
            act.permissions |= asked
            act.approver_permissions |= asked
            act.second_officer |= move.second_officer or KINDS["weapon"].event(move.event).second_officer

    def _account_changed(self, entry: Json) -> bool:
        before = self._officers.get(entry["subject"]["id"]) or Person(id="", tag="")
        after = from_json(Person, entry["after"])
        reopened = bool(before.sign_in) and after.status == "active" != before.status
        return reopened or any(getattr(before, name) != getattr(after, name) for name in ACCOUNT)

    def _standings(self) -> Standings:
        return load_standings(self._editions.get("standings"))

    def _moves(self, entry: Json) -> Iterator[Move]:
        before, after = entry.get("before", {}), entry["after"]
        for standing in Standing:
            if standing.value in before and standing.value in after:
                # A change for which there is no move is a finding of its own.
                with suppress(RuleError):
                    yield find_move(self._standings(), standing, before[standing.value], after[standing.value])

    def _change_faults(self, seq: int, entry: Json, changed: frozenset[str] | None) -> Iterator[Finding]:
        """An event changes what it is for and nothing else, and a standing only by a move of that name."""
        event = entry["kind"]
        allowed = may_change(event, self._standings())
        if changed is None or allowed is None:
            return
        strange = sorted(changed - allowed)
        moved = [each.value for each in Standing if each.value in changed]
        if strange or [each.event for each in self._moves(entry)] != [event] * len(moved):
            text = _("Entry {seq} changes what “{event}” may not change ({fields}).")
            named = ", ".join(strange or moved)
            yield Finding("event", f"entry {seq}", text.format(seq=seq, event=event, fields=named))

    def _hand_faults(self, act: _Act) -> Iterator[Finding]:
        """The officer who did it had an account and a role for it; the recovery key only does what it is for."""
        actor = act.entry["actor"]
        if actor == RECOVERY:
            if not RECOVERY_EVENTS.issuperset(act.events):
                text = _("Entry {seq} was made with the recovery key, which may only give officers their access back.")
                yield Finding("permission", act.where, text.format(seq=act.first))
            return
        for person in dict.fromkeys((actor, act.entry["unlocked_by"])):
            if person not in self._officers:
                text = _("Entry {seq} names an officer who had no account then.").format(seq=act.first)
                yield Finding("permission", act.where, text)
        officer = self._officers.get(actor)
        if officer is not None and (lacking := self._lacking(act.permissions, officer)):
            text = _("Entry {seq} was made by an officer who might not do it then ({lacking}).")
            yield Finding("permission", act.where, text.format(seq=act.first, lacking=", ".join(lacking)))

    def _lacking(self, needed: set[str], officer: Person) -> list[str]:
        return sorted(needed - permissions_of(officer, self._duties()))

    def _duties(self) -> Duties:
        return load_duties(self._editions.get("roles"))

    def _approval_faults(self, act: _Act) -> Iterator[Finding]:
        actor = act.entry["actor"]
        approvers = {each["statement"].get("officer") for each in act.approvals}
        if act.needs_second and not approvers - {actor}:
            text = _("Entry {seq} needs a second officer's approval and has none.").format(seq=act.first)
            yield Finding("approval", act.where, text)
        if actor == RECOVERY and (self._recovery is None or RECOVERY not in approvers):
            text = _("Entry {seq} says it was made with the recovery key, and the key did not sign it.")
            yield Finding("approval", act.where, text.format(seq=act.first))
        for approval in act.approvals:
            problem = self._approval_problem(act, approval)
            if problem:
                yield Finding("approval", act.where, problem)

    def _approval_problem(self, act: _Act, approval: Json) -> str | None:
        statement = approval["statement"]
        content = act.content.copy()
        content.update(b"]")
        said = {name: statement.get(name) for name in ("register", "action", "content", "subjects")}
        if said != {
            "register": self._register,
            "action": act.entry["action"],
            "content": content.hexdigest(),
            "subjects": sorted(act.subjects),
        }:
            return _("The approval of entry {seq} was given for something else.").format(seq=act.first)
        if act.entry["actor"] == RECOVERY and statement.get("officer") == RECOVERY and self._recovery:
            return _signature_problem(act, approval, self._recovery)
        known = act.newcomers if act.founding else self._officers
        officer = known.get(statement.get("officer"))
        if officer is None or officer.certificate is None:
            return _("The approval of entry {seq} was signed by nobody the register knew then.").format(seq=act.first)
        if not act.founding and (lacking := self._lacking(act.approver_permissions, officer)):
            text = _("The approval of entry {seq} is by an officer who might not approve it then ({lacking}).")
            return text.format(seq=act.first, lacking=", ".join(lacking))
        return _signature_problem(act, approval, officer.certificate)


def _other_frame(first: Json, entry: Json) -> bool:
    """Tell whether a later entry contradicts the first of its act; it may repeat the approvals or leave them out."""
    repeated = entry.get("approvals", first.get("approvals"))
    return repeated != first.get("approvals") or any(entry.get(name) != first.get(name) for name in _FRAME)


def _declared(entry: Json) -> Event | None:
    kind = KINDS.get(entry["subject"]["kind"])
    return next((each for each in kind.events if each.name == entry["kind"]), None) if kind else None


def _signature_problem(act: _Act, approval: Json, certificate: str) -> str | None:
    try:
        der = from_base64(certificate)
        if approval["certificate"] != fingerprint(der):
            return _("The approval of entry {seq} was signed with an unknown key.").format(seq=act.first)
        verify_approval(approval, der)
    except (ArmouryError, ValueError) as refused:
        return _("The approval of entry {seq} does not hold: {why}").format(seq=act.first, why=refused)
    return None
