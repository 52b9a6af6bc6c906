"""Every screen of this room: signing in, setting up, the class list, the people."""

import server.people.sign_in_pages

routes: list = [*server.people.sign_in_pages.routes]
