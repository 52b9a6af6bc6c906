"""`make messages`: brings `web/locale/en.po` up to date with what the templates and the code say.

A translation stays as long as its Dutch stands in a template or in the code; one without is left out and printed, to be used again for
what came in its place. Nothing is guessed: a new message is empty until somebody translates it.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "web" / "locale" / "en.po"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
SHOWN_TO_NOBODY = "styleguide"
HEADER = r"""# English, for who prefers it to Dutch. British spelling and everyday words, for students first.
# The msgids are the Dutch of the templates and the code; `make messages` keeps this file up to date with them.
msgid ""
msgstr ""
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"""


def templates() -> list[Path]:
    """Every template that people see."""
    return [path for path in sorted((ROOT / "web" / "templates").rglob("*.html")) if SHOWN_TO_NOBODY not in path.parts]


def modules() -> list[Path]:
    """All the code that may say something."""
    return [path for path in sorted((ROOT / "server").rglob("*.py")) if "versions" not in path.parts]


def said() -> Catalog:
    """Every message there is, in the order of the files. The same text may be said in several places, with one translation."""
    found = Catalog(locale="en", project="Spoor", version="1", charset="utf-8", fuzzy=False)
    for path in (*templates(), *modules()):
        method, options = (babel_extract, {"silent": "false", "trimmed": "false"}) if path.suffix == ".html" else ("python", {})
        with path.open("rb") as file:
            for _line, message, _comments, _context in extract(method, file, keywords=KEYWORDS, options=options):
                found.add(message, locations=[(str(path.relative_to(ROOT)), 0)])
    return found


def english() -> Catalog:
    """What is translated."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def write(catalogue: Catalog) -> None:
    """Store it, without line numbers and dates: only a message that changed is a change in the file."""
    with ENGLISH.open("wb") as file:
        file.write(HEADER.encode() + b"\n")
        write_po(file, catalogue, width=0, omit_header=True, ignore_obsolete=True, include_lineno=False)


def is_translated(message: Message) -> bool:
    """Whether every form of it is there."""
    return all(message.string) if message.pluralizable else bool(message.string)


def main() -> int:
    """Update the file, and print what became of it. Fails while something is not translated, so that a script notices."""
    catalogue = english()
    catalogue.update(said(), no_fuzzy_matching=True, update_header_comment=False)
    for message in catalogue.obsolete.values():
        print(f"no longer said: {message.id!r} = {message.string!r}")
    write(catalogue)
    missing = [message for message in catalogue if message.id and not is_translated(message)]
    for message in missing:
        print(f"to translate: {message.id!r}")
    print(f"{len(catalogue)} messages, {len(missing)} to translate in {ENGLISH.relative_to(ROOT)}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
