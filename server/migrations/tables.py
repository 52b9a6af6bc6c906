"""Every room's tables, so that the mapping is whole."""

import server.activity.models
import server.conversation.models
import server.core.audit
import server.core.conflict
import server.core.heartbeat
import server.core.limits
import server.core.mail
import server.core.mutation
import server.core.slowing
import server.experience.models
import server.people.models
import server.push.models
import server.recognition.models
import server.reminder.models
import server.roster.models
import server.setup.models
import server.sign_in.models
import server.vocabulary.models  # noqa: F401
