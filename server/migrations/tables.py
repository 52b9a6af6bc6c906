"""Every room's tables, so that the mapping is whole."""

import server.activity.models
import server.conversation.models
import server.core.conflict
import server.core.limits
import server.core.mutation
import server.experience.models
import server.people.models
import server.push.models
import server.reminder.models  # noqa: F401
