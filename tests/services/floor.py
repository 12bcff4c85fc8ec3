"""What the tests of stock-takes work with: claimed weapons in racks, a board, and short ways to count and close."""

from collections.abc import Sequence
from typing import Any

from armoury.domain.count_lists import Listed, Lists
from armoury.domain.records.stocktake import Stocktake
from armoury.domain.records.weapon import Weapon
from armoury.services.acts import officer_named
from armoury.services.count_lists import lists
from armoury.services.counting import Recorded, record
from armoury.services.desk import Desk
from armoury.services.places import place_by_code
from armoury.services.stocktake_closing import close, plan_closing
from armoury.services.stocktakes import Scope, plan_opening, stocktake_by_id
from armoury.services.weapons import register, weapon_of
from armoury.store.steps import Changes
from tests.registers import second_approval
from tests.services.stock import pistol, with_two

WHY = "only two officers on the island"


def claimed(desk: Desk, *serials: str, **fields: Any) -> list[Weapon]:
    """Register weapons as an old book claims them."""
    drafts = [pistol(desk, each, **fields) for each in serials]
    register(desk, drafts, claimed=True)
    return [weapon_of(desk, each.id) for each in drafts]


def board(desk: Desk, *names: str) -> list[str]:
    """Return the ids of officers."""
    return [officer_named(desk, each).id for each in names or ("cdr", "adm")]


WHOLE_SITE = Scope()


def opened(desk: Desk, scope: Scope = WHOLE_SITE) -> Stocktake:
    """Open a stock-take whose board keeps the store as well, with the second officer's consent."""
    return stocktake_by_id(desk, with_two(desk, plan_opening(desk, scope, board(desk), override=WHY)).ids[0])


def count(desk: Desk, stocktake: Stocktake, *texts: str, at: str | None = None, **more: Any) -> Recorded:
    """Scan, at a place or nowhere in particular."""
    return record(desk, stocktake, texts, place=place_by_code(desk, at) if at else None, **more)


def answers(recorded: Recorded) -> list[str]:
    """Return the answers in a row."""
    return [each.answer.value for each in recorded.verdicts]


def closed(desk: Desk, stocktake: Stocktake) -> Stocktake:
    """Close a stock-take by both officers."""
    ended(desk, stocktake)
    return stocktake_by_id(desk, stocktake.id)


def ended(desk: Desk, stocktake: Stocktake) -> Changes:
    """Close a stock-take by both officers and return what changed."""
    planned = plan_closing(desk, stocktake)
    return close(desk, planned, [second_approval(desk, planned.act)])


def serials(items: Sequence[Listed]) -> list[str | None]:
    """Return the serials of a list, or what was found where no weapon is known."""
    return [each.weapon.serial if each.weapon else each.lines[0].text for each in items]


def why(items: Sequence[Listed], serial: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the reasons that a list gives for a weapon or a thing found."""
    named = dict(zip(serials(items), items, strict=True))
    return [(each.code, each.about) for each in named[serial].reasons]


def now(desk: Desk, stocktake: Stocktake) -> Lists:
    """Return the lists as they stand."""
    return lists(desk, stocktake_by_id(desk, stocktake.id))
