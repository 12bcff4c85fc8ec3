"""Words as they stand in old books find their entries; what is ambiguous finds none; near ones are only proposed."""

import json
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.matching import (
    Match,
    calibre_fits,
    clashes,
    country_existed,
    fold,
    match_calibre,
    match_choice,
    match_country,
    match_maker,
    match_model,
    match_type,
    suggest,
)
from armoury.domain.reference import DATASETS, load_reference

DATA = load_reference()
WRITTEN = st.text(alphabet=string.ascii_letters + string.digits + "áéíóúñüöäçèêøłŻž &.,-/'’×()", max_size=30)


def found(match: Match | None) -> tuple[str, str] | None:
    """Return what a match found and how."""
    return (match.id, match.how) if match else None


# What two old registers wrote, and what it is.
MAKERS = {
    "imi": ["IMI", "Israel Military Industries"],
    "iwi": ["IWI"],
    "zastava": ["Crvena Zastava", "Zastava"],
    "glock": ["glock ", "Glock", "Glock Ges.m.b.H.", "GLOCK GmbH"],
    "beretta": ["BERRETTA", "P. Beretta", "Beretta"],
    "smith_wesson": ["S&W", "Smith & Wesson", "Smith and Wesson", "SMITH&WESSON"],
    "taurus": ["Taurus", "Forjas Taurus"],
    "colt": ["Colt", "Colt's Mfg", "COLT"],
    "fn": ["FN", "Fabrique Nationale", "FN Herstal", "F.N."],
    "izhmash": ["Izhevsk", "IZHMASH", "Izhmash"],
    "heckler_koch": ["Heckler & Koch", "H&K", "HK", "Heckler und Koch"],
    "mossberg": ["MOSSBERG", "Mossberg", "O.F. Mossberg & Sons"],
    "remington": ["Remington", "REMINGTON ARMS"],
}
MODELS = {
    "beretta": {"92FS": "beretta_92fs", "92 FS": "beretta_92fs", "M9": "beretta_m9"},
    "colt": {"M4": "colt_m4", "M4 Carbine": "colt_m4", "M16A2": "colt_m16a2", "Mod. 603": "colt_m16a1"},
    "fn": {"FAL": "fn_fal", "FAL 50.00": "fn_fal", "FNC": "fn_fnc", "L1A1": "fn_l1a1"},
    "glock": {"Glock 17": "glock_17", "G17": "glock_17", "17": "glock_17", "17 Gen 4": "glock_17"},
    "heckler_koch": {
        "G3": "heckler_koch_g3",
        "MP5": "heckler_koch_mp5",
        "MP5A3": "heckler_koch_mp5a3",
        "MP5 A5": "heckler_koch_mp5a5",
    },
    "imi": {"Uzi": "imi_uzi", "Galil": "imi_galil", "Galil ACE 21": "iwi_galil_ace_21"},
    "iwi": {"Uzi": "iwi_uzi", "Galil": "imi_galil", "Galil ACE 21": "iwi_galil_ace_21"},
    "izhmash": {"AK-47": "izhmash_ak_47", "AKM": "izhmash_akm", "AKMS": "izhmash_akms"},
    "mossberg": {"500": "mossberg_500", "Mod 500": "mossberg_500", "590A1": "mossberg_590a1"},
    "remington": {"870": "remington_870", "Mod. 870": "remington_870", "870 Express": "remington_870"},
    "smith_wesson": {
        "10": "smith_wesson_model_10",
        "Model 10": "smith_wesson_model_10",
        "M10-8": "smith_wesson_model_10",
        "64": "smith_wesson_model_64",
    },
    "taurus": {"85": "taurus_model_85", "PT 92": "taurus_pt_92", "PT92 AF": "taurus_pt_92"},
    "zastava": {"M70": "zastava_m70", "M70 AB2": "zastava_m70ab2"},
}
CALIBRES = {
    "9x19": ["9x19", "9MM LUGER", "9 mm Para", "9mm Parabellum", "9mm"],
    "9x29R": [".38", ".38 Spl", "38 SPL", ".38 Special", ",38 Spl"],
    "7.62x39": ["7,62x39 mm", "7.62x39", "7.62 x 39", "7,62x39", "7,62 x 39"],
    "7.62x51": ["7.62 NATO", "7.62x51", "7,62 NATO", "7,62x51"],
    "308-win": [".308", ",308"],
    "5.56x45": ["5.56x45", "5.56 NATO", "5.56", "5.56mm", "5,56x45", "5,56 NATO", "5,56", "5,56mm"],
    "223-rem": [".223", ",223"],
    "12ga": ["12ga", "12", "12 gauge", "12 GA", "12/70", "Cal. 12", "Cal, 12"],
}
TYPES = {
    "rifle": ["Rifle", "rifle", "RIFLE", "Fusil"],
    "self_loading_pistol": ["pistol", "Pistol", "PISTOL", "Pistola"],
    "revolver": ["REVOLVER", "Revolver", "revolver", "Revólver"],
    "sub_machine_gun": ["Submachine gun", "SUBMACHINE GUN", "Subfusil"],
    "shotgun": ["Shotgun", "SHOTGUN", "Escopeta"],
}
COUNTRIES = {
    "IL": ["Israel"],
    "YUCS": ["Yugoslavia"],
    "AT": ["Austria"],
    "IT": ["Italy", "Italia"],
    "US": ["United States", "Estados Unidos"],
    "BR": ["Brazil", "Brasil"],
    "BE": ["Belgium", "Bélgica"],
    "SUHH": ["USSR", "URSS"],
    "DE": ["Germany", "Alemania"],
}


