"""Small lists made for the tests: sheets as spreadsheets write them, and zips as OneRoster does."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

HEADS = {
    "users-1.1": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds",
    "users-1.2": "sourcedId,status,enabledUser,givenName,familyName,middleName,identifier,email,agentSourcedIds,preferredGivenName",
    "roles": "sourcedId,status,userSourcedId,roleType,role,orgSourcedId",
    "classes": "sourcedId,status,title,classType",
    "enrollments": "sourcedId,status,classSourcedId,userSourcedId,role,primary",
    "demographics": "sourcedId,status,birthDate",
}


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A zip with these files; what kind of document it is stands in it unpacked (OpenDocument 1.2, part 3, 3.3)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text, zipfile.ZIP_STORED if name == "mimetype" else None)
    return made.getvalue()


def oneroster(version: str = "1.1", *, modes: dict[str, str] | None = None, folder: str = "", **files: Sequence[str]) -> bytes:
    """A OneRoster zip: of each file its rows; the manifest calls them whole unless `modes` says otherwise."""
    told = dict.fromkeys(files, "bulk") | (modes or {})
    manifest = "propertyName,value\nmanifest.version,1.0\n" + f"oneroster.version,{version}\n" + "".join(f"file.{name},{mode}\n" for name, mode in told.items())
    parts: dict[str, str | bytes] = {f"{folder}manifest.csv": manifest}
    for name, rows in files.items():
        head = HEADS.get(f"{name}-{version}", HEADS.get(name, ""))
        parts[f"{folder}{name}.csv"] = "\n".join(rows if rows and rows[0].startswith("sourcedId") else [head, *rows])
    return zipped(parts)


def user(source: str, role: str, given: str, family: str, *, number: str = "", email: str = "", agents: str = "", status: str = "", enabled: str = "true", middle: str = "") -> str:
    """A row of `users.csv` of version 1.1."""
    return f'{source},{status},,{enabled},school,{role},,,{given},{family},{middle},{number},{email},,,"{agents}"'


def xlsx(rows: Sequence[Sequence[str | float | None]], *, dates: Sequence[int] = ()) -> bytes:
    """A workbook as Excel writes it: text as text, numbers as numbers, and the columns in `dates` shown as days."""

    def cell(row: int, column: int, value: str | float | None) -> str:
        at = f"{chr(65 + column)}{row}"
        if value is None:
            return ""
        if isinstance(value, str):
            return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        return f'<c r="{at}"{" s=" + chr(34) + "1" + chr(34) if column in dates else ""}><v>{value}</v></c>'

    body = "".join(f'<row r="{number}">' + "".join(cell(number, place, value) for place, value in enumerate(row)) + "</row>" for number, row in enumerate(rows, 1))
    space = "http://schemas.openxmlformats.org"
    return zipped({
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{space}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',  # noqa: E501
        "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1" Type="{space}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',  # noqa: E501
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{space}/spreadsheetml/2006/main" xmlns:r="{space}/officeDocument/2006/relationships"><sheets><sheet name="Blad1" sheetId="1" r:id="r1"/></sheets></workbook>',  # noqa: E501
        "xl/_rels/workbook.xml.rels": f'<?xml version="1.0"?><Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1" Type="{space}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{space}/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',  # noqa: E501
        "xl/styles.xml": f'<?xml version="1.0"?><styleSheet xmlns="{space}/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',  # noqa: E501
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?><worksheet xmlns="{space}/spreadsheetml/2006/main"><sheetData>{body}</sheetData></worksheet>',
    })  # fmt: skip


def ods(rows: Sequence[Sequence[str]]) -> bytes:
    """A sheet as LibreOffice writes it."""
    body = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>' if cell else "<table:table-cell/>" for cell in row)
        + "</table:table-row>"
        for row in rows
    )
    space = "urn:oasis:names:tc:opendocument:xmlns"
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{space}:manifest:1.0"/>',
        "content.xml": f'<?xml version="1.0"?><office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Blad1">{body}</table:table></office:spreadsheet></office:body></office:document-content>',  # noqa: E501
    })  # fmt: skip
