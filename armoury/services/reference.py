"""National files: an authority's own edition of a dataset, the standings or the roles, adopted by two officers."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import Connection

from armoury.domain.duties import check_two_remain, load_duties
from armoury.domain.errors import RuleError
from armoury.domain.fields import FieldType, declared_fields
from armoury.domain.ids import new_uuid7
from armoury.domain.kinds import KINDS
from armoury.domain.old_books import load_old_books
from armoury.domain.records.site import Edition, Person
from armoury.domain.reference import DATASETS, check_edition, label, load_reference
from armoury.domain.standings import Standing, load_standings
from armoury.i18n import _
from armoury.paths import resource
from armoury.services.acts import Approval, carry_out, plan
from armoury.services.desk import RULES, Desk
from armoury.store.reading import first, several
from armoury.store.steps import Act, Changes, step

_LOADERS: Mapping[str, Callable[[str], object]] = {
    "standings": load_standings,
    "roles": load_duties,
    "words_of_old_books": load_old_books,
}
"""What reads each national file that is no vocabulary."""

_MOST_NAMED = 10


@dataclass(frozen=True)
class DatasetLine:
    """A dataset with its editions.

    Attributes:
        shipped: the edition that came with the program.
        national: the edition of the national file, if one was adopted.
        authority: who issued that.
        sha256: the digest of that, in hex.
        replaces: the national file takes the place of what is shipped; else it adds to it.
    """

    dataset: str
    shipped: str
    national: str | None = None
    authority: str | None = None
    sha256: str | None = None
    replaces: bool = False

    @property
    def origin(self) -> str:
        """Return what is in force: `shipped`, `national` or `both`."""
        return "shipped" if self.national is None else "national" if self.replaces else "both"


@dataclass(frozen=True)
class Word:
    """One word of a dataset: the id by which it is entered, and its name."""

    id: str
    name: str


@dataclass(frozen=True)
class _Named:
    """What an edition is of, and which one."""

    dataset: str
    edition: str


def plan_adoption(desk: Desk, text: str, authority: str | None = None) -> Act:
    """Plan to adopt a national file; a second officer must approve it.

    Args:
        desk: who does it.
        text: the file's JSON.
        authority: who issued it.

    Raises:
        RuleError: the file has faults, takes away a word that records of this register use, or leaves the register
            without two officers who may decide on rights.
    """
    named = _checked(desk, text)
    with desk.read() as connection:
        before = first(connection, Edition, "WHERE t.dataset = ?", (named.dataset,))
        _check_uses(desk, connection, named, text)
        if named.dataset == "roles":
            check_two_remain(list(several(connection, Person)), load_duties(text))
    fresh = Edition(new_uuid7(desk.now()), named.dataset, named.edition, "", "")
    after = replace(
        before or fresh,
        edition=named.edition,
        sha256=sha256(text.encode()).hexdigest(),
        content=text,
        authority=(authority or "").strip() or None,
    )
    return plan(desk, "edition.adopted", [step("edition.adopted", before, after)])


def adopt(desk: Desk, act: Act, approvals: Sequence[Approval]) -> Changes:
    """Carry out an adoption; from now on the desk reads the new edition.

    Raises:
        PermissionRefusedError: the officer may not, or a second officer's approval is missing.
    """
    changes = carry_out(desk, act, approvals)
    desk.forget_editions()
    return changes


def editions(desk: Desk) -> list[Edition]:
    """Return the national files in force, by dataset."""
    with desk.read() as connection:
        return sorted(several(connection, Edition), key=lambda each: each.dataset)


def datasets(desk: Desk) -> list[DatasetLine]:
    """Return every dataset with its editions: first what rules read, then the vocabularies by name."""
    adopted = {each.dataset: each for each in editions(desk)}
    applied = desk.reference.editions
    lines = [_line(name, _shipped_rule(name), adopted.get(name), replaces=True) for name in RULES]
    for name, (shipped, *national) in sorted(applied.items()):
        replaces = any(each.replaces for each in national)
        lines.append(_line(name, shipped.edition, adopted.get(name), replaces=replaces))
    return lines


def words_of(desk: Desk, dataset: str, find: str = "") -> list[Word]:
    """List the words of a dataset, of a standing, or the roles, in their order.

    Args:
        desk: who looks.
        dataset: its name, such as `ownership_categories`.
        find: only those that hold it in their id, name or synonyms; capitals do not matter.

    Raises:
        RuleError: there is no such dataset; the sentence names all.
    """
    sought = find.casefold()
    return [
        Word(id_, names[0])
        for id_, names in _worded(desk, dataset)
        if any(sought in each.casefold() for each in (id_, *names))
    ]


def _worded(desk: Desk, dataset: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Give each id with its name and synonyms."""
    standings = {each.value for each in Standing}
    if dataset == "roles":
        yield from ((each, (each.replace("_", " ").capitalize(),)) for each in desk.duties.roles)
    elif dataset in standings:
        yield from ((each.id, (each.name,)) for each in desk.standings.values[Standing(dataset)].values())
    elif dataset in DATASETS:
        found = desk.reference.dataset(dataset)
        yield from ((id_, (label(each, "en"), *getattr(each, "synonyms", ()))) for id_, each in found.items())
    else:
        text = _("“{name}” is not a list of the reference data. The lists are: {known}.")
        raise RuleError(text.format(name=dataset, known=", ".join(sorted({*DATASETS, *standings, "roles"}))))