@pytest.mark.parametrize(("expected", "texts"), MAKERS.items())
def test_makers_as_written(expected: str, texts: list[str]) -> None:
    assert {each: (m := match_maker(each, DATA)) and m.id for each in texts} == dict.fromkeys(texts, expected)


@pytest.mark.parametrize(("maker", "texts"), MODELS.items())
def test_models_as_written(maker: str, texts: dict[str, str]) -> None:
    assert {each: (m := match_model(each, maker, DATA)) and m.id for each in texts} == texts


@pytest.mark.parametrize(("expected", "texts"), CALIBRES.items())
def test_calibres_as_written(expected: str, texts: list[str]) -> None:
    assert {each: (m := match_calibre(each, DATA)) and m.id for each in texts} == dict.fromkeys(texts, expected)


@pytest.mark.parametrize(("expected", "texts"), TYPES.items())
def test_types_as_written(expected: str, texts: list[str]) -> None:
    assert {each: (m := match_type(each, DATA)) and m.id for each in texts} == dict.fromkeys(texts, expected)


@pytest.mark.parametrize(("expected", "texts"), COUNTRIES.items())
def test_countries_as_written(expected: str, texts: list[str]) -> None:
    assert {each: (m := match_country(each, DATA)) and m.id for each in texts} == dict.fromkeys(texts, expected)


@pytest.mark.parametrize("text", ["gun", "xx", "Blunderbuss??", "", " ", "??"])
def test_what_means_nothing_matches_nothing(text: str) -> None:
    assert match_type(text, DATA) is None
    assert match_maker(text, DATA) is None
    assert match_model(text, "glock", DATA) is None
    assert match_calibre(text, DATA) is None
    assert match_country(text, DATA) is None


@pytest.mark.parametrize("dataset", [each for each in DATASETS if each != "models"])
def test_no_spelling_stands_for_two_entries(dataset: str) -> None:
    assert clashes(dataset, DATA) == {}


def test_no_spelling_of_a_maker_stands_for_two_of_its_models() -> None:
    own = [(m.maker, fold(text)) for m in DATA.models.values() for text in {fold(s) for s in (m.name, *m.synonyms)}]
    assert sorted(each for each in set(own) if own.count(each) > 1) == []


def test_a_clash_is_found_and_matches_nothing() -> None:
    entries = [{"id": "a", "name": "A", "synonyms": ["Yard"]}, {"id": "b", "name": "B", "synonyms": ["yárd"]}]
    data = load_reference({"makers": json.dumps({"dataset": "makers", "edition": "1", "entries": entries})})
    assert clashes("makers", data) == {"yard": ("a", "b")}
    assert match_maker("Yard", data) is None


def test_every_calibre_of_a_model_fits_its_type() -> None:
    wrong = [(m.id, c) for m in DATA.models.values() for c in m.calibres if not calibre_fits(m.type, c, DATA)]
    assert wrong == []


