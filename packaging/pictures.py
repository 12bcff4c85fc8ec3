"""Draws the pictures of the README: what a terminal shows, from the real program on sample data.

Usage: packaging/pictures.py     (needs the package fonts-dejavu-core)
"""

import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
SIZE, LINE, MARGIN, COLUMNS = 26, 38, 36, 110
PAPER, INK, GOOD, TYPED = (24, 28, 34), (222, 226, 230), (110, 200, 130), (150, 190, 240)


def run(command: str, home: str) -> list[str]:
    """Run a command of the program and return the lines it shows, wrapped as a terminal does."""
    environment = {**os.environ, "ARMOURY_HOME": home, "ARMOURY_PASSPHRASE": "sample storekeeper counts racks"}
    environment |= {"COLUMNS": str(COLUMNS), "PYTHONIOENCODING": "utf-8"}
    words = [sys.executable, "-m", *command.split()]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment, cwd=ROOT)  # noqa: S603 - our own program
    lines = done.stdout.replace(f"{home}/data", "~/.local/share/armoury").splitlines()
    return [part for line in lines for part in (textwrap.wrap(line, COLUMNS, subsequent_indent="    ") or [""])]


def draw(lines: list[str], path: Path) -> None:
    """Draw lines of text as a terminal shows them."""
    font = ImageFont.truetype(FONT, SIZE)
    width = int(max(font.getlength(line) for line in lines)) + 2 * MARGIN
    picture = Image.new("RGB", (width, len(lines) * LINE + 2 * MARGIN), PAPER)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        colour = TYPED if line.startswith("$ ") else GOOD if line.startswith("✓") else INK
        pen.text((MARGIN, MARGIN + number * LINE), line, font=font, fill=colour)
    picture.quantize(16).save(path, optimize=True)


def main() -> None:
    """Draw them all."""
    target = ROOT / "docs" / "pictures"
    with tempfile.TemporaryDirectory() as home:
        shown = run("armoury tour", home)
        draw(["$ make run", *shown], target / "tour.png")
        register = f"{home}/data/tour/Sample.armoury"
        tag = next(line for line in shown if "A scan finds" in line).split(" s  ")[1].split()[0]
        where = f"--register {register} --officer storekeeper"
        card, history = run(f"armoury show {tag} {where}", home), run(f"armoury history {tag} {where}", home)
        draw([f"$ armoury show {tag}", *card, "", f"$ armoury history {tag}", *history], target / "card.png")


if __name__ == "__main__":
    main()
