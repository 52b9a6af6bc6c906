"""A sheet with sign-in links: made, put on record, and told to who was in already, for whoever can make a link could use it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock
from server.core.audit import note_each
from server.core.ids import new_id
from server.core.web import page
from server.people import access
from server.people.models import DeviceSession, Person
from server.reminder.actions import schedule
from server.reminder.kinds import ACCESS
from server.sign_in.models import LINK_LIFE
from server.sign_in.paper import paper_links

SOON = timedelta(days=1)


def sheet(request: Request, session: Session, ids: Sequence[UUID], *, title: str, back: str) -> Response[Any]:
    """Fresh links for these people, in this order, shown once."""
    viewer, now, base = request.user, clock.now(), request.app.state.settings.base_url
    order = {person_id: place for place, person_id in enumerate(ids)}
    wanted = sorted(session.scalars(access.people(viewer).where(Person.id.in_(ids))), key=lambda person: order[person.id])
    links = paper_links(session, wanted, base_url=base, made_by=viewer.person_id, at=now)
    been_in = set(session.scalars(select(DeviceSession.person_id).where(DeviceSession.person_id.in_(ids)).distinct()))
    note_each(session, viewer.school_id, "link-made", now, actor=viewer.person_id, subjects=[person.id for person in wanted])
    for person in wanted:
        if person.id in been_in and person.id != viewer.person_id:
            schedule(session, person_id=person.id, school_id=viewer.school_id, kind=ACCESS, about=new_id(), path="/me", due_at=now, late_at=now + SOON, facts={},
                     zone=viewer.zone, now=now)  # fmt: skip
    view = {"title": title, "back": back, "links": links, "until": now + LINK_LIFE}
    return page(request, "sign_in/sheet.html", view, headers={"cache-control": "no-store"})
