"""The steps of the tour that take an old book in and hand a bundle over, with the tools that every Linux has."""

import os
import shutil
import subprocess
from pathlib import Path

from armoury.bundle.errors import BundleError
from armoury.bundle.sealing import Identity
from armoury.cli.tour_scene import Scene, TourError
from armoury.domain.serials import SerialStatus
from armoury.domain.tags import printed_tag
from armoury.i18n import _, ngettext
from armoury.paths import resource
from armoury.services.exporting import export_bundle
from armoury.services.importing import plan
from armoury.services.importing_apply import apply
from armoury.services.importing_fields import propose
from armoury.services.importing_terms import Decisions, Verdict
from armoury.services.lists import page
from armoury.services.lookup import find
from armoury.services.receiving import Against, seal_file, verify_file
from armoury.signing.certificates import certificate_to_pem
from armoury.signing.wrapping import from_base64
from armoury.store.checkpoints import register_record
from armoury.tabular.reading import read_table

BOOK = "sample/arms_register_en.csv"
_TOOLS = ("age", "unzip", "sha256sum", "openssl")
_SECONDS = 60


def import_book(scene: Scene) -> str:
    """Take the sample of an old book in: planned first, then applied; what is wrong in it is reported, not taken."""
    table, report = read_table(resource(BOOK)), scene.folder / "import-report.csv"
    decisions = Decisions(missing_serial=SerialStatus.OBLITERATED, leave_out_errors=True)
    with scene.desk("storekeeper") as desk:
        planned = plan(desk, table, propose(table), decisions)
        apply(desk, planned, report=report)
        scene.imported = page(desk, [scene.weapons + 2])[0].tag
    scene.outputs.append((_("Report of the import"), report))
    verdicts = ", ".join(f"{planned.counts[each]} {_VERDICTS[each]()}" for each in Verdict)
    rows = ngettext("{count} row", "{count} rows", planned.rows).format(count=planned.rows)
    return _("{rows}: {verdicts}").format(rows=rows, verdicts=verdicts)


_VERDICTS = {
    Verdict.NEW: lambda: _("new"),
    Verdict.SAME: lambda: _("there already"),
    Verdict.CHANGED: lambda: _("changed"),
    Verdict.CLASH: lambda: _("clashing"),
    Verdict.ERROR: lambda: _("with errors"),
}


def find_imported(scene: Scene) -> str:
    """Find a weapon of the old book by its tag."""
    with scene.desk("storekeeper") as desk:
        hit = find(desk, printed_tag(scene.imported)).only
        if hit is None:
            raise TourError(_("The scan of a tag found nothing."))
        line = page(desk, [scene.weapons + 2])[0]
    said = " ".join(each for each in (line.maker_text, line.model_text, line.serial) if each)
    return _("{tag} is {what}, claimed until somebody sees it").format(tag=printed_tag(scene.imported), what=said)


def export(scene: Scene) -> str:
    """Write a bundle, read back and checked, and the certificate that its receiver needs once."""
    with scene.desk("commander") as desk:
        done = export_bundle(desk, scene.folder)
        with desk.read() as connection:
            certificate = from_base64(register_record(connection).certificate)
    scene.certificate.write_bytes(certificate_to_pem(certificate))
    scene.bundle = done.path
    scene.outputs += [(_("Bundle"), done.path), (_("Certificate of the site"), scene.certificate)]
    return _("{octets} bytes, {entries} entries, read back and checked").format(
        octets=done.record.octets, entries=done.record.size)  # fmt: skip


def seal(scene: Scene) -> str:
    """Seal it to a registry that is invented here."""
    registry = Identity.fresh()
    scene.registry_key.write_text(f"# invented for the tour\n{registry.key}\n", encoding="utf-8")
    sealed = seal_file(_bundle_of(scene), str(registry.key.to_public()), clock=scene.around.clock)
    scene.outputs += [(_("Sealed bundle"), sealed), (_("Registry's key"), scene.registry_key)]
    return _("{octets} bytes that only the registry's key opens").format(octets=sealed.stat().st_size)


def check_with_tools(scene: Scene) -> str:
    """Check it as the page on the bundle's format says, with tools that no one here wrote."""
    missing = [each for each in _TOOLS if shutil.which(each) is None]
    if missing:
        return _("left out: {tools} not installed here").format(tools=", ".join(missing))
    place = scene.folder / "received"
    place.mkdir()
    sealed = _bundle_of(scene).with_suffix(".zip.age")
    _run(place, "age", "--decrypt", "--identity", str(scene.registry_key), "--output", "bundle.zip", str(sealed))
    _run(place, "unzip", "-q", "bundle.zip")
    bag = next(each for each in place.iterdir() if each.is_dir())
    _run(bag, "sha256sum", "--check", "--strict", "tagmanifest-sha256.txt", "manifest-sha256.txt")
    _run(bag, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "tagmanifest-sha256.txt.p7s",
         "-content", "tagmanifest-sha256.txt", "-CAfile", str(scene.certificate), "-out", os.devnull)  # fmt: skip
    scene.outputs.append((_("What they unpacked"), bag))
    return _("{tools}: digests and signature hold").format(tools=", ".join(_TOOLS))


def verify(scene: Scene) -> str:
    """Check it as the registry would, and see that one changed byte is found."""
    bundle, against = _bundle_of(scene), Against(trust=(scene.certificate,))
    found = verify_file(bundle, against, clock=scene.around.clock)
    forged = scene.folder / "forged.zip"
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    forged.write_bytes(data)
    try:
        verify_file(forged, against, clock=scene.around.clock)
    except BundleError:
        forged.unlink()
        count = len(found.checked)
        text = ngettext("{count} promise holds; with one byte changed it is refused",
                        "{count} promises hold; with one byte changed it is refused", count)  # fmt: skip
        return text.format(count=count)
    raise TourError(_("A changed bundle was accepted."))


def _bundle_of(scene: Scene) -> Path:
    if scene.bundle is None:
        raise TourError(_("There is no bundle."))
    return scene.bundle


def _run(place: Path, *words: str) -> None:
    """Run a tool that is installed; its words are all ours."""
    done = subprocess.run(words, cwd=place, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603
    if done.returncode:
        text = _("{tool} says: {said}")
        raise TourError(text.format(tool=words[0], said=done.stderr.decode(errors="replace").strip()))
