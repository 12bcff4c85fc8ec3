"""What must be said of a weapon, and what of it cannot be or is worth a second look.

Rules after the International Tracing Instrument (ITI, A/60/88) paragraphs 8 to 10, the Firearms Protocol articles 3 and
7, and the practice of armouries. What is owed by someone who has the weapon before him is only a warning where the
record comes from an old book (`claimed`), because nobody can look. Nothing here reads a register.
"""

from collections.abc import Callable, Iterator
from datetime import date

from armoury.domain.dates import FIRST_YEAR, PartialDate, definitely_before, earliest, latest
from armoury.domain.matching import calibre_fits, country_existed
from armoury.domain.records.weapon import Component, Serial, Weapon
from armoury.domain.reference import Reference
from armoury.domain.remarks import Remark, note, stop, warn
from armoury.domain.serials import has_wildcard, is_spreadsheet_ruined, serial_key
from armoury.i18n import _

TAKEN = frozenset({"seized_criminal", "seized_administrative", "found", "surrendered"})
"""Legal standings and sources for which source and legal basis must be known (SDG 16.4.2; ITI 9)."""

FRAMES = frozenset({"frame", "receiver", "upper_receiver", "lower_receiver"})
"""Components whose destruction leaves the weapon inoperable for good (ITI 10)."""

_AUTOMATIC = frozenset({"auto", "burst", "select"})

Rule = Callable[[Weapon, Reference, date], Iterator[Remark]]


def weapon_remarks(weapon: Weapon, reference: Reference, today: date) -> Iterator[Remark]:
    """Check one weapon by all rules that need nothing but itself and the reference data.

    Args:
        weapon: the record as it shall be.
        reference: the reference data in force.
        today: the day at the site.
    """
    for rule in _RULES:
        yield from rule(weapon, reference, today)
    yield from standing_remarks(weapon)


def described_remarks(weapon: Weapon, reference: Reference, today: date) -> Iterator[Remark]:
    """Check what is the same for all weapons that a book describes alike: identity, description, what fits what."""
    for rule in _OF_DESCRIPTION:
        yield from rule(weapon, reference, today)


def date_remarks(weapon: Weapon, reference: Reference, today: date) -> Iterator[Remark]:
    """Check the dates of one weapon, against each other, its model and its country."""
    for rule in _OF_DATES:
        yield from rule(weapon, reference, today)


def standing_remarks(weapon: Weapon, *, strict: bool = False) -> Iterator[Remark]:
    """Check what the legal standing asks for.

    Args:
        weapon: the record as it shall be.
        strict: also where the record is only claimed, as when somebody changes the standing now.
    """
    if weapon.legal in TAKEN or weapon.source in TAKEN:
        for name, sentence in _OF_TAKEN:
            if getattr(weapon, name) is None:
                yield stop("source_missing", name, sentence())
    owed = stop if strict else _owed(weapon)
    for name, sentence in _OWED_BY_LEGAL.get(weapon.legal, ()):
        if getattr(weapon, name) is None:
            yield owed(f"{weapon.legal}_incomplete", name, sentence())


def high_risk_of(weapon: Weapon, reference: Reference) -> str | None:
    """Return the high-risk category that type, model, fire modes and components give; the gravest of several."""
    found = [reference.types[each].high_risk for each in _types_of(weapon) if each in reference.types]
    if model := reference.models.get(weapon.model or ""):
        found.append(model.high_risk)
    if _AUTOMATIC & set(weapon.fire_modes):
        found.append("automatic")
    ranked = reference.lists["high_risk"]
    known = [each for each in found if each is not None and each in ranked]
    return min(known, key=lambda each: int(ranked[each].details.get("rank", 99)), default=None)


def _types_of(weapon: Weapon) -> list[str]:
    fitted = [each.type for each in weapon.components if each.ended is None]
    return ([weapon.type] if weapon.type else []) + fitted


_OF_TAKEN: tuple[tuple[str, Callable[[], str]], ...] = (
    ("source", lambda: _("Say how the weapon came: seized, found, surrendered.")),
    ("legal_basis", lambda: _("Say on what legal basis the weapon was taken.")),
)
_OWED_BY_LEGAL: dict[str, tuple[tuple[str, Callable[[], str]], ...]] = {
    "exhibit": (
        ("case_number", lambda: _("An exhibit needs the number of its case.")),
        ("court", lambda: _("An exhibit needs the name of the court.")),
        ("exhibit_number", lambda: _("An exhibit needs its exhibit number.")),
    ),
    "safekeeping": (
        ("depositor", lambda: _("Safekeeping needs the name of the depositor.")),
        ("safekeeping_reason", lambda: _("Safekeeping needs its reason.")),
        ("receipt_number", lambda: _("Safekeeping needs the number of the receipt that was given.")),
        ("review_date", lambda: _("Safekeeping needs a day on which it is reviewed.")),
    ),
}


def _owed(weapon: Weapon) -> Callable[[str, str, str], Remark]:
    return stop if weapon.sighting == "sighted" else warn


