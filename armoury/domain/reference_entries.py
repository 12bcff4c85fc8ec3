"""The entries of the reference data: weapon types, makers, models, calibres, countries and plain words.

Every field is declared once, here; the reader of files takes types, required fields and references from these classes.
Ids are stable for ever, for registers and bundles hold them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Names = Mapping[str, tuple[str, ...]]
"""Names by language (`es`, `fr`, `nl`); the first of each is the one to show."""

Details = Mapping[str, str | int | bool]


def _refers(dataset: str) -> Any:
    return field(default=None, metadata={"refers": dataset})


def _refer(dataset: str) -> Any:
    return field(default=(), metadata={"refers": dataset})


@dataclass(frozen=True)
class Entry:
    """One word of a vocabulary. `details` holds what only its dataset knows, such as days between counts."""

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    names: Names = field(default_factory=dict)
    details: Details = field(default_factory=dict)


@dataclass(frozen=True)
class Action:
    """How a weapon is loaded and fired."""

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    names: Names = field(default_factory=dict)


@dataclass(frozen=True)
class WeaponType:
    """A type of weapon or component.

    Attributes:
        group: `small_arm`, `light_weapon`, `other` or `component`.
        iti: class of the International Tracing Instrument, paragraph 4.
        iafq: class of the Illicit Arms Flows Questionnaire.
        unroca: class of the UN Register of Conventional Arms.
        fits: kinds of calibre that it plausibly takes; empty where anything may be.
    """

    id: str
    name: str
    group: str
    iti: str | None = None
    iafq: str | None = None
    unroca: str | None = None
    high_risk: str | None = _refers("high_risk")
    fits: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    names: Names = field(default_factory=dict)


@dataclass(frozen=True)
class Calibre:
    """A calibre under its canonical key.

    Attributes:
        kinds: what it belongs to: handgun, intermediate, rifle, shotgun, launcher and so on.
        shorthand: short forms that it shares with others (`7.62`); only a model can decide.
        usual: of those, the ones that mean this calibre unless a model says otherwise (`9 mm`).
        related: similar and not identical calibres.
    """

    id: str
    name: str
    kinds: tuple[str, ...]
    family: str | None = None
    synonyms: tuple[str, ...] = ()
    shorthand: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    related: tuple[str, ...] = _refer("calibres")


@dataclass(frozen=True)
class Maker:
    """A maker. `related` are forerunners, successors and sister works, whose models it may have made too."""

    id: str
    name: str
    country: str | None = _refers("countries")
    countries: tuple[str, ...] = _refer("countries")
    synonyms: tuple[str, ...] = ()
    from_year: int | None = None
    to_year: int | None = None
    related: tuple[str, ...] = _refer("makers")


@dataclass(frozen=True)
class Model:
    """A model of one maker; a design that many made has one model for each of them."""

    id: str
    maker: str = field(metadata={"refers": "makers"})
    name: str
    type: str = field(metadata={"refers": "types"})
    action: str | None = _refers("actions")
    fire_modes: tuple[str, ...] = _refer("fire_modes")
    calibres: tuple[str, ...] = _refer("calibres")
    country: str | None = _refers("countries")
    from_year: int | None = None
    to_year: int | None = None
    high_risk: str | None = _refers("high_risk")
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Country:
    """A country (ISO 3166-1 alpha-2) or a vanished one (ISO 3166-3 alpha-4).

    Attributes:
        from_year: first year of the state, where that matters for dating a weapon.
        to_year: last year of a vanished state.
        gap_from: first whole year of a time in which it was part of another state.
        gap_to: last whole year of that time.
        successors: whom to ask about a vanished state's weapons.
    """

    id: str
    name: str
    alpha3: str | None = None
    numeric: str | None = None
    names: Names = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()
    from_year: int | None = None
    to_year: int | None = None
    gap_from: int | None = None
    gap_to: int | None = None
    successors: tuple[str, ...] = _refer("countries")


AnyEntry = Entry | Action | WeaponType | Calibre | Maker | Model | Country


RECORDS: Mapping[str, type[AnyEntry]] = {
    "types": WeaponType,
    "actions": Action,
    "calibres": Calibre,
    "makers": Maker,
    "models": Model,
    "countries": Country,
}
LISTS = (
    "fire_modes",
    "sources",
    "legal_basis",
    "ownership_categories",
    "high_risk",
    "agencies",
    "site_types",
    "log_kinds",
    "accessories",
    "finishes",
    "place_levels",
    "evidence_roles",
    "schemes",
    "serial_status",
    "serial_kinds",
    "sighting",
    "person_status",
    "ammunition_natures",
    "hazard_divisions",
    "compatibility_groups",
    "hazard_codes",
    "un_numbers",
    "condition_schemes",
    "ammunition_conditions",
    "packagings",
    "units_of_issue",
    "lot_kinds",
    "voucher_kinds",
)
DATASETS: tuple[str, ...] = (*RECORDS, *LISTS)
"""The names of all datasets."""
