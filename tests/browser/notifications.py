"""A message as it reaches a browser: delivered to its service worker, seen on the screen, tapped."""

from playwright.sync_api import Page

from tests.browser.conftest import Watched, until


def push(page: Page, watched: Watched, data: str) -> None:
    """Deliver a message to the service worker as the browser's push service would."""
    browser = watched.context.new_cdp_session(page)
    found: list[str] = []
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(each["registrationId"] for each in told["registrations"] if not each["isDeleted"]))
    browser.send("ServiceWorker.enable")
    page.wait_for_timeout(100)
    browser.send("ServiceWorker.deliverPushMessage", {"origin": watched.school.url, "registrationId": found[-1], "data": data})
    until(page, "navigator.serviceWorker.ready.then((ready) => ready.getNotifications()).then((all) => all.length === 1)")


def shown(page: Page) -> list[dict[str, str]]:
    """The notifications on the screen."""
    return page.evaluate("navigator.serviceWorker.ready.then((ready) => ready.getNotifications()).then((all) => all.map(({title, body, tag, lang}) => ({title, body, tag, lang})))")


def tap(watched: Watched) -> None:
    """Tap the notification: no tool can, so the worker is given the event itself."""
    [worker] = watched.context.service_workers
    worker.evaluate("registration.getNotifications().then(([notification]) => { dispatchEvent(new NotificationEvent('notificationclick', {notification})); })")
