"""Makes the sprites from the unpacked npm package @phosphor-icons/core: python web/icons/make.py FOLDER

ui.svg holds what the interface itself draws; words.svg the pictograms of the vocabulary, loaded only where words
are chosen. Only what is listed is shipped: each icon costs some 200 bytes over the wire. Coordinates are rounded to a
tenth of a 256-unit grid, far below a pixel at 40 px.
"""

import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
VOCABULARY = HERE.parents[1] / "server" / "vocabulary" / "words.toml"

NAVIGATION = "sun-horizon path chats-circle user-circle house users calendar-dots cards bell"

REGULAR = f"""
    {NAVIGATION} plus
    arrow-right arrow-left arrow-up arrow-down arrow-square-out arrow-counter-clockwise
    caret-down caret-right caret-left check check-circle x dots-three-vertical
    lock-simple trash pencil-simple magnifying-glass printer qr-code device-mobile
    warning info cloud-slash cloud-check cloud-arrow-up hourglass share export upload-simple download-simple
    phone video-camera house-line first-aid sign-out copy stop play pause eye clock map-pin calendar-plus sparkle
    file-text
"""

FILL = f"{NAVIGATION} check-circle sparkle star play stop"

DUOTONE = """
    hammer cooking-pot paint-brush wrench first-aid-kit compass chalkboard-teacher door-open microphone-stage
    monitor-play star sparkle path chats-circle users calendar-dots cards bell house-line
    smiley-sad smiley-nervous smiley-meh smiley smiley-sticker
    microphone camera speaker-high image lock-simple cloud-slash hourglass handshake hand-waving folder-star
    binoculars link-break check-square user-circle user-plus phone device-mobile eye globe quotes lifebuoy
    shield-check file-text upload-simple note-pencil question heart seal-check
"""


def listed(names: str, style: str) -> list[str]:
    suffix = "" if style == "regular" else f"-{style}"
    return sorted({name + suffix for name in names.split()})


def word_icons() -> list[str]:
    """Every `icon = "…"` of the vocabulary, whatever the table it stands in."""

    def icons(value):
        if isinstance(value, dict):
            if isinstance(value.get("icon"), str):
                yield value["icon"]
            value = list(value.values())
        if isinstance(value, list):
            for inner in value:
                yield from icons(inner)

    names = (name.removesuffix("-duotone") for name in icons(tomllib.loads(VOCABULARY.read_text("utf-8"))))
    return listed(" ".join(names), "duotone")


def rounded(path: str) -> str:
    """The same path, to a tenth, with a separator only where one is needed."""
    out = ""
    for token in re.findall(r"[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)", path):
        if token.isalpha():
            out += token
            continue
        number = f"{float(token):.1f}".removesuffix(".0").replace("-0.", "-.")
        number = "0" if number in ("-0", "-.0") else re.sub(r"^0\.", ".", number)
        out += number if out[-1:].isalpha() or number.startswith("-") else f" {number}"
    return out


def symbol(assets: Path, name: str) -> str:
    style = next((s for s in ("fill", "duotone") if name.endswith(f"-{s}")), "regular")
    file = assets / style / f"{name}.svg"
    if not file.is_file():
        raise SystemExit(f"Phosphor has no icon {name!r}")
    inside = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text("utf-8"), re.S).group(1)
    inside = re.sub(r'\bd="([^"]*)"', lambda found: f'd="{rounded(found.group(1))}"', inside)
    return f'<symbol id="{name}" viewBox="0 0 256 256">{inside.strip()}</symbol>'


def write(assets: Path, target: Path, names: list[str]) -> None:
    symbols = "\n".join(symbol(assets, name) for name in names)
    credit = "<!-- Phosphor Icons 2.1.1, MIT, phosphor-LICENSE.txt; made by make.py -->"
    target.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{credit}\n{symbols}\n</svg>\n', "utf-8")
    print(f"{target.name}: {len(names)} icons, {target.stat().st_size} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    assets = Path(sys.argv[1]) / "assets"
    ui = listed(REGULAR, "regular") + listed(FILL, "fill") + listed(DUOTONE, "duotone")
    write(assets, HERE / "ui.svg", ui)
    if VOCABULARY.exists():
        write(assets, HERE / "words.svg", word_icons())
    else:
        print(f"{VOCABULARY.name} is not there yet: words.svg left as it is")
