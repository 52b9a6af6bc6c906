"""Login cards as a PDF, in a process of its own: what a sheet holds comes in as JSON, the file goes out; nothing touches a disk.

A whole school takes seconds and memory that a server should not keep; so it runs apart, and gives both back (`card_sheet.draw`). The compiler refuses what is no
PDF/UA-1 (tagged, titled, in a language, pictures told in words) or no PDF/A-2a (fonts inside, nothing from elsewhere).
"""

import io
import json
import sys
from pathlib import Path

import segno
import typst

SHEET = Path(__file__).with_name("cards.typ")
FONTS = Path(__file__).parents[2] / "web" / "fonts" / "print"


def main() -> None:
    """Read what is to be printed, write the PDF."""
    told = json.load(sys.stdin)
    for cards in told["sheets"]:
        for card in cards:
            card["qr"] = picture(card.pop("address"))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    sheet = typst.Compiler(SHEET.read_bytes(), font_paths=fonts, sys_inputs={"data": json.dumps(told)})
    made = sheet.compile(pdf_standards=["ua-1", "a-2a"], timestamp=told["at"])
    sys.stdout.buffer.write(made if isinstance(made, bytes) else b"")


def picture(address: str) -> str:
    """A QR code as SVG, without all of its quiet zone (ISO/IEC 18004: four modules): the white of the card is around it."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False, boost_error=False).save(drawn, kind="svg", border=1, xmldecl=False, light="#fff", dark="#000")
    return drawn.getvalue().decode()


if __name__ == "__main__":
    main()
