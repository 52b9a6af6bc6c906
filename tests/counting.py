"""How many statements a page costs: `with counting(database) as statements: …; assert len(statements) <= 6`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from server.core.db import Database


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """Every statement that the application sends while the block runs. The look-up of who is asking counts too."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
