"""Who decides about a guardian, on the very day: in Python and in the database alike."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server.core.db import Database
from server.guardian.access import holds
from server.guardian.consent import awaits_student, born_by, is_of_age, school_invites, student_ends, student_invites
from server.people.models import Guardianship, Person, age
from tests.world import id_of

DAY, LEAP = date(2026, 11, 24), date(2008, 2, 29)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))


@given(DAYS, st.dates(min_value=date(1980, 1, 1), max_value=date(2030, 1, 1)), st.integers(min_value=10, max_value=20))
def test_the_last_birthday_that_counts_is_the_same_as_the_age(day: date, born: date, years: int) -> None:
    assert (born <= born_by(day, years)) == (age(born, day) >= years)


@pytest.mark.parametrize(("day", "of_age"), [(date(2026, 2, 28), False), (date(2026, 3, 1), True), (date(2028, 2, 28), True), (date(2024, 2, 29), False)])
def test_who_was_born_on_29_february_is_18_on_1_march(day: date, of_age: bool) -> None:
    assert is_of_age(LEAP, day) is of_age
    assert (born_by(day, 18) >= LEAP) is of_age


@pytest.mark.parametrize(
    ("years", "days", "school", "student"),
    [(15, 364, True, False), (16, 0, True, True), (17, 364, True, True), (18, 0, False, True), (40, 0, False, True)],
)
def test_below_16_the_school_asks_from_16_the_student_too_from_18_only_the_student(years: int, days: int, school: bool, student: bool) -> None:
    born = DAY.replace(year=DAY.year - years) - timedelta(days=days)
    assert (school_invites(born, DAY), student_invites(born, DAY, 16)) == (school, student)


def test_of_whom_the_age_is_unknown_the_school_decides() -> None:
    assert (school_invites(None, DAY), student_invites(None, DAY, 16), is_of_age(None, DAY)) == (True, False, False)


def test_the_limit_is_the_schools_own_but_never_above_18() -> None:
    born = DAY.replace(year=DAY.year - 17)
    assert [student_invites(born, DAY, limit) for limit in (12, 16, 17, 18, 99)] == [True, True, True, False, False]
    assert student_invites(DAY.replace(year=DAY.year - 18), DAY, 99)


def test_a_student_ends_whom_they_asked_and_from_18_anybody() -> None:
    own = Guardianship(guardian_id=id_of("karim"), student_id=id_of("samira"), made_by=id_of("samira"))
    others = Guardianship(guardian_id=id_of("karim"), student_id=id_of("samira"), made_by=id_of("wouters"))
    young, grown = DAY.replace(year=DAY.year - 17), DAY.replace(year=DAY.year - 18)
    assert [student_ends(one, born, DAY) for one in (own, others) for born in (young, None, grown)] == [True, True, True, False, False, True]
    assert [awaits_student(others, born, DAY) for born in (young, None, grown)] == [False, False, True]


@pytest.mark.parametrize("born", [None, date(2008, 11, 24), date(2008, 11, 25), LEAP, date(2012, 1, 1)])
@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize("ended", [False, True])
def test_the_database_says_the_same_as_the_rule(database: Database, born: date | None, agreed: bool, ended: bool) -> None:
    from server.core import clock

    with database.writing() as session:
        between, pupil = session.get_one(Guardianship, (id_of("karim"), id_of("samira"))), session.get_one(Person, id_of("samira"))
        pupil.birth_date, between.agreed_at, between.ended_at = born, clock.now() if agreed else None, clock.now() if ended else None
    for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 11, 23), DAY, date(2026, 11, 25)):
        with database.reading() as session:
            told = session.scalar(select(Person.id).join(Guardianship, Guardianship.student_id == Person.id).where(holds(day)))
            assert (told is not None) == session.get_one(Guardianship, (id_of("karim"), id_of("samira"))).holds(born, day)