def _identity(weapon: Weapon, _reference: Reference, _today: date) -> Iterator[Remark]:
    owed = _owed(weapon)
    if weapon.scheme == "maker":
        if not (weapon.maker or weapon.maker_text):
            yield owed("maker_missing", "maker", _("Enter the maker as it stands on the weapon."))
        if not (weapon.country or weapon.country_text):
            yield owed("country_missing", "country", _("Enter the country of manufacture."))
        if weapon.serial_status in ("none", "obliterated"):
            text = _("Without a serial that can be read it has no maker's identity: choose “no maker's identity”.")
            yield owed("no_identity", "scheme", text)
    elif weapon.scheme == "symbol":
        if not serial_key(weapon.symbol_code or ""):
            yield stop("symbol_missing", "symbol_code", _("Enter the symbol and code as they stand on the weapon."))
    else:
        if weapon.overall_length_mm is None:
            text = _("Measure the weapon: its overall length is its identity.")
            yield owed("length_missing", "overall_length_mm", text)
        if not weapon.features:
            yield owed("features_missing", "features", _("Describe the features that tell it from any other weapon."))


def _serial(weapon: Weapon, _reference: Reference, _today: date) -> Iterator[Remark]:
    status, text = weapon.serial_status, (weapon.serial or "").strip()
    if status in ("none", "obliterated"):
        if text:
            yield stop("serial_contradicts", "serial", _("A serial is written, but said to be missing or unreadable."))
    elif text:
        yield from _serial_text("serial", text, status)
    elif weapon.scheme == "maker" or status == "partial":
        missing = _("Enter the serial as it stands on the weapon, or say that there is none or that it cannot be read.")
        yield stop("serial_missing", "serial", missing)


def _serial_text(field: str, text: str, status: str) -> Iterator[Remark]:
    if not serial_key(text):
        yield stop("serial_empty", field, _("“{serial}” holds no letter and no digit.").format(serial=text))
    if is_spreadsheet_ruined(text):
        yield warn("serial_ruined", field, _("“{serial}” looks spoiled by a spreadsheet.").format(serial=text))
    if status == "partial":
        yield warn("serial_partial", field, _("The serial “{serial}” was read only in part.").format(serial=text))
    elif has_wildcard(text):
        said = _("“{serial}” has gaps: say that it is only partly readable.")
        yield stop("serial_wildcard", field, said.format(serial=text))


def _parts(weapon: Weapon, reference: Reference, _today: date) -> Iterator[Remark]:
    items: tuple[Serial | Component, ...] = (*weapon.serials, *weapon.components)
    for item in items:
        field, text = ("serials", item.text) if isinstance(item, Serial) else ("components", item.serial)
        status = item.status if isinstance(item, Serial) else item.serial_status
        if text is not None:
            yield from _serial_text(field, text.strip(), status)
    for component in weapon.components:
        if component.type in reference.types and reference.types[component.type].group != "component":
            yield stop("not_a_component", "components", _("“{type}” is not a component.").format(type=component.type))
    if weapon.control_component and weapon.control_component not in FRAMES:
        yield warn(
            "control_component",
            "control_component",
            _("The control component should be the frame or receiver (ITI 10), not the {component}.").format(
                component=weapon.control_component
            ),
        )
    for item_of_kit in weapon.kit:
        if item_of_kit.quantity < 1:
            yield stop("kit_quantity", "kit", _("A kit counts at least one of each accessory."))


def _described(weapon: Weapon, reference: Reference, _today: date) -> Iterator[Remark]:
    kind = reference.types.get(weapon.type or "")
    needs_calibre = kind is None or (kind.group != "component" and "none" not in kind.fits)
    owed = _owed(weapon)
    for name, sentence in _DESCRIBED:
        written = getattr(weapon, f"{name}_text")
        if getattr(weapon, name) is None and not written and (name != "calibre" or needs_calibre):
            yield owed(f"{name}_missing", name, sentence())
    for name in _LIST_OF:
        written = getattr(weapon, f"{name}_text")
        if getattr(weapon, name) is None and written:
            text = _("“{written}” is not in the list “{dataset}”; it is kept as written.")
            yield note(f"{name}_unmatched", name, text.format(written=written, dataset=_LIST_OF[name]))
    if weapon.ownership is None:
        yield warn("ownership_missing", "ownership", _("Say who owns the weapon (ownership category)."))
    if weapon.agency is None:
        yield note("agency_missing", "agency", _("The agency that owns the weapon is not given."))


_LIST_OF = {
    "type": "types", "maker": "makers", "model": "models", "calibre": "calibres", "country": "countries",
}  # fmt: skip

_DESCRIBED: tuple[tuple[str, Callable[[], str]], ...] = (
    ("type", lambda: _("Say what type of weapon it is.")),
    ("model", lambda: _("Enter the model; write “unknown” where it cannot be told.")),
    ("calibre", lambda: _("Enter the calibre; write “unknown” where it cannot be told.")),
)


