"""The one-time link of an empty installation."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base


class SetupLink(Base):
    """The one-time link with which an empty installation is set up."""

    __tablename__ = "setup_link"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
