"""The app put together: the only place that knows every room."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.concurrency import set_asyncio_executor
from litestar.config.compression import CompressionConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

import server.activity.pages
import server.conversation.pages
import server.core.pages
import server.core.pwa
import server.device.pages
import server.experience.own_word_pages
import server.experience.pages
import server.growth.pages
import server.guardian.pages
import server.guardian.school_pages
import server.me.pages
import server.privacy.pages
import server.push.pages
import server.recognition.link_pages
import server.recognition.pages
import server.recognition.report_pages
import server.reminder.pages
import server.roster.pages
import server.school.pages
import server.setup.pages
import server.sign_in.card_pages
import server.sign_in.confirm_pages
import server.sign_in.mail_code_pages
import server.sign_in.pages
import server.sign_in.passkey_pages
import server.sign_in.password_pages
import server.sign_in.password_set_pages
import server.sign_in.provider_pages
import server.sign_in.provider_sign_out
import server.today.pages
import server.vocabulary.pages
import server.vocabulary.picture_pages
import server.vocabulary.question_pages
import server.vocabulary.sharing_pages
import server.vocabulary.word_pages
from server.core.around import with_head, with_method_override, without_nul
from server.core.assets import Assets
from server.core.db import THREADS, Database
from server.core.failures import failed
from server.core.media import store_of
from server.core.security import from_our_pages, with_security_headers
from server.core.templates import environments
from server.people.identity import with_identity
from server.settings import Settings
from server.sign_in.provider_discovery import Directory

LARGEST_BODY = 2_000_000


def create_app(settings: Settings, database: Database | None = None) -> Litestar:
    """An app on these settings. Opens nothing until it is started."""
    database = database or Database(settings.database)
    assets = Assets()
    state = State({"settings": settings, "database": database, "assets": assets, "templates": environments(assets), "media": store_of(settings), "providers": Directory()})

    async def our_pages_only(connection: ASGIConnection, _: BaseRouteHandler) -> None:
        from_our_pages(connection, settings)

    rooms = [
        server.core.pages,
        server.me.pages,
        server.device.pages,
        server.core.pwa,
        server.today.pages,
        server.sign_in.pages,
        server.sign_in.mail_code_pages,
        server.sign_in.passkey_pages,
        server.sign_in.password_pages,
        server.sign_in.password_set_pages,
        server.sign_in.confirm_pages,
        server.sign_in.provider_pages,
        server.sign_in.provider_sign_out,
        server.sign_in.card_pages,
        server.guardian.pages,
        server.guardian.school_pages,
        server.setup.pages,
        server.roster.pages,
        server.school.pages,
        server.push.pages,
        server.reminder.pages,
        server.activity.pages,
        server.vocabulary.word_pages,
        server.vocabulary.question_pages,
        server.vocabulary.picture_pages,
        server.vocabulary.sharing_pages,
        server.experience.pages,
        server.experience.own_word_pages,
        server.growth.pages,
        server.recognition.pages,
        server.recognition.link_pages,
        server.recognition.report_pages,
        server.conversation.pages,
        server.privacy.pages,
        server.vocabulary.pages,
    ]
    app = Litestar(
        route_handlers=[route for room in rooms for route in room.routes] + _only_in_the_demo(settings),
        guards=[our_pages_only],
        exception_handlers={Exception: failed},
        compression_config=CompressionConfig(backend="brotli", brotli_quality=4, brotli_gzip_fallback=True, exclude=["^/assets/", "/media/"]),
        request_max_body_size=LARGEST_BODY,
        lifespan=[_running(database)],
        state=state,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = with_security_headers(settings)(with_head(without_nul(with_method_override(with_identity(database, settings)(app.asgi_handler)))))
    return app


def _only_in_the_demo(settings: Settings) -> list:
    """Every component in every state; and the letters, where they are shown instead of sent."""
    if not settings.demo:
        return []
    from server.demo import inbox

    return [server.core.pages.styleguide, *(inbox.routes if settings.shows_letters else [])]


def _running(database: Database):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def run(_: Litestar) -> AsyncIterator[None]:
        yield
        database.close()

    return run


def use_threads() -> None:
    """Handlers run in a small pool of their own; call once per process, before the loop starts."""
    set_asyncio_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="handler"))
