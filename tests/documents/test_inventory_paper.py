"""The certificate over a stock-take as paper: what a reader finds on it, on how many pages, in how much time."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from armoury import i18n
from armoury.documents.inventory import Drawn, Hand, Inventory, Item, Member, Scope, frozen_form
from armoury.documents.inventory_paper import inventory_paper
from armoury.domain.stocktakes import Reason
from armoury.history.canonical import canonical_bytes
from tests.documents.facts import AT, DRAWN, LONG, NOTE, ROOT, found, inventory, missed
from tests.papers import pages_of, text_of


def said(facts: Inventory, drawn: Drawn = DRAWN) -> str:
    return text_of(inventory_paper(facts, drawn, NOTE))


def test_equal_facts_give_equal_bytes():
    first, second = (inventory_paper(inventory(30), DRAWN, NOTE) for _turn in range(2))
    assert first == second


def test_other_facts_give_other_bytes():
    assert inventory_paper(inventory(1), DRAWN, NOTE) != inventory_paper(inventory(2), DRAWN, NOTE)


@pytest.mark.parametrize("text", [
    "BIC-2026-0001", "ST-2026-1", "Sample Main Armoury", "BB-BDFGHJKL", "the whole site", "2026-03-09 14:05 by cdr",
    "approved by adm", "approved by aud", "entry 1042 of the history", "Sample Commander", "Sample Auditor",
    "auditor, destruction officer", "presides over the board", "Commander of the site", "armoury check --against FILE",
    "this certificate does not say that it exists", "nobody has ever seen it", "End of the certificate",
])  # fmt: skip
def test_it_says(text):
    assert text in said(inventory())


def test_a_line_has_tag_serial_maker_model_and_place():
    assert "1 BCD-EFG-HJK A000001 Colt M4 R1 05 claimed" in said(inventory())


def test_what_was_found_says_when_and_by_whom():
    assert "7 X77? R2 not in the book; found 2026-03-09 14:05 by aud" in said(inventory())


def test_the_sums_add_up():
    facts = inventory(3, elsewhere=(missed(9),), unsure=(found(11), found(12)))
    text = said(facts)
    assert "A + B + C 44" in text  # 40 + 3 + 1
    assert "A + D + E + F 45" in text  # 40 + 2 + 1 + 2


def test_each_list_says_how_long_it_is():
    assert re.findall(r"List [23][ab].*?\((\d+) lines?\)", said(inventory(4))) == ["4", "0", "1", "0"]


def test_only_what_the_board_needed_to_set_aside_is_printed():
    rule = "sto sits on the board of the stock-take. Who keeps the store does not also certify what is in it."
    keeper = Member("sto", "Sample Storekeeper", "d3", set_aside=rule)
    text = said(inventory(board=(*inventory().board, keeper), override="only three officers"))
    assert f"Rules set aside: {rule} Reason: only three officers Approved when the stock-take was opened: adm" in text
    assert "set aside" not in said(inventory())


def test_a_purged_name_leaves_its_place():
    text = said(inventory(board=(Member("cdr", None, "d1"), Member("G7"))))
    assert "(name removed under national law)" in text
    assert "G7 of the board" in text.replace("G7 G7,", "G7")


def test_a_scope_is_named():
    text = said(inventory(scope=Scope(("R1 Rack one",), ("Pistol",), ("Exhibit",))))
    assert "Places, with all inside them: R1 Rack one Types: Pistol Legal standing: Exhibit" in text


def test_every_page_has_its_frame():
    pages = pages_of(inventory_paper(inventory(300), DRAWN, NOTE))
    for number, page in enumerate(pages, 1):
        assert page.count("RESTRICTED") == 2
        assert f"Page {number} of {len(pages)}" in page
        assert f"Entry 1042 of the history. Checkpoint over 1042 entries, root {ROOT}" in page


def test_every_page_of_a_list_has_its_head():
    pages = pages_of(inventory_paper(inventory(300), DRAWN, NOTE))
    listing = [page for page in pages if "BCD-EFG-HJK" in page]
    assert len(listing) > 5
    assert all("Line Tag Serial, or what was found Maker Model Place Remarks" in page for page in listing)
    assert all("List 2a: in the book only, continued" in page for page in listing[1:])


def test_no_line_of_a_long_list_is_lost():
    text = said(inventory(300))
    assert re.findall(r"A(\d{6}) Colt", text) == [f"{number:06}" for number in range(1, 301)]


def test_ten_thousand_lines_are_some_hundred_pages():
    facts = inventory(10_000)
    pages = pages_of(inventory_paper(facts, DRAWN, NOTE))
    assert 250 < len(pages) < 450
    assert "10000 BCD-EFG-HJK A010000" in " ".join(pages[-2:])


def test_names_of_every_language_are_printed():
    names = "Łucja Żółć", "Ñandú Núñez", "Évelyne Œuvré", "Ğüneş İşçi", "Йорданка Ђурић", "Ơn Nguyễn"
    text = said(inventory(board=tuple(Member(f"m{n}", name, "d") for n, name in enumerate(names))))
    assert [name for name in names if name not in text] == []


def test_a_sign_that_no_letter_stands_for_is_printed_by_its_number():
    assert "56[U+5F0F]12" in said(inventory(not_in_book=(found(1, "56式12"),)))


def test_control_and_direction_signs_do_no_harm():
    text = said(inventory(not_in_book=(found(1, "AB\x07C\u202e12"),)))
    assert "ABC[U+202E]12" in text


def test_a_text_without_blanks_is_cut_and_kept():
    long = "X" * 400
    assert said(inventory(not_in_book=(found(1, long),))).replace(" ", "").count("X") >= 400


def test_a_row_higher_than_a_page_goes_on():
    reasons = (Reason("could_be", ("BCD-EFG-HJK, " * 400,)),)
    text = said(inventory(unsure=(Item(3, serial="7", found=Hand(AT, "aud"), reasons=reasons),)))
    assert text.count("BCD-EFG-") > 350


def test_long_names_do_not_run_over_the_number():
    holder = replace(inventory().holder, register=LONG)
    pages = pages_of(inventory_paper(inventory(holder=holder), DRAWN, NOTE))
    assert all("… BIC-2026-0001" in page for page in pages)


def test_a_certificate_over_a_later_stock_take_is_no_baseline():
    text = said(inventory(baseline=False))
    assert "Stock-take certificate" in text
    assert "Baseline" not in text


@pytest.fixture
def spanish(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "locale" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    texts = Catalog(locale="es")
    texts.add("Baseline inventory certificate", "Certificado de inventario inicial")
    texts.add("Page {number} of {pages}", "Página {number} de {pages}")
    with (folder / "armoury.mo").open("wb") as file:
        write_mo(file, texts)
    monkeypatch.setattr(i18n, "resource", lambda name: tmp_path / name)


def test_it_speaks_its_own_language(spanish):
    text = said(inventory(), replace(DRAWN, language="es"))
    assert "Certificado de inventario inicial" in text
    assert "Página 1 de" in text
    assert "Baseline inventory certificate" in said(inventory())


def test_the_frozen_form_is_canonical_and_names_nobody():
    form = canonical_bytes(frozen_form(inventory(2)))
    assert b"Sample Commander" not in form
    assert b'"personal":"d1"' in form
    assert form == canonical_bytes(frozen_form(inventory(2)))
