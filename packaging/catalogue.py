"""Collects every text for translators into `resources/locale/armoury.pot`, always in the same bytes.

Usage: python packaging/catalogue.py [--check]

Without an option the template is written; with `--check` it is compared, and a stale one is an error.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "resources" / "locale" / "armoury.pot"
KEYWORDS = {"_": None, "ngettext": (1, 2)}
HEADER = "# Texts of Armoury for translators. Written by `make catalogue`; do not edit."


def collect() -> bytes:
    """Return the template: sorted, each text with the files that use it, no line numbers and no dates."""
    catalogue = Catalog(project="armoury", charset="utf-8", header_comment=HEADER)
    found = extract_from_dir(
        ROOT / "armoury", keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for file, _line, message, comments, context in sorted(found, key=lambda text: (text[0], text[1])):
        catalogue.add(message, locations=[(f"armoury/{file}", 0)], auto_comments=comments, context=context)
    out = io.BytesIO()
    write_po(out, catalogue, width=120, omit_header=True, sort_output=True, include_lineno=False)
    return _head() + out.getvalue()


def _head() -> bytes:
    return f'{HEADER}\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'.encode()


def main(arguments: list[str]) -> int:
    """Write the template, or with `--check` return 1 if it is stale."""
    fresh = collect()
    if arguments == ["--check"]:
        if TEMPLATE.is_file() and TEMPLATE.read_bytes() == fresh:
            return 0
        print(f"{TEMPLATE.relative_to(ROOT)} is stale: run “make catalogue”.", file=sys.stderr)
        return 1
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_bytes(fresh)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
