"""The views behind the questions: what is offered, what was typed, what comes next."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.activity.access import visible_to
from server.activity.models import KINDS, OWN, Activity
from server.core import clock, conflict
from server.core.conflict import Conflict
from server.core.errors import found
from server.core.forms import Form
from server.core.i18n import tongue
from server.experience import actions, queries
from server.experience.beginnings import beginnings
from server.experience.change import KIND_OF
from server.experience.depth import ANSWER, QUESTION, RESULT, SHORT, STARRT, about_goal, asked
from server.experience.flow import Flow, flow_of
from server.experience.models import FACES, LONGEST_WORD, MOST_WORDS, Experience
from server.experience.queries import AnswerView, Card
from server.experience.question import asked_after
from server.experience.versions import Version, Versions
from server.experience.word_views import WordView, with_notes, word_view
from server.people.models import DEPTHS
from server.people.viewer import Viewer
from server.vocabulary import choosing
from server.vocabulary.queries import Vocabulary, vocabulary_of
from server.vocabulary.words import Word

HOUR = timedelta(hours=1)
MOST_ACTIVITIES, MOST_EXAMPLES = 30, 2


def trail(session: Session, viewer: Viewer, language: str, sought: str, word: str, before: datetime | None) -> dict[str, Any]:
    """Mijn spoor; `older` is where the next page begins."""
    shown = queries.trail(session, viewer, language, before=before, sought=sought, word=word)
    words = queries.all_words(session, viewer, language)
    older = shown[-1].happened_at if len(shown) == queries.PAGE else None
    return {"months": queries.by_month(shown, viewer.zone), "words": words, "q": sought, "word": word, "older": older, "is_whole": not (sought or word or before)}


def unsaved(session: Session, viewer: Viewer, experience_id: UUID, activity_id: UUID | None) -> Experience:
    """An experience that has no answer yet and stands in no database."""
    activity = found(session.scalar(visible_to(viewer).where(Activity.id == activity_id))) if activity_id else None
    return Experience(id=experience_id, text="", face=None, together_with="", activity_id=activity.id if activity else None, revision=0, revisions={}, words=[], answers=[])


def step(session: Session, viewer: Viewer, language: str, experience: Experience, name: str, *, depth: str = "", alone: bool = False, form: Form | None = None,
         errors: dict[str, str] | None = None, sought: str = "") -> dict[str, Any]:  # fmt: skip
    """One question: the answer there is, or what was typed when it could not be kept."""
    activities = _activities(session, viewer, experience.activity_id)
    activity_id = form.id("activity") if form and "activity" in form else experience.activity_id
    activity = next((known for known in activities if known.id == activity_id), None)
    view = {
        "step": name, "alone": alone, "experience": experience, "activity": activity,
        "activity_icon": KINDS[activity.kind] if activity else "star", "activities": activities, "icons": KINDS,
        "errors": errors or {}, "base": experience.revision, "faces": FACES,
        "together_with": form.text("together_with") if form and "together_with" in form else experience.together_with,
        "text": form.text("text") if form and "text" in form else experience.text, "face": form.number("face") if form and "face" in form else experience.face,
    }  # fmt: skip
    view |= _way(flow_of(session, viewer, experience.id, activity.id if activity else None, depth), name, experience, activity)
    if name in KIND_OF or name == SHORT:
        return {**view, **_word_view(session, viewer, language, experience, name if name in KIND_OF else "qualities", activity, form, sought)}
    return view if name == "text" or name == "face" else {**view, **_answer_view(session, viewer, language, experience, name, form)}


def _way(flow: Flow, name: str, experience: Experience, activity: Activity | None) -> dict[str, Any]:
    """Where the buttons of this question lead: `ahead` when the answer is kept on the device, `skip` when a new entry has none yet; the same for each other depth."""

    def to(flow: Flow, step: str | None) -> tuple[str, str]:
        if step is None:
            return f"/experiences/{experience.id}", ""
        return flow.address(step), "" if experience.revision else flow.address_of_new(step, activity.id if activity else None)

    following, previous = flow.next(name, faced=bool(experience.face)), flow.previous(name)
    (ahead, skip), (before, before_new) = to(flow, following), to(flow, previous)
    number = flow.steps.index(name) + 1 if name in flow.steps else 0
    return {
        "ahead": ahead, "skip": skip, "is_last": following is None, "back": (before_new or before) if previous else "", "number": number, "steps": len(flow.steps),
        "part": flow.part(name),
        "depth": flow.depth, "depths": {depth: to(*flow.switched(depth)) for depth in DEPTHS}, "goal": flow.goal,
    }  # fmt: skip


def _answer_view(session: Session, viewer: Viewer, language: str, experience: Experience, name: str, form: Form | None) -> dict[str, Any]:
    """A question that is answered in words."""
    field = f"{ANSWER}{name}"
    vocabulary = vocabulary_of(session, viewer)
    held = queries.answers_of(session, [experience.id]).get(experience.id, {}).get(name) if experience.revision else None
    edition = held.edition if held else vocabulary.on_page(form.number("edition") if form else None)
    title, hint = asked(name, vocabulary, language, tongue(language), edition)
    answer = form.text(field) if form and field in form else held.text if held else ""
    return {"field": field, "title": title, "hint": hint, "answer": answer, "edition": edition}


def _activities(session: Session, viewer: Viewer, stored: UUID | None) -> list[Activity]:
    """What it may belong to: the last thirty, and the one it belongs to, also when that was called off or is of a former group: keeping a text must not take it away."""
    known = list(session.scalars(visible_to(viewer).where(Activity.starts_at <= clock.now()).order_by(Activity.ends_at.desc()).limit(MOST_ACTIVITIES)))
    return known if stored is None or stored in {activity.id for activity in known} else [*known, session.get_one(Activity, stored)]


def _word_view(session: Session, viewer: Viewer, language: str, experience: Experience, name: str, activity: Activity | None, form: Form | None,
               sought: str) -> dict[str, Any]:  # fmt: skip
    """The words to choose from: six first, or what was sought, and the rest by cluster."""
    kind, vocabulary = KIND_OF[name], vocabulary_of(session, viewer)
    chosen = {word.key: explained(vocabulary, word, language, activity) for word in with_notes(session, viewer.person_id, _chosen(vocabulary, experience, name, language, form))}
    known = {word.id: word for word in vocabulary.words_of(kind)}
    first = vocabulary.offered(kind, activity.kind if activity else OWN, queries.used_words(session, viewer.person_id, kind, experience.id), chosen.keys(), experience.id.int)
    found = choosing.found(sought, [(word.id, word.label(language), word.sentence(language), word.also(language)) for word in known.values()]) if sought else []
    if sought:
        first = [word for word in first if word.id in chosen] + [known[key] for key in found if key not in chosen]
    more: dict[str, list[WordView]] = {}
    for word in known.values():
        if word not in first:
            more.setdefault(word.cluster, []).append(_to_choose(vocabulary, word, language, activity))
    own = [word for word in chosen.values() if word.key.startswith("own:")]
    return {
        "kind": kind, "chosen": chosen, "offered": [_to_choose(vocabulary, word, language, activity) for word in first],
        "own": [word for word in own if len(word.label) <= LONGEST_WORD], "too_long": next((word.label for word in own if len(word.label) > LONGEST_WORD), ""),
        "more": more, "most": MOST_WORDS, "edition": vocabulary.edition,
        "starts": beginnings(kind, tongue(language)), "sought": sought, "is_found": bool(found),
    }  # fmt: skip


def _to_choose(vocabulary: Vocabulary, word: Word, language: str, activity: Activity | None) -> WordView:
    return explained(vocabulary, word_view(vocabulary, word.kind, word.id, "", language), language, activity)


def explained(vocabulary: Vocabulary, view: WordView, language: str, activity: Activity | None) -> WordView:
    """The word with what it means, and two examples: of the field of the activity first."""
    word = vocabulary.words.get(view.key)
    if word is None:
        return view
    field = activity.kind.removeprefix("practical_") if activity else ""
    examples = sorted(word.examples, key=lambda example: example.field != field)[:MOST_EXAMPLES]
    return msgspec.structs.replace(view, sentence=word.sentence(language), also=word.also(language), examples=tuple(example.text(language) for example in examples))


def _chosen(vocabulary: Vocabulary, experience: Experience, name: str, language: str, form: Form | None) -> list[WordView]:
    if form is None:
        return [word_view(vocabulary, KIND_OF[name], word.word, word.own, language, word.evidence or "", edition=word.edition) for word in actions.current(experience, name)]
    known = [word_view(vocabulary, KIND_OF[name], word, "", language, form.text(f"{name}-evidence-{word}")) for word in form.all(name)]
    own = [word_view(vocabulary, KIND_OF[name], None, text.strip(), language, form.text(f"{name}-evidence-own:{text.strip()}")) for text in form.all(f"{name}-own") if text.strip()]
    return known + own


def depth_of(card: Card, own: str) -> str:
    """How deep an entry was told, as far as what stands there shows; else the student's own depth."""
    told = {answer.field for answer in card.answers}
    if told & {*STARRT} - {RESULT}:
        return DEPTHS[2]
    return DEPTHS[1] if own == DEPTHS[0] and any(word.kind == "motive" for word in card.words) else own