@given(WRITTEN)
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(WRITTEN)
def test_fold_ignores_case(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


@given(WRITTEN, st.sampled_from(" .,-'’&/"), st.integers(0, 30))
def test_fold_ignores_punctuation(text: str, sign: str, at: int) -> None:
    assert fold(text[:at] + sign + text[at:]) == fold(text)


@given(st.text(alphabet="aeiounc", max_size=12), st.integers(0, 12))
def test_fold_ignores_accents(text: str, at: int) -> None:
    assert fold(text[:at] + text[at : at + 1] + ("\u0301" if at < len(text) else "") + text[at + 1 :]) == fold(text)


@pytest.mark.parametrize(("text", "folded"), [("Łucznik", "lucznik"), ("Đaković", "dakovic"), ("Anschütz", "anschutz")])
def test_fold_knows_letters_with_strokes(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Glock", ("glock", "exact")),
        ("GLOCK, Inc.", ("glock", "spelling")),
        ("Smith & Wesson Co.", ("smith_wesson", "spelling")),
        ("Winchesster", ("winchester", "near")),
        ("Remnigton", ("remington", "near")),
        ("Glcok", ("glock", "near")),
        ("Klockk", None),
        ("Brown", None),
    ],
)
def test_a_near_maker_is_only_proposed(text: str, expected: tuple[str, str] | None) -> None:
    assert found(match_maker(text, DATA)) == expected


def test_two_near_entries_are_none() -> None:
    assert match_country("Austrlia", DATA) is None


def test_another_number_is_never_a_slip() -> None:
    assert match_model("Glock 117", "glock", DATA) is None


def test_a_slip_in_a_model_is_proposed() -> None:
    assert found(match_model("Dragonov", "izhmash", DATA)) == ("izhmash_svd", "near")


def test_a_forerunners_model_is_a_listed_spelling() -> None:
    assert found(match_model("Galil", "iwi", DATA)) == ("imi_galil", "spelling")


def test_another_makers_model_is_only_proposed() -> None:
    assert found(match_model("Desert Eagle Mark XIX", "colt", DATA)) is None
    assert found(match_model("Python", "taurus", DATA)) == ("colt_python", "near")


def test_an_unknown_maker_counts_as_none_given() -> None:
    assert found(match_model("Glock 19", "nobody", DATA)) == ("glock_19", "exact")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Glock 17", ("glock_17", "exact")),
        ("Smith and Wesson Mod. 10", ("smith_wesson_model_10", "spelling")),
        ("FN FAL 50.00", ("fn_fal", "spelling")),
        ("AK-47", None),
        ("17", None),
    ],
)
def test_without_a_maker_a_model_must_be_unique(text: str, expected: tuple[str, str] | None) -> None:
    assert found(match_model(text, None, DATA)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7.62×39", ("7.62x39", "exact")),
        ("7.62 X 39MM", ("7.62x39", "exact")),
        ("7,62х39", ("7.62x39", "exact")),
        (".22 L.R.", ("5.6x15R", "spelling")),
        ("Calibre 12", ("12ga", "spelling")),
        (".45 ACP", ("11.43x23", "exact")),
        ("45ACP", ("11.43x23", "exact")),
        ("30-06", ("7.62x63", "spelling")),
        ("9 mm Parabelum", ("9x19", "near")),
        ("9mm", ("9x19", "near")),
        (".38", ("9x29R", "near")),
        ("38 mm", ("37mm", "spelling")),
        ("40 mm", ("40x46", "spelling")),
        (".40", ("10x22", "near")),
        ("7.62", None),
        ("7,62mm", None),
        ("5.56/.223", None),
    ],
)
def test_ways_of_writing_a_calibre(text: str, expected: tuple[str, str] | None) -> None:
    assert found(match_calibre(text, DATA)) == expected


@pytest.mark.parametrize(
    ("text", "model", "expected"),
    [
        ("7,62mm", "fn_fal", ("7.62x51", "spelling")),
        ("7.62", "izhmash_akm", ("7.62x39", "spelling")),
        ("9mm", "glock_17", ("9x19", "spelling")),
        ("9 mm", "baikal_makarov_pm", ("9x18", "spelling")),
        ("9 mm", "izhmash_akm", ("9x19", "near")),
        ("9 mm", "czub_cz_82", None),
        (".308", "fn_fal", ("308-win", "spelling")),
        ("7.62", "nothing", None),
    ],
)
def test_the_model_settles_a_short_calibre(text: str, model: str, expected: tuple[str, str] | None) -> None:
    assert found(match_calibre(text, DATA, model=model)) == expected


def test_similar_calibres_are_related_and_not_the_same() -> None:
    assert "223-rem" in DATA.calibres["5.56x45"].related
    assert found(match_calibre(".223", DATA)) != found(match_calibre("5.56", DATA))


