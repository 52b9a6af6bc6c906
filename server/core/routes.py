"""Route decorators: handlers are plain functions in a thread of the small pool; a form is read for them when they ask for `form`."""

from functools import partial

import litestar
from litestar import Request
from litestar.enums import MediaType

from server.core.forms import Form, read_form

get = partial(litestar.get, sync_to_thread=True, media_type=MediaType.HTML)
post = partial(litestar.post, sync_to_thread=True, media_type=MediaType.HTML, status_code=200)
delete = partial(litestar.delete, sync_to_thread=True, media_type=MediaType.HTML, status_code=200)


async def provide_form(request: Request) -> Form:
    """What was sent; kept on the request so that an error page can give it back."""
    form = await read_form(request)
    request.scope["form"] = form  # type: ignore[typeddict-unknown-key]
    return form
