"""An SVG as PNG, in a process of its own: the drawing comes in as JSON, the picture goes out; nothing touches a disk."""

import json
import re
import sys
from pathlib import Path

import typst

FONTS = Path(__file__).parents[2] / "web" / "fonts" / "print"
SHEET = '#set page(width: {width}pt, height: {height}pt, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'


def main() -> None:
    """Read what is to be drawn, write the PNG; `across` is how many pixels it is wide."""
    told = json.load(sys.stdin)
    width, height = re.findall(r'viewBox="0 0 (\d+) (\d+)"', told["svg"])[0]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    sheet = typst.Compiler(SHEET.format(width=width, height=height).encode(), font_paths=fonts, sys_inputs={"svg": told["svg"]})
    made = sheet.compile(format="png", ppi=72 * told["across"] / int(width))
    sys.stdout.buffer.write(made if isinstance(made, bytes) else b"")


if __name__ == "__main__":
    main()
