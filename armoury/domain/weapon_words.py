"""From what was written of a weapon to the reference data; what was written is kept beside what it was matched to.

Only an entry's own name or a listed spelling is taken; what is merely near is proposed in a remark.
"""

from collections.abc import Iterator
from dataclasses import replace

from armoury.domain.matching import Match, match_calibre, match_country, match_maker, match_model, match_type
from armoury.domain.record_form import altered
from armoury.domain.records.weapon import Weapon
from armoury.domain.reference import Reference
from armoury.domain.remarks import Remark, note
from armoury.i18n import _

MATCHED = ("type", "maker", "country", "model", "calibre")
"""The fields that have a partner `…_text` with what was written; each is matched knowing the ones before it."""


def matched(weapon: Weapon, reference: Reference) -> Weapon:
    """Return the weapon with the ids of what was written, where they were not chosen and are certain."""
    for name in MATCHED:
        found = _match(name, weapon, reference)
        if found is not None and found.how != "near":
            weapon = altered(weapon, {name: found.id})
    return weapon


def described_by_model(weapon: Weapon, reference: Reference) -> Weapon:
    """Return the weapon with type and action as the list gives them for its model, where neither was said."""
    model = reference.models.get(weapon.model or "")
    if model is None or weapon.type or weapon.type_text:
        return weapon
    return altered(weapon, {"type": model.type, "action": weapon.action or model.action})


def near_remarks(weapon: Weapon, reference: Reference) -> Iterator[Remark]:
    """Propose what was perhaps meant by a text that matches nothing."""
    for name in MATCHED:
        found = _match(name, weapon, reference)
        if found is not None and found.how == "near":
            written = getattr(weapon, f"{name}_text")
            text = _("“{written}” is perhaps {name}. If so, choose it.").format(written=written, name=found.name)
            yield note(f"{name}_near", name, text)


def _match(name: str, weapon: Weapon, reference: Reference) -> Match | None:
    written = getattr(weapon, f"{name}_text")
    if not written or getattr(weapon, name) is not None:
        return None
    if name == "model":
        return _match_model(written, weapon, reference)
    if name == "calibre":
        return match_calibre(written, reference, model=weapon.model)
    simple = {"type": match_type, "maker": match_maker, "country": match_country}
    return simple[name](written, reference)


def _match_model(written: str, weapon: Weapon, reference: Reference) -> Match | None:
    """Match a model; where symbol and code stand for the maker, within the works of the country that they name."""
    if weapon.scheme != "symbol" or weapon.maker:
        return match_model(written, weapon.maker, reference)
    if works := _unnamed_works(weapon.country, reference):
        return match_model(written, works, reference)
    found = match_model(written, None, reference)
    if found is None or reference.models[found.id].country == weapon.country:
        return found
    return replace(found, how="near")


def _unnamed_works(country: str | None, reference: Reference) -> str | None:
    """Return the maker that stands for the works of a country where no maker is named."""
    makers = (each for each in reference.makers.values() if each.id.endswith("_unspecified"))
    return next((each.id for each in makers if country is not None and each.country == country), None)
