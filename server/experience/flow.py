"""The way through the questions of one entry: which comes next in its depth, and at which address."""

from urllib.parse import quote
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.activity.models import ActivityGoal
from server.core.forms import Form
from server.experience.change import KIND_OF
from server.experience.depth import AFTER_GOAL, SHORT, STARRT, steps_of
from server.experience.models import Experience
from server.people.models import DEPTHS
from server.people.viewer import Viewer

FIND = "find"
"""The button that seeks a word, once what was chosen is kept."""


class Part(msgspec.Struct, frozen=True):
    """Where in a part of the way a question is: `deep` (STARRT), `goal` (what came of it), or with no name what everybody is asked first."""

    name: str
    number: int
    steps: int


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """The questions of one entry in the depth that was chosen for it."""

    experience_id: UUID
    depth: str
    own_depth: str
    """The one that the student has by themselves: it is not named in addresses."""

    goal: str = ""
    """What they wanted to find out in the activity."""

    @property
    def steps(self) -> tuple[str, ...]:
        """All of them, in order."""
        return steps_of(self.depth, bool(self.goal))

    def part(self, step: str) -> Part | None:
        """The part of the way in which a question is asked: twelve of a row look endless, six do not. None where this depth does not ask it."""
        for name, asked in (("goal", AFTER_GOAL), ("deep", STARRT)):
            if step in asked and step in self.steps:
                return Part(name, asked.index(step) + 1, len(asked))
        first = [known for known in self.steps if known not in STARRT + AFTER_GOAL]
        return Part("", first.index(step) + 1, len(first)) if step in first else None

    def next(self, step: str, *, faced: bool = False) -> str | None:
        """The question after this one, or None after the last and where this depth does not ask it. How it was is asked once."""
        place = self.steps.index(step) + 1 if step in self.steps else len(self.steps)
        if step == "text" and faced and "face" in self.steps:
            place += 1
        return self.steps[place] if place < len(self.steps) else None

    def previous(self, step: str) -> str | None:
        """The question before this one."""
        return self.steps[self.steps.index(step) - 1] if step in self.steps[1:] else None

    def switched(self, depth: str, at: str = "") -> tuple["Flow", str]:
        """The same entry in another depth, from its first question on, or `at` one that it asks too: what was answered stands there."""
        other = msgspec.structs.replace(self, depth=depth)
        return other, at if at in other.steps else other.steps[0]

    def address(self, step: str) -> str:
        """Where a question of this entry is asked."""
        return f"/experiences/{self.experience_id}/edit?{self._depth}step={step}"

    def address_of_new(self, step: str, activity_id: UUID | None) -> str:
        """The same while nothing was answered yet."""
        return f"/experiences/new?id={self.experience_id}&{self._depth}step={step}{f'&activity={activity_id}' if activity_id else ''}"

    @property
    def _depth(self) -> str:
        return "" if self.depth == self.own_depth else f"depth={self.depth}&"


def flow_of(session: Session, viewer: Viewer, experience_id: UUID, activity_id: UUID | None, depth: str) -> Flow:
    """The way through this entry; a depth that is none is the student's own."""
    return Flow(experience_id=experience_id, depth=depth if depth in DEPTHS else viewer.depth, own_depth=viewer.depth, goal=goal_of(session, viewer, activity_id))


def goal_of(session: Session, viewer: Viewer, activity_id: UUID | None) -> str:
    """What the viewer wanted to find out in an activity; empty when they did not say."""
    if activity_id is None:
        return ""
    return session.scalar(select(ActivityGoal.text).where(ActivityGoal.activity_id == activity_id, ActivityGoal.student_id == viewer.person_id)) or ""


def after(session: Session, viewer: Viewer, form: Form, experience_id: UUID, step: str) -> tuple[str, str]:
    """Where to go after a save, and what to say there."""
    chosen = [*form.all(step), *filter(None, form.all(f"{step}-own"))] if step in KIND_OF else []
    flow, whole = flow_of(session, viewer, experience_id, None, form.text("depth")), f"/experiences/{experience_id}"
    if form.text("go") in DEPTHS:
        other, asked = flow.switched(form.text("go"), at=_words_in(form))
        return other.address(asked), ""
    if form.text("go") == FIND:
        return f"{flow.address(step)}{'&alone=1' if form.text('alone') == '1' else ''}{seeking(form)}", ""
    if chosen and form.text("go") != "stop" and not any(name.startswith(f"{step}-evidence-") for name in form.fields):
        alone = f"/experiences/{experience_id}/edit?step={step}&alone=1"
        return f"{alone if form.text('alone') == '1' else flow.address(step)}#waaraan", ""
    if form.text("from") == "today":
        return flow.address(SHORT if flow.depth == DEPTHS[0] else "text"), "saved"
    if form.text("go") in {"stop", "skip"} or form.text("alone") == "1":
        return whole, "saved" if form.text("go") != "skip" else ""
    following = flow.next(step, faced=form.text("faced") == "1") or _about_the_goal(session, viewer, flow, step)
    return (flow.address(following), "") if following else (whole, "saved")


def _words_in(form: Form) -> str:
    """The question to stay at for who switches while choosing words; empty when none was chosen."""
    return next((field for field in KIND_OF if any(filter(None, [*form.all(field), *form.all(f"{field}-own")]))), "")


def seeking(form: Form) -> str:
    """What goes on the address when a word was sought, where no script finds it."""
    return f"&q={quote(form.text('q')[:40])}#offered" if form.text("go") == FIND else ""


def _about_the_goal(session: Session, viewer: Viewer, flow: Flow, step: str) -> str | None:
    """What is asked where there was a goal, when all else was asked."""
    if flow.depth == DEPTHS[0] or (step != flow.steps[-1] and step not in AFTER_GOAL):
        return None
    activity_id = session.scalar(select(Experience.activity_id).where(Experience.id == flow.experience_id))
    return msgspec.structs.replace(flow, goal=goal_of(session, viewer, activity_id)).next(step)
