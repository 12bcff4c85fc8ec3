"""Fields of records as an officer types them: options made from the declarations, texts turned into values."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from armoury.cli.subjects import subject
from armoury.cli.words import field_words
from armoury.domain.errors import RuleError
from armoury.domain.fields import Declared, FieldType, declared_fields
from armoury.domain.matching import match_calibre, match_type
from armoury.domain.records.weapon import Component, KitItem, Serial
from armoury.i18n import _
from armoury.services.desk import Desk
from armoury.services.places import place_by_code
from armoury.services.site import acquisition_of

F = TypeVar("F", bound=Callable[..., Any])

SETTINGS = click.option(
    "--set", "settings", multiple=True, metavar="FIELD=VALUE",
    help=_("A field and its new value; an empty value takes it away. May be repeated."),
)  # fmt: skip
"""The option by which fields of a record are changed."""

_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0", ""})
_PARTS_SHOWN: Mapping[type[Any], str] = {Serial: "KIND:TEXT", Component: "TYPE:SERIAL", KitItem: "ACCESSORY:COUNT"}
_SHOWN: Mapping[FieldType, str] = {
    FieldType.INTEGER: "NUMBER", FieldType.DATE: "DATE", FieldType.DAY: "DAY", FieldType.INSTANT: "TIME",
}  # fmt: skip
_PART_ENDS = ";"
_ONE_OF: Mapping[str, str] = {
    "serials": "further-serial", "components": "component", "fire_modes": "fire-mode",
    "transit_countries": "transit-country",
}  # fmt: skip
"""Options that are given once for each item of a list."""


def typed_fields(record: type[Any], left_out: Iterable[str]) -> tuple[Declared, ...]:
    """Return the fields that can be typed; of a text and what it is matched to only the text, under the short name."""
    hidden = set(left_out)
    every = declared_fields(record)
    matched = {each.name.removesuffix("_text") for each in every if each.name.endswith("_text")}
    return tuple(
        each for each in every if each.name not in hidden and (each.name not in matched or each.name in _HAVE_OWN_TEXT)
    )


_HAVE_OWN_TEXT = frozenset({"holder"})
"""`holder_text` is the holder as an old book has it, not what the holder is matched from."""


def option_name(declared: Declared) -> str:
    """Return the name under which a field is typed: `maker_text` is `maker`."""
    if declared.name.removesuffix("_text") in _HAVE_OWN_TEXT:
        return declared.name
    return declared.name.removesuffix("_text")


def field_options(record: type[Any], left_out: Iterable[str]) -> Callable[[F], F]:
    """Give a command an option for every field that can be typed."""

    def decorate(function: F) -> F:
        for each in reversed(typed_fields(record, left_out)):
            function = _option(each)(function)
        return function

    return decorate


def _option(declared: Declared) -> Callable[[F], F]:
    form, part = declared.field.form, declared.field.part
    flag = "--" + _ONE_OF.get(declared.name, option_name(declared).replace("_", "-"))
    words = field_words(declared.name) + "."
    if form is FieldType.FLAG:
        return click.option(flag, declared.name, is_flag=True, help=words)
    shown = _PARTS_SHOWN.get(part, "TEXT") if part else _SHOWN.get(form, "TEXT")
    many = form in (FieldType.PARTS, FieldType.WORDS)
    return click.option(flag, declared.name, multiple=many, metavar=shown, help=words)


def values_of(desk: Desk, record: type[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Turn what options gave into values of the record; what was not given is left out.

    Raises:
        RuleError: something cannot be read; the sentence names the field.
    """
    declared = {each.name: each for each in declared_fields(record)}
    return {
        name: value_of(desk, declared[name], value)
        for name, value in given.items()
        if name in declared and value is not None and value is not False and value != ()
    }


def value_of(desk: Desk, declared: Declared, typed: Any) -> Any:
    """Turn one typed text (or several, for a list) into the value of a field; an empty text takes its default.

    Raises:
        RuleError: it cannot be read.
    """
    if typed == "":
        return declared.default
    if declared.field.refers_to and isinstance(typed, str):
        return _REFERENCES[declared.field.refers_to](desk, typed)
    read = _READERS.get(declared.field.form)
    try:
        return read(declared, typed) if read else typed
    except ValueError as problem:
        raise RuleError(
            _("{field}: “{typed}” cannot be read here.").format(field=field_words(declared.name), typed=typed)
        ) from problem


_REFERENCES: Mapping[str, Callable[[Desk, str], str]] = {
    "place": lambda desk, typed: place_by_code(desk, typed).id,
    "person": lambda desk, typed: subject(desk, typed, "person").id,
    "acquisition": lambda desk, typed: acquisition_of(desk, typed).id,
}


def pairs(settings: Iterable[str]) -> list[tuple[str, str]]:
    """Read `FIELD=VALUE`, each into the name of a field and what was typed.

    Raises:
        click.UsageError: one is not of this form.
    """
    found = []
    for each in settings:
        name, equals, typed = each.partition("=")
        if not equals:
            raise click.UsageError(_("“{text}” is not FIELD=VALUE, such as maker=Glock.").format(text=each))
        found.append((name.strip().replace("-", "_"), typed.strip()))
    return found


def set_values(desk: Desk, fields: Mapping[str, Declared], settings: Iterable[str], unknown: str) -> dict[str, Any]:
    """Turn `FIELD=VALUE` into values of the fields that may be set.

    Args:
        desk: where to look up what is referred to.
        fields: the fields, by the names under which they are typed.
        settings: what was typed.
        unknown: the sentence for a field that is none of them, with its `{name}`.

    Raises:
        RuleError: there is no such field, or a value cannot be read.
    """
    values: dict[str, Any] = {}
    for name, typed in pairs(settings):
        if name not in fields:
            raise RuleError(unknown.format(name=name))
        values[fields[name].name] = value_of(desk, fields[name], typed)
    return values


def known_type(desk: Desk, typed: str) -> str:
    """Return the id of the type that is meant; what is not known, or only nearly, stays as it was typed."""
    found = match_type(typed, desk.reference)
    return found.id if found and found.how != "near" else typed


def known_calibre(desk: Desk, typed: str | None) -> str | None:
    """Return the id of the calibre that is meant, as `known_type`."""
    found = match_calibre(typed, desk.reference) if typed else None
    return found.id if found and found.how != "near" else typed or None


def _flag(_declared: Declared, typed: Any) -> bool:
    word = str(typed).strip().lower()
    if word not in _YES | _NO:
        raise ValueError(word)
    return word in _YES


def _words(_declared: Declared, typed: Any) -> tuple[str, ...]:
    texts = typed.split(",") if isinstance(typed, str) else typed
    return tuple(each.strip() for each in texts if each.strip())


def _parts(declared: Declared, typed: Any) -> tuple[Any, ...]:
    texts = typed.split(_PART_ENDS) if isinstance(typed, str) else typed
    return tuple(_part(declared.field.part, each.strip()) for each in texts if each.strip())


def _part(part: type[Any] | None, text: str) -> Any:
    first, colon, rest = text.partition(":")
    if not colon or not rest:
        raise ValueError(text)
    if part is Serial:
        return Serial(rest, first)
    if part is Component:
        return Component(first, rest)
    if part is KitItem:
        return KitItem(first, int(rest))
    raise ValueError(text)


_READERS: Mapping[FieldType, Callable[[Declared, Any], Any]] = {
    FieldType.INTEGER: lambda _declared, typed: int(typed),
    FieldType.FLAG: _flag,
    FieldType.WORDS: _words,
    FieldType.PARTS: _parts,
}
