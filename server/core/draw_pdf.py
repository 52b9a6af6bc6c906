"""One typst sheet as a PDF, in a process of its own: what stands on it comes in as JSON, the file goes out; nothing touches a disk.

The compiler refuses what is no PDF/UA-1 (tagged, titled, in a language, pictures told in words) or no PDF/A-2a (fonts inside, nothing from elsewhere).
"""

import json
import sys
from pathlib import Path

import typst

FONTS = Path(__file__).parents[2] / "web" / "fonts" / "print"


def main() -> None:
    """Read what is to be printed, write the PDF. `at` is when it was made, in seconds since 1970."""
    sheet, told = Path(sys.argv[1]), sys.stdin.read()
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(str(sheet), root=str(sheet.parent), font_paths=fonts, sys_inputs={"data": told})
    made = compiler.compile(pdf_standards=["ua-1", "a-2a"], timestamp=json.loads(told)["at"])
    sys.stdout.buffer.write(made if isinstance(made, bytes) else b"")


if __name__ == "__main__":
    main()
