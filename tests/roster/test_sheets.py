"""A list in a spreadsheet, and what pretends to be one."""

import io
import zipfile

import pytest

from server.roster.listed import Unreadable
from server.roster.reading import is_small, look, parse
from server.roster.reading_zip import LARGEST_PART
from tests.roster.files import ods, xlsx, zipped

HEAD = ("Stamnr", "Roepnaam", "Achternaam", "Klas", "Geboortedatum")


def test_a_workbook_is_read_with_numbers_days_and_leading_zeros_as_somebody_sees_them() -> None:
    roster = parse(xlsx([HEAD, ("004512", "Samira", "Aït Ben", "3B", 40616), (4513, "Daan", "de Vos", "3B", "02-11-2010")], dates=[4]))
    assert [(row.number, row.given, row.infix, row.family, f"{row.birth}", row.line) for row in roster.people] == [
        ("004512", "Samira", None, "Aït Ben", "2011-03-14", 2), ("4513", "Daan", "de", "Vos", "2010-11-02", 3),
    ]  # fmt: skip
    assert roster.shape == "sheet" and roster.faults == []


def test_titles_and_empty_rows_above_do_not_move_the_row_numbers() -> None:
    roster = parse(xlsx([(), ("Klassenlijst",), (), HEAD, ("", "Bo", "X", "3B", None)]))
    assert [(fault.line, fault.kind) for fault in roster.faults] == [(5, "number")]


def test_a_sheet_of_libreoffice_is_read_too() -> None:
    assert [row.number for row in parse(ods([HEAD, ("007", "Bo", "de Wit", "1A", "")])).people] == ["007"]


def test_the_columns_are_shown_with_what_stands_in_them() -> None:
    seen = look(xlsx([("Lijst",), HEAD, ("1", "Samira", "Aït Ben", "3B", None), ("2", "Daan", "Vos", "3B", None)]))
    assert seen is not None and seen.head.titles == HEAD and seen.samples[3] == ["3B"] and seen.samples[1] == ["Samira", "Daan"] and seen.rows == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (xlsx([HEAD])[:400], "sheet"),
        (xlsx([HEAD]).replace(b"xl/workbook.xml", b"xl/workbook.bin"), "sheet"),
        (zipped({"[Content_Types].xml": "x", "xl/workbook.xml": "<no"}), "sheet"),
        (xlsx([HEAD]), "empty"),
        (zipped({"[Content_Types].xml": "x"}), "binary"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<no"}), "sheet"),
        (xlsx([]), "empty"),
        (zipped({"brief.docx": "x"}), "users"),
    ],
)
def test_what_is_no_sheet_is_told(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable) as told:
        parse(content)
    assert told.value.why == why


@pytest.mark.parametrize("name", ["../users.csv", "/users.csv", "a/../../users.csv", "a\\users.csv", "C:users.csv", "a/b/users.csv"])
def test_no_name_in_a_zip_leads_elsewhere(name: str) -> None:
    with pytest.raises(Unreadable) as told:
        parse(zipped({"manifest.csv": "propertyName,value\nfile.users,bulk\n", name: "sourcedId\n1"}))
    assert told.value.why == "zip"


def test_a_small_file_that_unfolds_to_a_huge_one_is_not_unfolded() -> None:
    bomb = zipped({"manifest.csv": "propertyName,value\nfile.users,bulk\n", "users.csv": b"0" * (LARGEST_PART + 1)})
    assert len(bomb) < 200_000
    for look_at in (parse, look, is_small):
        with pytest.raises(Unreadable) as told:
            look_at(bomb)
        assert told.value.why == "bomb"


def ending(sheet: bytes, part: str, mark: str, more: str) -> bytes:
    """A sheet with something more in one of its parts, before its end."""
    with zipfile.ZipFile(io.BytesIO(sheet)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    return zipped({**texts, part: texts[part].replace(mark, more + mark)})


def far(rows: int, columns: str, cell: str = "") -> bytes:
    """A workbook with a cell in the corner and one as far away as is told."""
    told = cell or f'<c r="{columns}{rows}" t="inlineStr"><is><t>x</t></is></c>'
    return ending(xlsx([HEAD]), "xl/worksheets/sheet1.xml", "</sheetData>", f'<row r="{rows}">{told}</row>')


def repeated(rows: int, columns: int, text: str = "x") -> bytes:
    """A sheet of LibreOffice that says of one row how often it comes."""
    cell = f'<table:table-cell table:number-columns-repeated="{columns}"' + (f' office:value-type="string"><text:p>{text}</text:p></table:table-cell>' if text else "/>")
    return ending(ods([HEAD]), "content.xml", "</table:table>", f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>')


@pytest.mark.parametrize("content", [far(1_048_576, "XFD"), far(60_000, "ZZ"), repeated(60_000, 200), repeated(1000, 16384)], ids=["corner", "wide", "rows", "columns"])
def test_a_sheet_that_reaches_far_is_refused_before_anybody_makes_room_for_it(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("python_calamine.CalamineWorkbook.from_filelike", None)
    assert len(content) < 3000 and not is_small(content)
    with pytest.raises(Unreadable) as told:
        parse(content)
    assert told.value.why == "wide"


@pytest.mark.parametrize("content", [far(1_048_576, "XFD", "<c r='XFD1048576' s='1'/>"), repeated(1_000_000, 16384, "")], ids=["xlsx", "ods"])
def test_cells_far_away_that_only_have_a_colour_do_not_count(content: bytes) -> None:
    with pytest.raises(Unreadable) as told:
        parse(content)
    assert told.value.why in {"empty", "columns"}, "read, though there is nobody in it"


def test_a_zip_that_lies_about_its_sizes_is_not_believed() -> None:
    honest = zipped({"manifest.csv": "propertyName,value\nfile.users,bulk\n", "users.csv": b"0" * 5_000_000})
    size = (5_000_000).to_bytes(4, "little")
    with pytest.raises(Unreadable) as told:
        parse(honest.replace(size, (100).to_bytes(4, "little")))
    assert told.value.why in {"zip", "bomb", "empty"}


def test_a_member_twice_or_too_many_or_with_a_password_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("users.csv", "a")
        archive.writestr("users.csv", "b")
    many = zipped({f"{number}.csv": "" for number in range(600)})
    for content, why in ((made.getvalue(), "zip"), (many, "bomb")):
        with pytest.raises(Unreadable) as told:
            parse(content)
        assert told.value.why == why
