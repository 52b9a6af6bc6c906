"""The one-time link with which a school begins here."""

from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base

LIFE = timedelta(days=7)
"""How long a further school's link works."""


class SetupLink(Base):
    """The one-time link with which an empty installation is set up; or, with a name, one further school beside those that are there."""

    __tablename__ = "setup_link"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    school_name: Mapped[str] = mapped_column(String(120), default="", server_default="")

    def opens(self, now: datetime, *, started: bool) -> bool:
        """Whether a school can still begin with it; `started` tells whether there is one already. The first school's link stays good until it is there."""
        return self.used_at is None and (now < self.made_at + LIFE if self.school_name else not started)