def shown(session: Session, viewer: Viewer, card: Card, language: str, depth: str = "") -> dict[str, Any]:
    """The page of one experience: what was answered, and what this depth asks that was not."""
    vocabulary, depth, _ = vocabulary_of(session, viewer), depth if depth in DEPTHS else depth_of(card, viewer.depth), tongue(language)
    told = {answer.field: answer for answer in card.answers}

    def of(fields: tuple[str, ...], *, all: bool) -> list[AnswerView]:
        listed = [told.get(field) or AnswerView(field=field, title=asked(field, vocabulary, language, _)[0], text="") for field in fields]
        return [answer for answer in listed if all or answer.field in told]

    of_goal = about_goal(told, has_goal=bool(card.goal), whole=depth == DEPTHS[2])
    story = of(tuple(field for field in STARRT if field not in of_goal), all=depth == DEPTHS[2])
    return {
        "card": card, "depth": depth, "story": story + [answer for answer in card.answers if answer.field.startswith(QUESTION)],
        "afterwards": of(of_goal, all=bool(card.goal) and depth != DEPTHS[0]),
        "versions": versions(session, viewer, card, language), "question": asked_after(session, viewer, vocabulary, card, clock.now()),
        "edition": vocabulary.edition,
    }  # fmt: skip


def versions(session: Session, viewer: Viewer, card: Card, language: str) -> list[Versions]:
    """What of this experience was changed on two devices and waits for a choice."""
    vocabulary = vocabulary_of(session, viewer)
    return [
        Versions(
            id=known.id, field=known.field, made_at=known.made_at, base=card.revision, action=f"/experiences/{card.id}/conflicts/{known.id}/choice",
            stored=_stored(card, known.field), other=_other(session, vocabulary, known, language), label=_label(vocabulary, card, known.field, language),
        )
        for known in conflict.open_ones(session, viewer, card.id)
    ]  # fmt: skip


