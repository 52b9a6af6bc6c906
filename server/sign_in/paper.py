"""Sign-in links on paper: made, shown once, never kept."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
import segno
from sqlalchemy.orm import Session

from server.people.models import Person
from server.sign_in.links import life_of, make_link


class PaperLink(msgspec.Struct, frozen=True):
    """One ticket on the sheet: the secret stands on this paper only."""

    name: str
    address: str
    picture: str
    """A QR code as the `data:` address of an SVG."""

    until: datetime
    """When it lets nobody in any more."""


def paper_links(session: Session, people: Iterable[Person], *, base_url: str, made_by: UUID, at: datetime) -> list[PaperLink]:
    """A fresh link for each person; older ones that were not used stop working."""
    made = []
    for person in people:
        address = f"{base_url}/sign-in/{make_link(session, person, made_by=made_by, at=at)}"
        made.append(PaperLink(person.full_name, address, segno.make(address, error="m", micro=False).svg_data_uri(border=2, light="#fff", scale=4), at + life_of(person)))
    return made
