"""Make the fonts of printed cards (web/fonts/print) from those of the web: `python web/fonts/make_print.py FOLDER`.

FOLDER holds the unpacked npm packages @fontsource/atkinson-hyperlegible-next and @fontsource/noto-sans (5.3.0), as `npm pack` gives them. A PDF wants
TrueType with a weight each, and all letters of a family in one file; what the web loads apart (latin, latin-ext) is put together here. Noto Sans is for
names in letters that Atkinson Hyperlegible lacks. `letters.txt` says which letters there are, in ranges: what is not in it is not printed.
"""

import sys
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent / "print"
FAMILIES = {"atkinson-hyperlegible-next": ("latin", "latin-ext"), "noto-sans": ("cyrillic", "greek", "vietnamese")}
NAMES = {"atkinson-hyperlegible-next": "Atkinson Hyperlegible Next", "noto-sans": "Noto Sans"}


def main(folder: Path) -> None:
    """Write the four fonts and the list of their letters."""
    letters: set[int] | None = None
    for family, parts in FAMILIES.items():
        for weight in (400, 700):
            made = merged([next(folder.rglob(f"{family}-{part}-{weight}-normal.woff2")) for part in parts])
            named(made, NAMES[family], weight)
            if family.startswith("atkinson"):
                without_marks(made)
            made.save(HERE / f"{family}-{weight}.ttf")
            if weight == 400:
                letters = (letters or set()) | set(made.getBestCmap())
    (HERE / "letters.txt").write_text(" ".join(f"{first:x}-{last:x}" for first, last in ranges(letters or set())) + "\n")


def merged(paths: list[Path]) -> TTFont:
    """One TrueType font of these parts, which hold different letters of the same design."""
    plain = []
    for number, path in enumerate(paths):
        font = TTFont(path)
        font.flavor = None
        for table in ("GSUB", "GDEF", "STAT", "avar", "fpgm", "prep", "cvt ", "gasp"):
            if table in font:
                del font[table]
        plain.append(HERE / f".part-{number}.ttf")
        font.save(plain[-1])
    made = Merger().merge([str(path) for path in plain])
    for path in plain:
        path.unlink()
    return made


def without_marks(font: TTFont) -> None:
    """Take out the loose accents: a letter like the one in Nguyễn then comes whole from the other font, and not in two pieces that a reader says twice."""
    for table in font["cmap"].tables:
        for mark in [mark for mark in table.cmap if 0x300 <= mark <= 0x36F]:
            del table.cmap[mark]


def named(font: TTFont, family: str, weight: int) -> None:
    """Call it what the sheet asks for."""
    style = "Bold" if weight == 700 else "Regular"
    told = {1: family, 2: style, 3: f"{family} {style}", 4: f"{family} {style}", 6: f"{family.replace(' ', '')}-{style}"}
    for record in list(font["name"].names):
        if record.nameID in {16, 17, 21, 22, 25}:
            font["name"].removeNames(nameID=record.nameID)
    for name, text in told.items():
        font["name"].setName(text, name, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


def ranges(letters: set[int]) -> list[tuple[int, int]]:
    """These numbers as first and last of each unbroken run."""
    found: list[tuple[int, int]] = []
    for letter in sorted(letters):
        if found and found[-1][1] == letter - 1:
            found[-1] = found[-1][0], letter
        else:
            found.append((letter, letter))
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
