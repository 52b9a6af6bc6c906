"""Makes the sprites from the unpacked npm package @phosphor-icons/core: python web/icons/make.py FOLDER

ui.svg holds what the interface itself draws; words.svg the pictograms of the vocabulary, loaded only where words
are chosen, with the names of words.toml as ids. Only what is listed is shipped: an icon costs about 100 bytes over the
wire. Coordinates are rounded to a tenth of a 256-unit grid, far below a pixel at 40 px.
"""

import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
VOCABULARY = HERE.parents[1] / "server" / "vocabulary" / "words.toml"

NAVIGATION = "sun-horizon path chats-circle user-circle house users calendar-dots cards bell hand-heart"

REGULAR = f"""
    {NAVIGATION} plus
    arrow-right arrow-left arrow-square-out arrow-counter-clockwise
    caret-down caret-right check check-circle x dots-three-vertical
    lock-simple trash pencil-simple magnifying-glass printer qr-code device-mobile
    warning info cloud-check hourglass share export upload-simple download-simple
    phone house-line sign-out copy stop pause eye clock map-pin calendar-plus
"""

FILL = f"{NAVIGATION} check-circle star stop pause play"

DUOTONE = """
    hammer cooking-pot paint-brush wrench first-aid-kit compass chalkboard-teacher door-open microphone-stage
    monitor-play star sparkle path chats-circle users calendar-dots cards bell house-line
    smiley-sad smiley-nervous smiley-meh smiley smiley-sticker
    microphone camera speaker-high image lock-simple cloud-slash hourglass handshake hand-waving
    binoculars link-break check-square user-circle user-plus phone video-camera device-mobile eye lifebuoy
    shield-check file-text note-pencil question heart hand-heart seal-check
"""


SPOOR = "spoor"  # our own mark, cut from favicon.svg: without its ground


def listed(names: str, style: str) -> list[str]:
    """The symbol ids of these names in one style, sorted."""
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

    return sorted(set(icons(tomllib.loads(VOCABULARY.read_text("utf-8")))))


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


def symbol(assets: Path, name: str, style: str = "") -> str:
    """One icon: `name`, `name-fill` or `name-duotone`; with a style given, the id is the bare name."""
    ending = next((s for s in ("fill", "duotone") if name.endswith(f"-{s}")), "")
    file = assets / style / f"{name}-{style}.svg" if style else assets / (ending or "regular") / f"{name}.svg"
    if not file.is_file():
        raise SystemExit(f"Phosphor has no icon {name!r}")
    inside = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text("utf-8"), re.S).group(1)
    inside = re.sub(r'\bd="([^"]*)"', lambda found: f'd="{rounded(found.group(1))}"', inside)
    return f'<symbol id="{name}" viewBox="0 0 256 256">{inside.strip()}</symbol>'


def mark() -> str:
    """The trail of favicon.svg, in the colour of the text around it."""
    drawn = re.search(r"<g[^>]*>(.*)</g>", (HERE / "favicon.svg").read_text("utf-8"), re.S).group(1)
    return f'<symbol id="{SPOOR}" viewBox="12 14 256 256">{drawn}</symbol>'


def write(assets: Path, target: Path, names: list[str], style: str = "") -> None:
    """One sprite, a symbol a line."""
    symbols = "\n".join(mark() if name == SPOOR else symbol(assets, name, style) for name in names)
    credit = "<!-- Phosphor Icons 2.1.1, MIT, phosphor-LICENSE.txt; made by make.py -->"
    target.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{credit}\n{symbols}\n</svg>\n', "utf-8")
    print(f"{target.name}: {len(names)} icons, {target.stat().st_size} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    assets = Path(sys.argv[1]) / "assets"
    ui = [SPOOR, *listed(REGULAR, "regular"), *listed(FILL, "fill"), *listed(DUOTONE, "duotone")]
    write(assets, HERE / "ui.svg", ui)
    if VOCABULARY.exists():
        write(assets, HERE / "words.svg", word_icons(), "duotone")
    else:
        print(f"{VOCABULARY.name} is not there yet: words.svg left as it is")
