"""A photo or voice note as the mentor may open it: only while the student shows it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.conversation import access
from server.conversation.models import Conversation, PreparationExperience, Submission
from server.experience.models import Experience, ExperienceMedia
from server.people.viewer import Viewer


def shown(session: Session, viewer: Viewer, conversation_id: UUID, media_id: UUID) -> ExperienceMedia | None:
    """It stands in what was shown in a talk that the viewer holds, and that was not taken back; and neither it nor its experience was deleted since."""
    held = access.held_by(viewer, conversation_id).with_only_columns(Conversation.id)
    row = session.execute(
        select(ExperienceMedia, Submission.experiences)
        .join(Experience, Experience.id == ExperienceMedia.experience_id)
        .join(PreparationExperience, PreparationExperience.experience_id == Experience.id)
        .join(Submission, Submission.conversation_id == PreparationExperience.conversation_id)
        .where(ExperienceMedia.id == media_id, ExperienceMedia.deleted_at.is_(None), Experience.deleted_at.is_(None), Submission.withdrawn_at.is_(None))
        .where(Submission.conversation_id.in_(held))
    ).one_or_none()
    if row is None:
        return None
    media, copies = row
    return media if str(media_id) in copies.get(str(media.experience_id), {}).get("media", {}) else None
