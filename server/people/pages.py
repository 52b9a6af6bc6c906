"""Every screen of this room: signing in, setting up, the class list, the people of the school."""

from server.people import roster_pages, school_pages, setup_pages, sign_in_pages

routes: list = [*sign_in_pages.routes, *setup_pages.routes, *roster_pages.routes, *school_pages.routes]