def _label(vocabulary: Vocabulary, card: Card, field: str, language: str) -> str:
    if not field.startswith(ANSWER):
        return ""
    step = field.removeprefix(ANSWER)
    return next((answer.title for answer in card.answers if answer.field == step), "") or asked(step, vocabulary, language, tongue(language))[0]


def _stored(card: Card, field: str) -> Version:
    if field in KIND_OF:
        return Version(words=tuple(word for word in card.words if word.kind == KIND_OF[field]))
    if field.startswith(ANSWER):
        return Version(text=next((answer.text for answer in card.answers if answer.field == field.removeprefix(ANSWER)), ""))
    if field == "face":
        return Version(face=card.face, face_icon=card.face_icon)
    return Version(text=getattr(card, field)) if field in {"text", "together_with"} else Version(names=tuple(filter(None, [card.activity])))


def _other(session: Session, vocabulary: Vocabulary, known: Conflict, language: str) -> Version:
    value = msgspec.convert(known.value["value"], actions.VALUES.get(known.field, str))
    if known.field in KIND_OF:
        words = [word_view(vocabulary, KIND_OF[known.field], word.word, word.own, language, word.evidence or "", edition=word.edition) for word in value]
        return Version(words=tuple(with_notes(session, known.person_id, words)))
    if known.field == "face":
        return Version(face=value, face_icon=FACES.get(value, ""))
    return Version(names=tuple(session.scalars(select(Activity.title).where(Activity.id == value)))) if known.field == "activity" else Version(text=value)
