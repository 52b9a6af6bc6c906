"""What was found: a table for people, JSON for machines. Nothing here fails on a number: a clock asserts nothing on a busy machine."""

import json
import os
import platform
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

MARKS = {True: "ok", False: "MISSED", None: ""}


@dataclass
class Line:
    """One finding. `budget` is what it is held against: at least or at most so much of `measure`, which is the ratio when there is one."""

    name: str
    value: float | None
    unit: str
    baseline: float | None = None
    against: str = ""
    ratio: float | None = None
    budget: float | None = None
    at: Literal["least", "most"] = "most"
    note: str = ""

    @property
    def measure(self) -> float | None:
        return self.value if self.ratio is None else self.ratio

    @property
    def met(self) -> bool | None:
        if self.budget is None or self.measure is None:
            return None
        return self.measure <= self.budget if self.at == "most" else self.measure >= self.budget


@dataclass
class Section:
    """Lines that were measured together."""

    name: str
    lines: list[Line]
    note: str = ""


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)


def share(values: Iterable[float], percent: float) -> float:
    """The value that so many percent stay under."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def shown(number: float | None) -> str:
    if number is None:
        return "–"
    return f"{number:,.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"


def table(sections: list[Section]) -> str:
    heads = ("", "measured", "baseline", "ratio", "budget", "")
    rows: list[tuple[str, ...]] = []
    for section in sections:
        rows.append((f"# {section.name}", "", "", "", "", ""))
        for line in section.lines:
            limit = "" if line.budget is None else f"{'≤' if line.at == 'most' else '≥'} {shown(line.budget)}{' ×' if line.ratio is not None else ''}"
            against = f"{shown(line.baseline)} {line.against}".strip() if line.baseline is not None else line.against
            ratio = f"{line.ratio:.2f} ×" if line.ratio is not None else ""
            note = " ".join(part for part in (MARKS[line.met], line.note) if part)
            rows.append((f"  {line.name}", f"{shown(line.value)} {line.unit}".strip(), against, ratio, limit, note))
        if section.note:
            rows.append((f"  {section.note}", "", "", "", "", ""))
    lone = [row for row in rows if any(row[1:])]
    widths = [max(len(row[column]) for row in [heads, *lone]) for column in range(len(heads))]
    aligned = [
        "  ".join(cell.ljust(width) if column in {0, 5} else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths, strict=True))) for row in [heads, *rows]
    ]
    return "\n".join(line.rstrip() for line in aligned)


def cores() -> int:
    return os.cpu_count() or 1


def loads() -> tuple[float, ...]:
    """How busy the machine is besides, by the minute, five and fifteen."""
    return os.getloadavg() if hasattr(os, "getloadavg") else ()


def keep(sections: list[Section], folder: Path, seconds: float) -> Path:
    """Write the JSON and give its path."""
    folder.mkdir(exist_ok=True)
    told = {
        "machine": {"cores": cores(), "python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}", "load": loads()},
        "seconds": round(seconds, 1),
        "sections": [{"name": section.name, "note": section.note, "lines": [{**asdict(line), "met": line.met} for line in section.lines]} for section in sections],
    }
    path = folder / "latest.json"
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    return path
