"""`python -m tests.readability`: says of each Dutch text that is too hard why, and fails as long as there is one. With texts as arguments: of those,
as a student reads them."""

import sys
import tomllib
from collections import defaultdict
from pathlib import Path

from tests.readability.measure import complaints, douma
from tests.readability.readers import STUDENT, is_screen, level_of, texts

EXCEPTIONS = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text())
WORDS: dict[str, str] = EXCEPTIONS["words"]
TEXTS: dict[str, str] = EXCEPTIONS["texts"]
MOST_EXCEPTIONS = 0.02
ENOUGH_FOR_A_SCREEN = 60
"""Words that a template must hold for its whole to be measured."""


def too_hard() -> dict[str, tuple[str, list[str]]]:
    """Each text that is too hard for who reads it, with where it stands and why; also one that is excepted."""
    found = {}
    for text, (level, places) in texts().items():
        if why := complaints(text, level, WORDS):
            found[text] = (f"{level.name}: {', '.join(sorted(places)[:2])}", why)
    return found


def hard_screens() -> list[str]:
    """The templates whose texts are, all together, too hard for who reads them."""
    told = defaultdict(list)
    for text, (_, places) in texts().items():
        for place in filter(is_screen, places):
            told[place].append(text)
    found = []
    for place, said in sorted(told.items()):
        score = douma(said) if sum(len(text.split()) for text in said) >= ENOUGH_FOR_A_SCREEN else None
        if score is not None and score < level_of(place).screen:
            found.append(f"{place}: Flesch-Douma {score:.0f}, at least {level_of(place).screen:.0f}")
    return found


def main(asked: list[str]) -> int:
    """Print what is too hard; 1 when something is."""
    if asked:
        hard = {text: ("student", why) for text in asked if (why := complaints(text, STUDENT, WORDS))}
    else:
        hard = {text: found for text, found in too_hard().items() if text not in TEXTS}
    for text, (where, why) in sorted(hard.items(), key=lambda pair: pair[1][0]):
        print(f"{where}\n  {text}\n  {'; '.join(why)}")
    screens = [] if asked else hard_screens()
    print(*screens, sep="\n", end="\n" if screens else "")
    if not asked:
        print(f"readability: {len(hard)} of {len(texts())} texts are too hard; {len(TEXTS) + len(WORDS)} exceptions")
    return 1 if hard or screens else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
