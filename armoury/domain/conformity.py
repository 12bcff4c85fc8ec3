"""Whether a record's values are of the declared form, of the declared vocabulary, and refer to something that exists.

It reads the declarations alone, so it holds for every kind of record without another line.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import Any

from armoury.domain.clock import parse_instant
from armoury.domain.dates import PartialDate
from armoury.domain.errors import RuleError
from armoury.domain.fields import Declared, FieldType, declared_fields
from armoury.domain.remarks import Remark, stop
from armoury.i18n import _

Known = Callable[[str], Collection[str]]
"""Gives the ids of a vocabulary by its name; KeyError where there is no such vocabulary."""

MOST_LETTERS = 20_000
"""Of one text; a longer one is a document and belongs to the evidence."""

MOST_OF_A_MARK = 100
"""Letters of what is marked on a weapon; the longest serials have about 30."""

MOST_OF_A_NAME = 300
"""Letters of a name, number or code, which stands in the columns of lists."""

_NAMES = frozenset({
    "code", "name", "number", "reference", "sign_in", "badge", "service_number", "rank", "unit", "contract", "supplier",
    "donor", "type_text", "maker_text", "country_text", "model_text", "variant", "calibre_text", "butt_number",
    "ledger_volume", "ledger_page", "ledger_line", "position", "holder_text", "case_number", "exhibit_number",
    "bag_number", "seal_number", "receipt_number", "stock_number", "telephone",
})  # fmt: skip

MOST_NAMED = 40
"""Words of a list that a sentence names; of a longer one it says where it can be read."""

MOST_WHOLE = 2**53
"""Integers beyond this are not the same in every reader of the history (RFC 8785, 3.2.2.3)."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_LINE_ENDS = re.compile(r"[\t\n\r\x85\u2028\u2029]")


def conformity_remarks(record: object, known: Known, names: Collection[str] | None = None) -> Iterator[Remark]:
    """Check the form and the vocabulary of a record's fields, or of the named ones only; parts included."""
    for each in declared_fields(type(record)):
        if names is not None and each.name not in names:
            continue
        value = getattr(record, each.name)
        empty = value is None or value == () or (isinstance(value, str) and not value.strip())
        if empty and (each.required or each.default not in (None, ())):
            yield stop("missing", each.name, _("The field “{field}” is empty.").format(field=each.name))
        if empty:
            continue
        yield from _value_remarks(each, value, known)


def references(records: Iterable[object]) -> dict[tuple[str, str], set[str]]:
    """Collect the ids that the records refer to, by kind and field."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for record in records:
        for each in declared_fields(type(record)):
            if each.field.refers_to and (value := getattr(record, each.name)) is not None:
                wanted.setdefault((each.field.refers_to, each.name), set()).add(value)
    return wanted


def _value_remarks(declared: Declared, value: Any, known: Known) -> Iterator[Remark]:
    problem = _signed_problem(value) if declared.field.signed else _FORMS[declared.field.form](value)
    problem = problem or _name_problem(declared.name, value)
    if problem:
        yield stop("form", declared.name, _("{field}: {problem}").format(field=declared.name, problem=problem))
        return
    if declared.field.form is FieldType.PARTS:
        for part in value:
            if not isinstance(part, declared.field.part or object):
                yield stop("form", declared.name, _("{field}: this is not a list.").format(field=declared.name))
                return
            yield from (_inside(declared.name, each) for each in conformity_remarks(part, known))
    elif declared.field.vocabulary:
        ids = known(declared.field.vocabulary)
        for strange in (each for each in (value if isinstance(value, tuple) else (value,)) if each not in ids):
            yield _unknown(declared, strange, ids)


def _unknown(declared: Declared, value: str, ids: Collection[str]) -> Remark:
    if len(ids) <= MOST_NAMED:
        text = _("“{value}” is not known as {field}. It may be: {known}.")
    else:
        text = _("“{value}” is not known as {field}. Choose one of the list: armoury reference show {vocabulary}")
    said = {"value": value, "field": declared.name, "known": ", ".join(ids), "vocabulary": declared.field.vocabulary}
    return stop("vocabulary", declared.name, text.format(**said))


def _inside(name: str, remark: Remark) -> Remark:
    return Remark(remark.code, f"{name}.{remark.field}", remark.text, remark.level)


def _text_problem(value: object) -> str | None:
    if not isinstance(value, str):
        return _("this is not a text.")
    if _UNSEEN.search(value):
        return _("the text holds characters that cannot be seen. Type it again.")
    return _("the text is too long. Attach it as a document.") if len(value) > MOST_LETTERS else None


def _marked_problem(value: object) -> str | None:
    """What is marked on a weapon stands on one line."""
    if isinstance(value, str) and _LINE_ENDS.search(value):
        return _("a mark holds no line break and no tab. Type it again, in one line.")
    return _text_problem(value) or _long_problem(value, MOST_OF_A_MARK)


def _name_problem(name: str, value: object) -> str | None:
    return _long_problem(value, MOST_OF_A_NAME) if name in _NAMES else None


def _long_problem(value: object, most: int) -> str | None:
    if not isinstance(value, str) or len(value) <= most:
        return None
    text = _("this has {count} letters, and there is room for {most}. Put the rest into the remarks.")
    return text.format(count=len(value), most=most)


def _whole_problem(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return _("this is not a whole number.")
    if value >= MOST_WHOLE:
        return _("the number cannot be right: it is too large.")
    return None if value >= 0 else _("the number cannot be right: it must be 0 or more.")


def _signed_problem(value: object) -> str | None:
    return _whole_problem(abs(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def _day_problem(value: object) -> str | None:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            date.fromisoformat(value)
            return None
    except ValueError:
        pass
    return _("“{value}” is not a day. Write it like 2026-03-09.").format(value=value)


def _instant_problem(value: object) -> str | None:
    try:
        parse_instant(str(value))
    except RuleError as problem:
        return problem.text()
    return None


def _words_problem(value: object) -> str | None:
    if not isinstance(value, tuple):
        return _("this is not a list.")
    return next(filter(None, map(_text_problem, value)), None)


def _instance_problem(wanted: type, sentence: Callable[[], str]) -> Callable[[object], str | None]:
    return lambda value: None if isinstance(value, wanted) else sentence()


_FORMS: dict[FieldType, Callable[[object], str | None]] = {
    FieldType.TEXT: _text_problem,
    FieldType.AS_MARKED: _marked_problem,
    FieldType.INTEGER: _whole_problem,
    FieldType.FLAG: _instance_problem(bool, lambda: _("this is neither yes nor no.")),
    FieldType.DATE: _instance_problem(PartialDate, lambda: _("this is not a date.")),
    FieldType.DAY: _day_problem,
    FieldType.INSTANT: _instant_problem,
    FieldType.WORDS: _words_problem,
    FieldType.PARTS: _instance_problem(tuple, lambda: _("this is not a list.")),
}
