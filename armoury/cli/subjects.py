"""From what was typed or scanned to the one subject that is meant, and how each is named in a line."""

from collections.abc import Iterable
from typing import Any

from armoury.cli.words import kind_words
from armoury.domain.errors import RuleError
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.desk import Desk
from armoury.services.lookup import Hit, WeaponCard, find

_MOST_NAMED = 10


def subject(desk: Desk, typed: str, kind: str | None = None) -> Hit:
    """Return the one subject that a scan or typed code means.

    Args:
        desk: where to look.
        typed: a tag, serial, place code, badge, or whatever a scan may be.
        kind: only subjects of this kind count.

    Raises:
        RuleError: nothing or several things answer to it; the sentence names them.
    """
    found = find(desk, typed)
    hits = [each for each in found.hits if kind in (None, each.kind)]
    if found.only and found.only in hits:
        return found.only
    sure = [each for each in hits if each.closeness < 2]
    if len(sure) == 1:
        return sure[0]
    if not hits:
        what = kind_words(kind) if kind else _("Nothing")
        raise RuleError(_unknown(typed, what, kind))
    raise RuleError(_choice(found.said, hits))


def ids_of(desk: Desk, typed: Iterable[str], kind: str) -> list[str]:
    """Return the ids of subjects of one kind.

    Raises:
        RuleError: as `subject`.
    """
    return [subject(desk, each, kind).id for each in typed]


def _unknown(typed: str, what: str, kind: str | None) -> str:
    if kind is None:
        return _("Nothing in this register answers to “{typed}”. Try: armoury find").format(typed=typed)
    return _("{what}: nothing in this register answers to “{typed}”. Try: armoury find").format(what=what, typed=typed)


def _choice(said: str, hits: list[Hit]) -> str:
    lines = [f"  {hit_words(each)}" for each in hits[:_MOST_NAMED]]
    return "\n".join([said or _("Several things answer to this. Name one by its tag."), *lines])


def hit_words(hit: Hit) -> str:
    """Name a subject in one line."""
    record: Any = hit.found.weapon if isinstance(hit.found, WeaponCard) else hit.found
    parts = [printed_tag(record.tag), kind_words(hit.kind), *_names(hit.found)]
    return "  ".join(each for each in parts if each)


def _names(found: Any) -> list[str]:
    if isinstance(found, WeaponCard):
        weapon = found.weapon
        maker = weapon.maker_text or weapon.maker or ""
        model = weapon.model_text or weapon.model or ""
        return [maker, model, weapon.serial or "", found.place_code or found.holder_name or ""]
    names = ("code", "badge", "lot_number", "name")
    return [each for name in names if isinstance(each := getattr(found, name, None), str)]
