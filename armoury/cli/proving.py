"""`armoury check` and `checkpoint`: is the register whole, and is it the one that others have seen?"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from armoury.bundle.errors import BundleError, Promise
from armoury.cli.failures import Exit
from armoury.cli.files import read_bytes, read_text, write_new
from armoury.cli.output import say, say_json, tell
from armoury.cli.progress import progress_line
from armoury.cli.session import Door, at_desk, at_register, looking
from armoury.domain.errors import ArmouryError, IntegrityError
from armoury.i18n import _, ngettext
from armoury.services.certificates import issued_as, note_of
from armoury.services.desk import Desk
from armoury.services.proof import check as check_whole
from armoury.services.proof import check_against
from armoury.services.proof import checkpoint as make_checkpoint
from armoury.services.receiving import header_of, is_bundle
from armoury.store.files import RegisterFolder

_MOST_SHOWN = 100
PDF = b"%PDF-"


@click.command(help=_("Check the register: files, history, records, personal data, evidence. With --against also "
                      "whether it continues a checkpoint that was kept elsewhere."))  # fmt: skip
@click.option("--deep", is_flag=True, help=_("Also every page of the database, every file of evidence, the full text."))
@click.option("--against", "files", multiple=True, metavar="FILE",
              help=_("A checkpoint, an open bundle, or a certificate as PDF; may be repeated."))  # fmt: skip
@click.option("--read-only", is_flag=True, help=_("It lies on a read-only medium, or is a backup: take no lock."))
@at_register()
def check(door: Door, deep: bool, files: tuple[str, ...], read_only: bool) -> int:
    """Check a register."""
    only_looking = read_only or RegisterFolder(door.path).manifest.exists()
    with (looking if only_looking else at_desk)(door) as desk:
        warnings = list(desk.register.warnings)
        with progress_line(_("Checking")) as progress:
            report = check_whole(desk, deep=deep, progress=progress)
        compared = [_compare(desk, name) for name in files]
    result = _result(warnings, [asdict(each) for each in report.findings], compared)
    if door.json:
        say_json({**result, "entries": report.entries, "deep": deep})
    else:
        _report(result, report.entries)
    return _code(result)


def _compare(desk: Desk, name: str) -> dict[str, Any]:
    """Hold the register against one file; a file that cannot be read leaves that part unchecked."""
    try:
        packed = is_bundle(Path(name))
        paper = b"" if packed else read_bytes(name)
        note = header_of(Path(name), clock=desk.now).checkpoint if packed else _note_in(name, paper)
    except BundleError as problem:
        sealed = problem.promise is Promise.CONTAINER
        return {"file": name, "result": "not checked" if sealed else "refused", "text": problem.text()}
    except ArmouryError as problem:
        return {"file": name, "result": "not checked", "text": problem.text()}
    if note is None:
        return {"file": name, "result": "refused", "text": _("It is a PDF file, but no certificate of a register.")}
    compared = _compare_note(desk, name, note)
    return _with_paper(desk, compared, paper) if paper.startswith(PDF) else compared


def _note_in(name: str, paper: bytes) -> str | None:
    """Return the checkpoint that a certificate or a text file holds."""
    return note_of(paper) if paper.startswith(PDF) else read_text(name)


def _with_paper(desk: Desk, compared: dict[str, Any], paper: bytes) -> dict[str, Any]:
    """Say of a certificate also whether the file is the one that was issued, byte for byte."""
    if compared["result"] != "continued":
        return compared
    issued = issued_as(desk, paper)
    if issued is None:
        text = _("Its checkpoint is good, but this register issued no such file: it was changed, or never issued.")
        return {**compared, "result": "refused", "text": text}
    said = _("It is the certificate {reference} as it was issued.").format(reference=issued.reference)
    return {**compared, "certificate": issued.reference, "text": f"{said} {compared['text']}"}


def _compare_note(desk: Desk, name: str, note: str) -> dict[str, Any]:
    try:
        found = check_against(desk, note)
    except IntegrityError as problem:
        return {"file": name, "result": "refused", "text": problem.text()}
    if found.problem is not None:
        return {"file": name, "result": "contradicted", "text": found.problem, "size": found.checkpoint.size}
    later = found.entries - found.checkpoint.size
    text = ngettext(
        "The history continues it: {size} entries, and {later} since.",
        "The history continues it: {size} entries, and {later} since.",
        later,
    ).format(size=found.checkpoint.size, later=later)
    return {"file": name, "result": "continued", "text": text, "size": found.checkpoint.size}


def _result(warnings: list[str], findings: list[dict[str, Any]], compared: list[dict[str, Any]]) -> dict[str, Any]:
    results = {each["result"] for each in compared}
    if warnings or findings or "contradicted" in results:
        verdict = "broken"
    elif "refused" in results:
        verdict = "file refused"
    else:
        verdict = "part not checked" if "not checked" in results else "whole"
    return {"verdict": verdict, "warnings": warnings, "findings": findings, "against": compared}


def _code(result: dict[str, Any]) -> int:
    return {
        "broken": Exit.INTEGRITY,
        "file refused": Exit.INTEGRITY,
        "part not checked": Exit.UNCHECKED,
        "whole": Exit.FINE,
    }[result["verdict"]]


def _report(result: dict[str, Any], entries: int) -> None:
    findings = result["findings"]
    for each in findings[:_MOST_SHOWN]:
        say(f"{each['code']}  {each['where']}: {each['text']}")
    if len(findings) > _MOST_SHOWN:
        say(_("and {count} more; all of them with --json").format(count=len(findings) - _MOST_SHOWN))
    for each in result["against"]:
        say(f"{each['file']}: {each['text']}")
    say(_verdict(result["verdict"], entries))


def _verdict(verdict: str, entries: int) -> str:
    if verdict == "broken":
        return _("NOT WHOLE. Do not go on working on it; keep it as it is, and ask for help or restore a backup.")
    if verdict == "file refused":
        text = _("The register itself is whole: {count} entries. But a file that it was held against is none of its "
                 "own; see above, and hold it against the right one.")  # fmt: skip
        return text.format(count=entries)
    if verdict == "whole":
        return _("Whole: {count} entries, every record as the history says.").format(count=entries)
    return _("What was checked is whole ({count} entries), but not everything could be checked.").format(count=entries)


@click.command(help=_("Write a signed checkpoint of the history. Keep it where nobody at this computer can change it; "
                      "later: armoury check --against FILE"))  # fmt: skip
@click.option("--to", "target", metavar="FILE", help=_("Write it to this new file instead of the output."))
@at_register()
def checkpoint(door: Door, target: str | None) -> None:
    """Write a checkpoint."""
    with at_desk(door) as desk:
        note = make_checkpoint(desk)
    if target:
        path = write_new(target, note.encode("utf-8"))
        tell(_("Written to “{path}”. Give it to somebody else.").format(path=path))
    if door.json:
        say_json({"note": note, "size": int(note.split("\n")[1])})
    elif not target:
        for line in note.removesuffix("\n").split("\n"):
            say(line)