def _line(name: str, shipped: str, adopted: Edition | None, *, replaces: bool) -> DatasetLine:
    if adopted is None:
        return DatasetLine(name, shipped)
    return DatasetLine(name, shipped, adopted.edition, adopted.authority, adopted.sha256, replaces)


def _shipped_rule(name: str) -> str:
    return str(json.loads(resource(f"{name}.json").read_text(encoding="utf-8"))["edition"])


def _checked(desk: Desk, text: str) -> _Named:
    """Examine a file as what it says it is.

    Raises:
        RuleError: it is not; every fault is named.
    """
    try:
        data = json.loads(text)
    except ValueError as problem:
        raise RuleError(_("The file is not JSON: {problem}.").format(problem=problem)) from problem
    dataset = data.get("dataset") if isinstance(data, dict) else None
    if dataset in RULES:
        edition = data.get("edition")
        if not isinstance(edition, str) or not edition.strip():
            raise RuleError(_("The file does not say which edition it is."))
        _LOADERS[dataset](text)
        return _Named(dataset, edition)
    found = check_edition(text, _vocabularies(desk))
    return _Named(found.dataset, found.edition)


def _vocabularies(desk: Desk) -> dict[str, str]:
    return {name: content for name, content in desk.editions.items() if name not in RULES}


def _check_uses(desk: Desk, connection: Connection, named: _Named, text: str) -> None:
    missing = [
        _("{kind}, {field}: “{value}”").format(kind=kind, field=field, value=value)
        for vocabulary, ids in _ids_after(desk, named, text).items()
        for kind, field in _fields_of(vocabulary)
        for value in _used(connection, kind, field)
        if value not in ids
    ]
    if missing:
        text = _("Records of this register use words that the file does not know: {words}. Keep them in the file.")
        raise RuleError(text.format(words="; ".join(missing[:_MOST_NAMED])))


def _ids_after(desk: Desk, named: _Named, text: str) -> Mapping[str, set[str]]:
    """Return the ids that the vocabularies of the edition will have."""
    if named.dataset == "standings":
        values = load_standings(text).values
        return {each.value: set(values[each]) for each in Standing}
    if named.dataset == "roles":
        return {"roles": set(load_duties(text).roles)}
    if named.dataset in RULES:
        return {}
    after = load_reference({**_vocabularies(desk), named.dataset: text})
    return {named.dataset: set(after.dataset(named.dataset))}


def _fields_of(vocabulary: str) -> Iterator[tuple[str, str]]:
    for kind in KINDS.values():
        for each in declared_fields(kind.record):
            if each.field.vocabulary == vocabulary or (vocabulary == "roles" and each.name == "roles"):
                yield kind.name, each.name


def _used(connection: Connection, kind: str, field: str) -> set[str]:
    """Return the words that records of a kind hold in a field, also inside lists."""
    query = f'SELECT DISTINCT "{field}" FROM "{kind}" WHERE "{field}" IS NOT NULL'  # noqa: S608 - declared names
    values = [row[0] for row in connection.exec_driver_sql(query)]
    declared = next(each for each in declared_fields(KINDS[kind].record) if each.name == field)
    if declared.field.form is FieldType.WORDS:
        return {word for each in values for word in json.loads(each)}
    return set(values)
