"""Remarks on what was entered: told beside the answer, or given with it as JSON."""

from collections.abc import Iterable

from armoury.cli.output import tell
from armoury.domain.remarks import Remark


def tell_remarks(remarks: Iterable[Remark]) -> None:
    """Tell each remark once."""
    for each in dict.fromkeys(f"{each.level.value}: {each.text}" for each in remarks):
        tell(each)


def remarks_json(remarks: Iterable[Remark]) -> list[dict[str, str]]:
    """Return remarks as values for machines."""
    return [{"level": e.level.value, "code": e.code, "field": e.field, "text": e.text} for e in remarks]
