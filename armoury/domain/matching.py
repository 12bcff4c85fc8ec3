"""Matching what was written in a book to the reference data: makers, models, calibres, types, countries, choices.

A match says how it came about: `exact` (the entry's own name or code), `spelling` (a spelling that the reference data
lists) or `near` (a proposal for the officer, never to be taken silently). Whatever is ambiguous matches nothing.
Callers keep what was written beside what it was matched to.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from armoury.domain.folding import SEEN, How, Index, Match, build_index, fold, plain_forms, spellings
from armoury.domain.reference import AnyEntry, Calibre, Country, Maker, Model, Reference

__all__ = [
    "Match",
    "calibre_fits",
    "clashes",
    "country_existed",
    "fold",
    "match_calibre",
    "match_choice",
    "match_country",
    "match_maker",
    "match_model",
    "match_type",
    "suggest",
]


@lru_cache(maxsize=64)
def _choices(dataset: str, reference: Reference) -> Index:
    entries = reference.dataset(dataset)
    return build_index(entries.values(), {each.id: plain_forms(each) for each in entries.values()})


# ---------------------------------------------------------------------------------------------- choices and types


def match_choice(dataset: str, text: str, reference: Reference) -> Match | None:
    """Match a word to an entry of any simple dataset (actions, agencies, sources, finishes …).

    Raises:
        KeyError: there is no such dataset.
    """
    return _seen_choice(dataset, text, reference)


@lru_cache(maxsize=SEEN)
def _seen_choice(dataset: str, text: str, reference: Reference) -> Match | None:
    index = _choices(dataset, reference)
    form = fold(text)
    return index.find([form]) or index.near(form)


def match_type(text: str, reference: Reference) -> Match | None:
    """Match a weapon type or component in English, Spanish, French or Dutch."""
    return _seen_choice("types", text, reference)


# ------------------------------------------------------------------------------------------------------------ makers

_FORMS_OF_COMPANY = frozenset(
    """gmbh gesmbh ltd limited inc incorporated co company cie corp corporation sa spa ag kg llc srl as ab oy plc jsc
    jsco mfg manufacturing sons and und y e et of the""".split()  # noqa: SIM905 a list of 32 lines reads worse
)


def _reduced(text: str) -> str:
    """Fold a maker's name without the words that say only that it is a company: `COLT'S MFG. CO.` is `colts`."""
    words = re.split(r"[\s,&/()-]+", re.sub(r"[.'\u2019]", "", text))
    return "".join(word for word in map(fold, words) if word not in _FORMS_OF_COMPANY)


@lru_cache(maxsize=8)
def _makers(reference: Reference) -> Index:
    full = {each.id: list(plain_forms(each)) for each in reference.makers.values()}
    taken = {form for forms in full.values() for form, _how in forms}
    for each in reference.makers.values():
        reduced = {_reduced(spelling) for spelling in spellings(each)} - taken
        full[each.id] += [(form, "spelling") for form in reduced]
    return build_index(reference.makers.values(), full)


def match_maker(text: str, reference: Reference) -> Match | None:
    """Match a maker's name, abbreviation or known misspelling, with or without GmbH, Ltd and the like."""
    return _seen_maker(text, reference)


@lru_cache(maxsize=SEEN)
def _seen_maker(text: str, reference: Reference) -> Match | None:
    index = _makers(reference)
    own, reduced = index.find([fold(text)]), index.find([_reduced(text)])
    return own or (replace(reduced, how="spelling") if reduced else index.near(fold(text)))


# ------------------------------------------------------------------------------------------------------------ models

_MODEL_WORD = re.compile("^(?:modelo|modele|modell|model|mod|mdl|mle)(?=.)")


@lru_cache(maxsize=1024)
def _models(makers: tuple[str, ...] | None, reference: Reference) -> Index:
    wanted = [each for each in reference.models.values() if makers is None or each.maker in makers]
    return build_index(wanted, {each.id: _model_forms(each) for each in wanted})


def _model_forms(model: Model) -> Iterator[tuple[str, How]]:
    for form, how in plain_forms(model):
        yield form, how
        yield _MODEL_WORD.sub("", form), "spelling"


def match_model(text: str, maker: str | None, reference: Reference) -> Match | None:
    """Match a model as written, with or without its maker's name and the word “model”.

    Args:
        text: as written: `Mod. 870`, `Glock 17`, `92 FS`.
        maker: id of the maker, if known. A forerunner's or successor's model counts; one of an unrelated maker is only
            proposed (`near`), and only if no third made one of that name. Without a maker the name must be unique.
        reference: the data in force.
    """
    return _seen_model(text, maker, reference)


@lru_cache(maxsize=SEEN)
def _seen_model(text: str, maker: str | None, reference: Reference) -> Match | None:
    found = reference.makers.get(maker) if maker is not None else None
    if found is None:
        return _model_of_any(text, reference)
    forms = _forms_of(text, found)
    if not forms:
        return None
    own = _models((found.id,), reference)
    kin = _models(found.related, reference).find(forms)
    match = own.find(forms) or (replace(kin, how="spelling") if kin else None) or own.near(forms[0])
    other = None if match else _models(None, reference).find(forms)
    return replace(other, how="near") if other else match


def _forms_of(text: str, maker: Maker) -> list[str]:
    form = fold(text)
    named = sorted((name for name in map(fold, spellings(maker)) if form.startswith(name)), key=len, reverse=True)
    rests = [form, *(form.removeprefix(name) for name in named)]
    return [each for rest in rests for each in (rest, _MODEL_WORD.sub("", rest)) if each]


def _model_of_any(text: str, reference: Reference) -> Match | None:
    index = _models(None, reference)
    form = fold(text)
    match = index.find([form, _MODEL_WORD.sub("", form)])
    return match or _model_with_maker(form, reference) or index.near(form)


def _model_with_maker(form: str, reference: Reference) -> Match | None:
    """Match `Colt M16A2` where no maker is given in its own column."""
    makers = _makers(reference)
    found: dict[str, Match] = {}
    for cut in range(2, len(form)):
        maker = makers.find([form[:cut]])
        rest = form[cut:]
        match = _models((maker.id,), reference).find([rest, _MODEL_WORD.sub("", rest)]) if maker else None
        if match:
            found[match.id] = match
    return replace(found.popitem()[1], how="spelling") if len(found) == 1 else None


# ---------------------------------------------------------------------------------------------------------- calibres

_CALIBRE_WORD = re.compile(r"(?<![a-z])(?:calib(?:er|re|ro)?|cal|kaliber|kal)(?![a-z])\.?")
_CALIBRE_SIGNS = str.maketrans({"\u00d7": "x", "\u0445": "x", "*": "x", ",": ".", "\u00b7": "."})
"""The multiplication sign, the Cyrillic letter and the star stand for x; comma and raised point for the point."""
_WHOLE_MM = re.compile(r"\d+mm")
_MM = re.compile(r"(?<=\d)mm")


def _calibre_forms(text: str) -> list[str]:
    """List the forms of a written calibre, the most telling first.

    A leading point (`.38`) and the word mm (`7.62x39 mm`) may be missing; mm after a whole number may not, for 38 mm is
    not .38 and 12 mm not 12 gauge.
    """
    plain = unicodedata.normalize("NFKD", text).lower().translate(_CALIBRE_SIGNS)
    plain = _CALIBRE_WORD.sub("", plain).strip()
    form = re.sub(r"\.(?!\d)|[^0-9a-z.]", "", plain)
    bare = form if _WHOLE_MM.fullmatch(form) else _MM.sub("", form)
    return list(dict.fromkeys(each for each in (form, form.lstrip("."), bare, bare.lstrip(".")) if each))


@dataclass(frozen=True)
class _Calibres:
    index: Index
    shared: Mapping[str, frozenset[str]]
    usual: Mapping[str, str]


@lru_cache(maxsize=8)
def _calibres(reference: Reference) -> _Calibres:
    entries = reference.calibres.values()
    shared: dict[str, frozenset[str]] = {}
    usual: dict[str, str] = {}
    for each in entries:
        for text in each.shorthand:
            for form in _calibre_forms(text):
                shared[form] = shared.get(form, frozenset()) | {each.id}
        usual |= {form: each.id for text in each.usual for form in _calibre_forms(text)}
    return _Calibres(build_index(entries, {each.id: _calibre_spellings(each) for each in entries}), shared, usual)


def _calibre_spellings(calibre: Calibre) -> Iterator[tuple[str, How]]:
    for text in (calibre.id, calibre.name):
        yield from ((form, "exact") for form in _calibre_forms(text))
    for text in calibre.synonyms:
        yield from ((form, "spelling") for form in _calibre_forms(text))


def match_calibre(text: str, reference: Reference, *, model: str | None = None) -> Match | None:
    """Match a calibre as written: `7,62 x 39 mm`, `.38 Spl`, `9MM LUGER`, `Cal. 12`, `5.56 NATO`.

    A short form that several calibres share (`7.62`, `9 mm`) is settled by the model, if it takes exactly one of them;
    else the usual meaning is proposed as `near`, and where there is none nothing matches.
    """
    return _seen_calibre(text, reference, model)


@lru_cache(maxsize=SEEN)
def _seen_calibre(text: str, reference: Reference, model: str | None) -> Match | None:
    known = _calibres(reference)
    forms = _calibre_forms(text)
    for form in forms:
        if form in known.shared:
            return _settle(form, known, reference, model)
        if form in known.index.keys:
            return known.index.find([form])
    return known.index.near(forms[0]) if forms else None


def _settle(form: str, known: _Calibres, reference: Reference, model: str | None) -> Match | None:
    found = reference.models.get(model) if model is not None else None
    fitting = [each for each in found.calibres if each in known.shared[form]] if found else []
    if len(fitting) == 1:
        return Match(fitting[0], known.index.names[fitting[0]], "spelling")
    usual = known.usual.get(form)
    if usual is None or (fitting and usual not in fitting):
        return None
    return Match(usual, known.index.names[usual], "near")


def calibre_fits(type_id: str, calibre: str, reference: Reference) -> bool:
    """Say whether a type plausibly takes a calibre; True where the data say nothing against it."""
    known, found = reference.types.get(type_id), reference.calibres.get(calibre)
    return known is None or found is None or not known.fits or not set(known.fits).isdisjoint(found.kinds)


# --------------------------------------------------------------------------------------------------------- countries

_BEFORE_COUNTRY = re.compile("^(?:madein|madeby|the|republicof|kingdomof|stateof|hechoen|fabricadoen|industria)(?=.)")


@lru_cache(maxsize=8)
def _countries(reference: Reference) -> Index:
    entries = reference.countries.values()
    own = {each.id: list(plain_forms(each)) for each in entries}
    today = {code for each in entries if not each.to_year for code in (each.alpha3, each.numeric) if code}
    for each in entries:
        own[each.id] += [(fold(code), "exact") for code in _codes(each) if not each.to_year or code not in today]
    return build_index(entries, own)


def _codes(country: Country) -> Iterator[str]:
    if country.alpha3:
        yield country.alpha3
    if country.numeric and not country.to_year:
        yield country.numeric


def match_country(text: str, reference: Reference) -> Match | None:
    """Match a country by ISO code or by name in English, Spanish, French or Dutch; vanished states too (URSS: SUHH)."""
    return _seen_country(text, reference)


@lru_cache(maxsize=SEEN)
def _seen_country(text: str, reference: Reference) -> Match | None:
    index = _countries(reference)
    form = fold(text)
    return index.find([form, _BEFORE_COUNTRY.sub("", form)]) or index.near(form)


def country_existed(country: str, year: int, reference: Reference) -> bool:
    """Say whether a weapon can have been made in a country in that year; True where no years are known."""
    found = reference.countries.get(country)
    if found is None:
        return True
    in_gap = found.gap_from is not None and found.gap_to is not None and found.gap_from <= year <= found.gap_to
    return not in_gap and (found.from_year or year) <= year <= (found.to_year or year)


# ------------------------------------------------------------------------------------------------------- while typing


def suggest(
    dataset: str, prefix: str, reference: Reference, *, limit: int = 10, maker: str | None = None
) -> tuple[Match, ...]:
    """List entries for what has been typed so far: own names that begin with it, other spellings, names that hold it.

    Args:
        dataset: any dataset; models are also found by their maker's name before theirs.
        prefix: what stands in the field.
        reference: the data in force.
        limit: at most so many.
        maker: for models, only those of this maker and its forerunners and successors.

    Raises:
        KeyError: there is no such dataset.
    """
    form = fold(prefix)
    ranked: dict[str, tuple[int, int, str]] = {}
    for key, entry, own in _suggestions(dataset, reference) if form else ():
        at = key.find(form)
        if at < 0 or not _of_maker(entry, maker, reference):
            continue
        rank = (0 if own and at == 0 else 1 if at == 0 else 2, len(key), key)
        ranked[entry.id] = min(rank, ranked.get(entry.id, rank))
    names = reference.dataset(dataset)
    best = sorted(ranked, key=ranked.__getitem__)[:limit]
    return tuple(Match(each, names[each].name, "exact" if fold(names[each].name) == form else "near") for each in best)


def _of_maker(entry: AnyEntry, maker: str | None, reference: Reference) -> bool:
    if maker is None or not isinstance(entry, Model):
        return True
    found = reference.makers.get(maker)
    return entry.maker == maker or (found is not None and entry.maker in found.related)


@lru_cache(maxsize=64)
def _suggestions(dataset: str, reference: Reference) -> tuple[tuple[str, AnyEntry, bool], ...]:
    entries = reference.dataset(dataset).values()
    found = [(fold(each), entry, each is entry.name) for entry in entries for each in spellings(entry)]
    for entry in entries:
        if isinstance(entry, Model) and entry.maker in reference.makers:
            found += [(fold(each + entry.name), entry, False) for each in spellings(reference.makers[entry.maker])]
    return tuple(found)


def clashes(dataset: str, reference: Reference) -> Mapping[str, tuple[str, ...]]:
    """List folded spellings that stand for more than one entry of a dataset, for whoever edits the data."""
    index = {"makers": _makers, "countries": _countries}.get(dataset)
    keys = index(reference).keys if index else _choices(dataset, reference).keys
    if dataset == "calibres":
        keys = _calibres(reference).index.keys
    return {form: tuple(ids) for form, ids in keys.items() if len(ids) > 1}
