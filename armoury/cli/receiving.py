"""`armoury verify` and `open`: what came from another site, without any register."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.verification import Verified
from armoury.cli.failures import Exit
from armoury.cli.output import say, say_json, tell
from armoury.cli.progress import progress_line
from armoury.cli.session import Door, with_json
from armoury.cli.words import kind_words
from armoury.domain.clock import format_instant
from armoury.i18n import _
from armoury.services.receiving import Against, open_file, verify_file
from armoury.signing.certificates import describe

PROMISES: Mapping[Promise, Callable[[], str]] = {
    Promise.CONTAINER: lambda: _("The archive is whole and holds nothing but a bundle"),
    Promise.DIGESTS: lambda: _("Every file is listed and unchanged"),
    Promise.SIGNATURE: lambda: _("The site's key signed it"),
    Promise.TRUST: lambda: _("The key is trusted"),
    Promise.SEQUENCE: lambda: _("It is later than the known one"),
    Promise.CONTINUITY: lambda: _("Its history continues the known one"),
    Promise.ENTRIES: lambda: _("The entries give the signed root"),
    Promise.SCHEMA: lambda: _("Every row has its declared form"),
    Promise.CONTENT: lambda: _("Every row is what its last entry says"),
}
_MISSING: Mapping[Promise, Callable[[], str]] = {
    Promise.TRUST: lambda: _("give --trust CERTIFICATE"),
    Promise.SEQUENCE: lambda: _("give --previous BUNDLE or CHECKPOINT"),
    Promise.CONTINUITY: lambda: _("give --previous BUNDLE or CHECKPOINT"),
}


@click.command(help=_("Check a bundle that came from a site, without any register; promise after promise, to the first "
                      "that is broken."))  # fmt: skip
@click.argument("file", metavar="BUNDLE")
@click.option("--trust", multiple=True, metavar="CERT|FOLDER", help=_("A trusted certificate, or a folder of them."))
@click.option("--previous", metavar="BUNDLE|CHECKPOINT", help=_("The last bundle or checkpoint known of the site."))
@click.option("--identity", metavar="FILE", help=_("The key file of age that opens a sealed bundle."))
@with_json
def verify(door: Door, file: str, **held: Any) -> int:
    """Verify a bundle."""
    try:
        with progress_line(_("Checking")) as progress:
            found = verify_file(Path(file), _against(**held), clock=door.program.clock, progress=progress)
    except BundleError as problem:
        if not door.json:
            raise
        say_json({"verdict": "refused", "broken": problem.promise, "text": problem.text()})
        return Exit.INTEGRITY
    if door.json:
        say_json(_as_json(found))
    else:
        _show(found)
    return Exit.UNCHECKED if found.unchecked else Exit.FINE


@click.command("open", help=_("Check a bundle as “verify” does, then unpack it into a new folder of its own."))
@click.argument("file", metavar="BUNDLE")
@click.option("--to", "folder", metavar="FOLDER", required=True, help=_("Where its folder shall lie."))
@click.option("--trust", multiple=True, metavar="CERT|FOLDER", help=_("A trusted certificate, or a folder of them."))
@click.option("--previous", metavar="BUNDLE|CHECKPOINT", help=_("The last bundle or checkpoint known of the site."))
@click.option("--identity", metavar="FILE", help=_("The key file of age that opens a sealed bundle."))
@with_json
def open_(door: Door, file: str, folder: str, **held: Any) -> int:
    """Open a bundle."""
    with progress_line(_("Checking")) as progress:
        found, place = open_file(
            Path(file), Path(folder), _against(**held), clock=door.program.clock, progress=progress
        )
    if door.json:
        say_json({**_as_json(found), "path": str(place)})
    else:
        _show(found)
        tell(_("Unpacked into {place}. It holds names of weapons and places: keep it as you keep the register.").format(
            place=place))  # fmt: skip
    return Exit.UNCHECKED if found.unchecked else Exit.FINE


def _against(trust: tuple[str, ...], previous: str | None, identity: str | None) -> Against:
    return Against(tuple(map(Path, trust)), _path(previous), _path(identity))


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None


def _show(found: Verified) -> None:
    header = found.header
    info, signer = header.info, describe(header.chain.signer)
    text = _("Bundle {label} of {name}, exported {at}, {size} entries")
    say(text.format(label=info.label, name=info.name, at=_utc(info.exported_at), size=info.size))
    for promise in Promise:
        if promise in found.checked:
            say(f"  ✓ {PROMISES[promise]()}")
        else:
            say("  – " + _("{promise}: NOT CHECKED, {how}").format(
                promise=PROMISES[promise](), how=_MISSING[promise]()))  # fmt: skip
    text = _("Signed by {name} on {at}, fingerprint {mark}")
    at = _utc(format_instant(header.signature.signed_at))
    say(text.format(name=signer.common_name, at=at, mark=signer.fingerprint))
    say(", ".join(f"{kind_words(kind)} {count}" for kind, count in found.rows.items() if count))
    for notice in found.notices:
        tell(notice)
    if found.unchecked:
        tell(_("What was checked holds, but not everything could be checked."))


def _utc(instant: str) -> str:
    moment = datetime.strptime(instant, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return _("{day} UTC").format(day=f"{moment:%Y-%m-%d %H:%M}")


def _as_json(found: Verified) -> dict[str, Any]:
    info, signer = found.header.info, describe(found.header.chain.signer)
    return {
        "verdict": "part not checked" if found.unchecked else "accepted",
        "site": info.site,
        "register": info.register,
        "sequence": info.sequence,
        "exported_at": info.exported_at,
        "base": info.base,
        "size": info.size,
        "root": found.header.continuity.new.root.hex(),
        "signer": signer.common_name,
        "fingerprint": signer.fingerprint,
        "signed_at": format_instant(found.header.signature.signed_at),
        "checked": [*found.checked],
        "not_checked": [*found.unchecked],
        "notices": [*found.notices],
        "rows": dict(found.rows),
    }
