"""The record: one unbroken chain per school that tells of any change, holds no name, and takes no change."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.core import clock
from server.core.audit import AppendOnly, AuditEntry, AuditHead, AuditName, broken_at, erase, note, note_view
from server.core.db import Database
from tests.world import id_of

WAAL, OTHER = id_of("waal"), id_of("other")
Tamper = Callable[[Session], object]


def noted(database: Database, many: int = 6) -> None:
    """Some things that happened, in two schools."""
    for number in range(many):
        with database.writing() as session:
            note(session, WAAL, "role-given", clock.now(), actor=id_of("vries"), subject=id_of("deboer"), role="admin", number=number)
            note(session, OTHER, "settings-changed", clock.now(), actor=id_of("otto"))


def tampered(database: Database, tamper: Tamper) -> None:
    """Done by somebody who owns the database and has dropped its triggers."""
    with database.writing() as session:
        if database.sqlite:
            session.execute(text("DROP TRIGGER audit_entry_no_update"))
            session.execute(text("DROP TRIGGER audit_entry_no_delete"))
        else:
            session.execute(text("DROP TRIGGER audit_entry_kept ON audit_entry"))
        tamper(session)


def at(seq: int) -> Any:
    return AuditEntry.school_id == WAAL, AuditEntry.seq == seq


def _swap(session: Session) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        session.execute(update(AuditEntry).where(*at(old)).values(seq=new), execution_options={"synchronize_session": False})


def _insert(session: Session) -> None:
    for seq in (6, 5, 4):
        session.execute(update(AuditEntry).where(*at(seq)).values(seq=seq + 1), execution_options={"synchronize_session": False})
    before = session.scalars(select(AuditEntry).where(*at(3))).one()
    made = AuditEntry(school_id=WAAL, seq=4, at=clock.now(), kind="sign-in", actor="", subject="", about=None, details={}, before=before.seal)
    made.seal = made.fingerprint()
    session.add(made)
    session.flush()
    session.execute(update(AuditHead).where(AuditHead.school_id == WAAL).values(seq=7))


TAMPERING: dict[str, tuple[Tamper, int]] = {
    "kind": (lambda session: session.execute(update(AuditEntry).where(*at(3)).values(kind="role-taken")), 3),
    "details": (lambda session: session.execute(update(AuditEntry).where(*at(3)).values(details={"role": "coordinator"})), 3),
    "actor": (lambda session: session.execute(update(AuditEntry).where(*at(2)).values(actor="nobody")), 2),
    "moment": (lambda session: session.execute(update(AuditEntry).where(*at(1)).values(at=clock.now())), 1),
    "removed": (lambda session: session.execute(delete(AuditEntry).where(*at(4))), 4),
    "the first removed": (lambda session: session.execute(delete(AuditEntry).where(*at(1))), 1),
    "reordered": (_swap, 3),
    "inserted": (_insert, 5),
    "truncated": (lambda session: session.execute(delete(AuditEntry).where(*at(6))), 6),
    "all of it": (lambda session: session.execute(delete(AuditEntry).where(AuditEntry.school_id == WAAL)), 1),
    "the head moved back": (lambda session: session.execute(update(AuditHead).where(AuditHead.school_id == WAAL).values(seq=5)), 7),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_the_chain_tells_what_was_changed_taken_out_put_in_or_moved(database: Database, how: str) -> None:
    noted(database)
    with database.reading() as session:
        assert broken_at(session, WAAL) is None
    tamper, seq = TAMPERING[how]
    tampered(database, tamper)
    with database.reading() as session:
        assert broken_at(session, WAAL) == seq
        assert broken_at(session, OTHER) is None


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET kind = 'viewed'", "DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE seq = 6"])
def test_the_database_itself_refuses_to_change_the_record(database: Database, statement: str) -> None:
    noted(database)
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(statement))
    with database.reading() as session:
        assert broken_at(session, WAAL) is None and len(session.scalars(select(AuditEntry).where(AuditEntry.school_id == WAAL)).all()) == 6


def test_postgresql_refuses_to_empty_it_at_once_too(database: Database) -> None:
    if database.sqlite:
        return
    noted(database)
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text("TRUNCATE audit_entry"))


def test_the_mapping_refuses_to_change_the_record(database: Database) -> None:
    noted(database)
    with pytest.raises(AppendOnly), database.writing() as session:
        session.scalars(select(AuditEntry).where(*at(2))).one().kind = "viewed"
    with pytest.raises(AppendOnly), database.writing() as session:
        session.delete(session.scalars(select(AuditEntry).where(*at(2))).one())


def test_many_threads_at_once_write_one_chain(database: Database) -> None:
    failed: list[BaseException] = []

    def act(number: int) -> None:
        try:
            for turn in range(10):
                with database.writing() as session:
                    note(session, WAAL, "sign-in", clock.now(), actor=id_of("samira"), subject=id_of("samira"), number=number, turn=turn)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.school_id == WAAL).order_by(AuditEntry.seq)).all()
        assert [entry.seq for entry in entries] == list(range(1, 81))
        assert {(entry.details["number"], entry.details["turn"]) for entry in entries} == {(number, turn) for number in range(8) for turn in range(10)}
        assert broken_at(session, WAAL) is None


def test_what_was_taken_back_leaves_no_gap(database: Database) -> None:
    noted(database)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        note(session, WAAL, "sign-in", clock.now())
        _ = 1 / 0
    noted(database, 1)
    with database.reading() as session:
        assert broken_at(session, WAAL) is None and session.get_one(AuditHead, WAAL).seq == 7


def test_erasing_a_person_leaves_the_chain_whole_and_nobody_can_tell_who_it_was(database: Database) -> None:
    noted(database)
    with database.writing() as session:
        token = session.scalars(select(AuditName.token).where(AuditName.person_id == id_of("deboer"))).one()
        erase(session, id_of("deboer"))
        note(session, WAAL, "sign-in", clock.now(), actor=id_of("deboer"))
    with database.reading() as session:
        assert broken_at(session, WAAL) is None
        assert session.get_one(AuditName, token).person_id is None
        assert session.scalars(select(AuditName.token).where(AuditName.person_id == id_of("deboer"))).one() != token
        told = " ".join(f"{entry.actor} {entry.subject} {entry.about} {entry.details}" for entry in session.scalars(select(AuditEntry)))
        assert str(id_of("deboer")) not in told and "Boer" not in told


def test_a_look_is_on_record_once_a_day_for_each_viewer_and_thing(database: Database) -> None:
    def look(viewer: str, thing: str, day: str) -> bool:
        with database.writing() as session:
            return note_view(session, WAAL, clock.now(), viewer=id_of(viewer), student=id_of("samira"), about=id_of(thing), day=day, what="conversation")

    looks = [("deboer", "gesprek", "2026-11-24")] * 2 + [("deboer", "vorig", "2026-11-24"), ("kramer", "gesprek", "2026-11-24"), ("deboer", "gesprek", "2026-11-25")]
    assert [look(*one) for one in looks] == [True, False, True, True, True]


def test_only_what_has_a_word_can_be_put_on_record(database: Database) -> None:
    with pytest.raises(ValueError), database.writing() as session:
        note(session, WAAL, "gossip", clock.now())
