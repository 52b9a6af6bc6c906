"""Log lines: what happened and where, never a word that somebody typed. They go to standard error; what a command prints is its result.

One JSON object a line, its moment in UTC, so that a line break in a value stays in its line and machines read what they need; on a terminal plain text.

structlog is loaded with the first line: it is a fifth of what a start takes.
"""

import sys
from functools import cache
from typing import Any


@cache
def _logger() -> Any:
    import structlog

    if not structlog.is_configured():
        shown: Any = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(ensure_ascii=False)
        stamped: list[Any] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
        structlog.configure(processors=[*stamped, shown], logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    return structlog.get_logger()


def info(event: str, **facts: object) -> None:
    """Something worth knowing."""
    _logger().info(event, **facts)


def error(event: str, **facts: object) -> None:
    """Something that somebody must look at."""
    _logger().error(event, **facts)
