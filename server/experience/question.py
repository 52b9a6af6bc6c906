"""The one question right after an experience was kept: another for each entry, never the same again and again, and passed over it stays away."""

from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from server.experience.depth import AFTER, QUESTION
from server.experience.models import Experience, ExperienceAnswer
from server.experience.queries import Card
from server.people.viewer import Viewer
from server.vocabulary.queries import Vocabulary
from server.vocabulary.questions import Question

RIGHT_AFTER = timedelta(days=1)


def asked_after(session: Session, viewer: Viewer, vocabulary: Vocabulary, card: Card, now: datetime) -> Question | None:
    """The question for this entry; None when it was answered or passed over, when the entry is of longer ago, and when the school asks none."""
    fitting = [question for question in vocabulary.questions.values() if question.moment == AFTER and not question.hidden and question.kind_hint in {"", card.kind}]
    if not fitting or now - card.happened_at > RIGHT_AFTER:
        return None
    here = func.max(case((ExperienceAnswer.experience_id == card.id, 1), else_=0)).label("here")
    of = select(ExperienceAnswer.field, here).join(Experience, Experience.id == ExperienceAnswer.experience_id)
    mine = of.where(Experience.student_id == viewer.person_id, ExperienceAnswer.field.startswith(QUESTION, autoescape=True)).group_by(ExperienceAnswer.field)
    before = session.execute(mine.order_by(func.max(Experience.happened_at).desc(), ExperienceAnswer.field)).all()
    if any(row.here for row in before):
        return None
    return chosen(fitting, [row.field.removeprefix(QUESTION) for row in before], card.id.int)


def chosen(fitting: list[Question], before: list[str], seed: int) -> Question:
    """One that was not asked before, another for another entry (`seed`); were all asked, the one of longest ago. `before` begins with the last one asked."""
    new = [question for question in fitting if question.id not in before]
    return new[seed % len(new)] if new else max(fitting, key=lambda question: before.index(question.id))