def _fits(weapon: Weapon, reference: Reference, _today: date) -> Iterator[Remark]:
    kind, calibre = reference.types.get(weapon.type or ""), reference.calibres.get(weapon.calibre or "")
    if kind and calibre and not calibre_fits(kind.id, calibre.id, reference):
        text = _("A {type} in the calibre {calibre} is unusual. Look again.")
        yield warn("calibre_unusual", "calibre", text.format(type=kind.name.lower(), calibre=calibre.name))
    maker = reference.makers.get(weapon.maker or "")
    homes = {maker.country, *maker.countries} - {None} if maker else set()
    if maker and weapon.country and homes and weapon.country not in homes:
        text = _("{maker} is known to make weapons in {countries}, not in {country}. Look at the marks again.")
        known = ", ".join(sorted(str(each) for each in homes))
        said = text.format(maker=maker.name, countries=known, country=weapon.country)
        yield warn("country_of_maker", "country", said)
    yield from _fits_model(weapon, reference)


def _fits_model(weapon: Weapon, reference: Reference) -> Iterator[Remark]:
    model = reference.models.get(weapon.model or "")
    if model is None:
        return
    text = _("The list gives {expected} for the model {model}, not {found}.")
    kin = reference.makers[model.maker].related if model.maker in reference.makers else ()
    if weapon.maker and weapon.maker not in (model.maker, *kin):
        yield warn("maker_of_model", "maker", text.format(expected=model.maker, model=model.name, found=weapon.maker))
    if weapon.type and weapon.type != model.type:
        yield warn("type_of_model", "type", text.format(expected=model.type, model=model.name, found=weapon.type))
    if weapon.calibre and model.calibres and weapon.calibre not in model.calibres:
        known = ", ".join(model.calibres)
        yield warn("calibre_of_model", "calibre", text.format(expected=known, model=model.name, found=weapon.calibre))


def _year_of_model(weapon: Weapon, reference: Reference, _today: date) -> Iterator[Remark]:
    model = reference.models.get(weapon.model or "")
    if model and weapon.made and _outside(weapon.made, model.from_year, model.to_year):
        text = _("The list gives {expected} for the model {model}, not {found}.")
        years = f"{model.from_year or '…'}–{model.to_year or '…'}"
        yield warn("year_of_model", "made", text.format(expected=years, model=model.name, found=weapon.made.value))


def _outside(when: PartialDate, first: int | None, last: int | None) -> bool:
    """Tell whether a date certainly lies before the first or after the last year."""
    start, end = earliest(when), latest(when)
    if start is None or end is None:
        return False
    return (first is not None and end.year < first) or (last is not None and start.year > last)


def _dates(weapon: Weapon, reference: Reference, today: date) -> Iterator[Remark]:
    for name in ("made", "received"):
        start = earliest(when) if (when := getattr(weapon, name)) else None
        if start and start > today:
            yield stop("future", name, _("“{value}” lies in the future.").format(value=when.value))
        if when and (end := latest(when)) and end.year < FIRST_YEAR:
            yield warn("very_old", name, _("“{value}” is very long ago. Look again.").format(value=when.value))
    if weapon.last_inspected and weapon.last_inspected > today.isoformat():
        yield stop("future", "last_inspected", _("The last inspection lies in the future."))
    if weapon.made and weapon.received and definitely_before(weapon.received, weapon.made):
        yield stop("received_before_made", "received", _("It cannot have been received before it was made."))
    yield from _import_year(weapon, today)
    yield from _country_existed(weapon, reference)


def _import_year(weapon: Weapon, today: date) -> Iterator[Remark]:
    year = weapon.import_year
    if year is None:
        return
    if not FIRST_YEAR <= year <= today.year:
        yield stop("import_year", "import_year", _("The year of import cannot be right."))
    elif weapon.made and _outside(weapon.made, None, year):
        yield stop("import_before_made", "import_year", _("It cannot have been imported before it was made."))
    elif weapon.received and _outside(weapon.received, year, None):
        yield stop("received_before_import", "import_year", _("It cannot have been received before it was imported."))


def _country_existed(weapon: Weapon, reference: Reference) -> Iterator[Remark]:
    if weapon.country is None or weapon.made is None:
        return
    start, end = earliest(weapon.made), latest(weapon.made)
    if start is None or end is None:
        return
    if not any(country_existed(weapon.country, year, reference) for year in range(start.year, end.year + 1)):
        text = _("{country} did not exist in {year}. Look at the mark again.")
        name = reference.countries[weapon.country].name
        yield warn("country_existed", "country", text.format(country=name, year=weapon.made.value))


def _risk(weapon: Weapon, reference: Reference, _today: date) -> Iterator[Remark]:
    derived = high_risk_of(weapon, reference)
    if derived and weapon.high_risk is None:
        text = _("By its type or fire mode this is a high-risk weapon: {category}.")
        yield warn("high_risk", "high_risk", text.format(category=derived))


_OF_DESCRIPTION: tuple[Rule, ...] = (_identity, _described, _fits, _risk)
_OF_DATES: tuple[Rule, ...] = (_year_of_model, _dates)
_RULES: tuple[Rule, ...] = (_identity, _serial, _parts, _described, _fits, _year_of_model, _dates, _risk)
