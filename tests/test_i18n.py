"""Texts: looked up when asked for, in every thread, and English where there is no catalogue."""

from pathlib import Path
from threading import Thread

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from armoury import i18n
from armoury.i18n import _, languages, ngettext


@pytest.fixture
def dutch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "locale" / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    texts = Catalog(locale="nl")
    texts.add("Weapon", "Wapen")
    texts.add(("{n} weapon", "{n} weapons"), ("{n} wapen", "{n} wapens"))
    with (folder / "armoury.mo").open("wb") as file:
        write_mo(file, texts)
    monkeypatch.setattr(i18n, "resource", lambda name: tmp_path / name)
    return tmp_path


def test_a_chosen_language_is_spoken(dutch):
    i18n.use_language("nl")
    assert _("Weapon") == "Wapen"


@pytest.mark.parametrize(("count", "text"), [(1, "{n} wapen"), (2, "{n} wapens")])
def test_counted_texts_have_their_form(dutch, count, text):
    i18n.use_language("nl")
    assert ngettext("{n} weapon", "{n} weapons", count) == text


def test_a_later_thread_speaks_the_chosen_language(dutch):
    i18n.use_language("nl")
    heard: list[str] = []
    thread = Thread(target=lambda: heard.append(_("Weapon")))
    thread.start()
    thread.join()
    assert heard == ["Wapen"]


def test_an_unknown_language_is_english(dutch):
    i18n.use_language("xx")
    assert _("Weapon") == "Weapon"


def test_an_unknown_text_stays_as_it_is(dutch):
    i18n.use_language("nl")
    assert _("Place") == "Place"


def test_an_empty_choice_is_the_language_of_the_system(dutch, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "nl")
    i18n.use_language("")
    assert _("Weapon") == "Wapen"


def test_a_document_may_have_another_language_than_the_screen(dutch):
    i18n.use_language("en")
    assert (i18n.catalogue("nl").gettext("Weapon"), _("Weapon")) == ("Wapen", "Weapon")


def test_english_is_always_among_the_languages():
    assert "en" in languages()
