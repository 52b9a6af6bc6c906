"""`make bench`: everything in one run of less than four minutes; a table on the terminal, JSON in `bench-results/latest.json`.

Names of parts run only those: `make bench ARGS="timeline saves"`.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.bench import lighthouse, push, report, roster, saves, timeline, visit
from tests.bench.process import ROOT
from tests.bench.report import Section

PARTS: dict[str, Callable[[Path], Section | list[Section]]] = {
    "timeline": timeline.measure,
    "saves": saves.measure,
    "push": push.measure,
    "roster": roster.measure,
    "visit": visit.measure,
    "lighthouse": lighthouse.measure,
}


def main() -> int:
    """Give 1 only when something could not be measured: a number over its budget is told, not punished."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="How fast Spoor is, and how light.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="only these")
    chosen = parser.parse_args().parts or list(PARTS)
    began, sections, broken = time.monotonic(), list[Section](), False
    with tempfile.TemporaryDirectory(prefix="spoor-bench-") as folder:
        for name in chosen:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            try:
                found = PARTS[name](Path(folder))
            except Exception as error:
                traceback.print_exc()
                found, broken = Section(name, [], f"NOT MEASURED: {type(error).__name__}: {error}"), True
            sections += found if isinstance(found, list) else [found]
    seconds = time.monotonic() - began
    kept = report.keep(sections, ROOT / "bench-results", seconds)
    print(report.table(sections))
    print(f"\n{seconds:.0f} s; load of the machine {', '.join(f'{load:.1f}' for load in report.loads())} on {report.cores()} cores; {kept.relative_to(ROOT)}")
    return int(broken)


sys.exit(main())
