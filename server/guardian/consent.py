"""Who decides that somebody looks along: below the school's limit (16) the school; from it the student too; from 18 the student alone.

Below 16 a parent decides with the child (UAVG, article 5); at 18 nobody does but the student (Burgerlijk Wetboek 1:233, 1:247). Of whom the school did not say
when they were born counts as below the limit: then the student still sees who looks along, but does not invite.
"""

from datetime import date

from server.people.models import OF_AGE, Guardianship, age


def is_of_age(born: date | None, day: date) -> bool:
    """Whether the student decides alone."""
    return born is not None and age(born, day) >= OF_AGE


def school_invites(born: date | None, day: date) -> bool:
    """Whether the school may still ask somebody to look along."""
    return not is_of_age(born, day)


def student_invites(born: date | None, day: date, limit: int) -> bool:
    """Whether the student may; `limit` is the school's own (`School.guardians_from`)."""
    return born is not None and age(born, day) >= min(limit, OF_AGE)


def student_ends(guardianship: Guardianship, born: date | None, day: date) -> bool:
    """Whether the student may end this one: from 18 any, before that whom they asked themselves."""
    return is_of_age(born, day) or guardianship.made_by == guardianship.student_id


def awaits_student(guardianship: Guardianship, born: date | None, day: date) -> bool:
    """Whether it shows nothing until the student, who is 18 now, agrees."""
    return guardianship.ended_at is None and guardianship.agreed_at is None and is_of_age(born, day)


def born_by(day: date, years: int) -> date:
    """The last birthday on which somebody is so many years old by this day; the same as `age`, for a database to compare with."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)
