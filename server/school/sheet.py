"""A sheet with sign-in links: made, put on record, and told to who was in already, for whoever can make a link could use it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response
from sqlalchemy.orm import Session

from server.core import clock
from server.core.audit import note_each
from server.core.web import page
from server.people import access
from server.people.models import Person
from server.sign_in.handing_out import handed_out
from server.sign_in.paper import paper_links


def sheet(request: Request, session: Session, ids: Sequence[UUID], *, title: str, back: str) -> Response[Any]:
    """Fresh links for these people, in this order, shown once."""
    viewer, now, base = request.user, clock.now(), request.app.state.settings.base_url
    order = {person_id: place for place, person_id in enumerate(ids)}
    wanted = sorted(session.scalars(access.people(viewer).where(Person.id.in_(ids))), key=lambda person: order[person.id])
    links, people = paper_links(session, wanted, base_url=base, made_by=viewer.person_id, at=now), [person.id for person in wanted]
    note_each(session, viewer.school_id, "link-made", now, actor=viewer.person_id, subjects=people)
    handed_out(session, viewer.school_id, people, "link", by=viewer.person_id, now=now)
    view = {"title": title, "back": back, "links": links}
    return page(request, "sign_in/sheet.html", view, headers={"cache-control": "no-store"})