@pytest.mark.parametrize(
    ("type_id", "calibre", "fits"),
    [
        ("rifle", "7.62x51", True),
        ("rifle", "9x19", True),
        ("shotgun", "9x19", False),
        ("self_loading_pistol", "12ga", False),
        ("revolver", "36ga", True),
        ("rifle", "12ga", False),
        ("craft_made", "12ga", True),
        ("nothing", "12ga", True),
        ("rifle", "nothing", True),
    ],
)
def test_calibre_fits(type_id: str, calibre: str, fits: bool) -> None:
    assert calibre_fits(type_id, calibre, DATA) is fits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("US", ("US", "exact")),
        ("U.S.A.", ("US", "exact")),
        ("840", ("US", "exact")),
        ("EE. UU.", ("US", "spelling")),
        ("England", ("GB", "spelling")),
        ("Pays-Bas", ("NL", "spelling")),
        ("Duitsland", ("DE", "spelling")),
        ("Made in Brazil", ("BR", "spelling")),
        ("SUHH", ("SUHH", "exact")),
        ("Soviet Union", ("SUHH", "spelling")),
        ("Checoslovaquia", ("CSHH", "spelling")),
        ("GDR", ("DDDE", "spelling")),
        ("YUG", ("YUCS", "exact")),
        ("Trinidad & Tobago", ("TT", "spelling")),
        ("Belguim", ("BE", "near")),
    ],
)
def test_countries_by_code_name_and_old_name(text: str, expected: tuple[str, str]) -> None:
    assert found(match_country(text, DATA)) == expected


@pytest.mark.parametrize(
    ("country", "year", "existed"),
    [
        ("SUHH", 1974, True),
        ("SUHH", 1995, False),
        ("DDDE", 1948, False),
        ("RU", 1900, True),
        ("RU", 1974, False),
        ("RU", 1999, True),
        ("CZ", 1980, False),
        ("JM", 1900, True),
        ("nowhere", 1900, True),
    ],
)
def test_country_existed(country: str, year: int, existed: bool) -> None:
    assert country_existed(country, year, DATA) is existed


@pytest.mark.parametrize(
    ("dataset", "text", "expected"),
    [
        ("actions", "bolt", ("bolt_action", "spelling")),
        ("sources", "Incautada", ("seized_criminal", "spelling")),
        ("agencies", "Police Service", ("police", "exact")),
        ("finishes", "inox", ("stainless", "spelling")),
        ("accessories", "Magazine", ("magazine", "exact")),
        ("finishes", "parkerizd", ("parkerized", "near")),
        ("finishes", "tartan", None),
    ],
)
def test_choices(dataset: str, text: str, expected: tuple[str, str] | None) -> None:
    assert found(match_choice(dataset, text, DATA)) == expected


def test_an_unknown_dataset_is_an_error() -> None:
    with pytest.raises(KeyError):
        match_choice("beetles", "x", DATA)


def test_suggestions_begin_with_what_was_typed() -> None:
    assert [each.id for each in suggest("countries", "trin", DATA)] == ["TT"]
    assert suggest("makers", "smi", DATA)[0].id == "smith_wesson"


def test_suggestions_are_found_inside_names_too() -> None:
    assert "self_loading_pistol" in [each.id for each in suggest("types", "loading pis", DATA)]


def test_models_are_suggested_by_their_makers_name() -> None:
    assert suggest("models", "colt m16a2", DATA)[0] == Match("colt_m16a2", "M16A2", "near")


def test_models_are_suggested_for_one_maker() -> None:
    listed = suggest("models", "m", DATA, maker="zastava", limit=5)
    assert {DATA.models[each.id].maker for each in listed} == {"zastava"}
    assert len(listed) == 5


def test_a_complete_name_is_suggested_as_exact() -> None:
    assert suggest("models", "glock 17", DATA, limit=1) == (Match("glock_17", "Glock 17", "exact"),)


def test_nothing_typed_suggests_nothing() -> None:
    assert suggest("makers", " ", DATA) == ()


def test_a_text_seen_before_costs_next_to_nothing() -> None:
    def one_thousand() -> float:
        start = time.perf_counter()
        for _ in range(1000):
            match_maker("Winchesster", DATA)
            match_calibre("9mm", DATA, model="glock_17")
        return (time.perf_counter() - start) / 2000

    assert min(one_thousand() for _ in range(5)) < 20e-6
