"""The smallest browser there is around the WebKit of this machine: one window that WebDriver steers and that keeps a profile.

MiniBrowser, which comes with WebKit, forgets everything as soon as it is steered; so does every phone test that uses it. This one
keeps cookies, service workers, caches and IndexedDB in the folder it is given, as the app on a phone does, so that it can be killed
and started again. Started by WebKitWebDriver: `python webkit_window.py FOLDER`.
"""

import ctypes
import sys
from collections.abc import Callable
from typing import Any

Pointer = ctypes.c_void_p
PHONE = (390, 844)
AS_TEXT, IN_SQLITE = range(2)
"""How WebKit keeps cookies."""


def run(folder: str) -> None:
    """Show one window whose profile is in this folder, until the driver ends it."""
    gtk, gobject, webkit = (ctypes.CDLL(name) for name in ("libgtk-3.so.0", "libgobject-2.0.so.0", "libwebkit2gtk-4.1.so.0"))
    place = folder.encode()
    gtk.gtk_init(None, None)
    data = _get(webkit.webkit_website_data_manager_new)(b"base-data-directory", place + b"/data", b"base-cache-directory", place + b"/cache", None)
    context = _get(webkit.webkit_web_context_new_with_website_data_manager)(data)
    webkit.webkit_cookie_manager_set_persistent_storage(_get(webkit.webkit_web_context_get_cookie_manager)(context), place + b"/cookies", IN_SQLITE)
    webkit.webkit_web_context_set_automation_allowed(context, True)
    webkit.webkit_web_view_get_type.restype = ctypes.c_size_t
    kept: list[Any] = []

    def on(thing: Pointer, signal: bytes, do: Callable[..., Any], gives: Any = None) -> None:
        kept.append(ctypes.CFUNCTYPE(gives, Pointer, Pointer)(do))
        gobject.g_signal_connect_data(thing, signal, kept[-1], None, None, 0)

    def open_window(*_: object) -> int:
        kind = ctypes.c_size_t(webkit.webkit_web_view_get_type())
        view = _get(gobject.g_object_new)(kind, b"web-context", context, b"is-controlled-by-automation", True, None)
        window = _get(gtk.gtk_window_new)(0)
        gtk.gtk_window_set_default_size(window, *PHONE)
        gtk.gtk_container_add(window, view)
        gtk.gtk_widget_show_all(window)
        return int(view.value)

    def steered(_: object, session: int) -> None:
        told = _get(webkit.webkit_application_info_new)()
        webkit.webkit_application_info_set_name(told, b"MiniBrowser")
        webkit.webkit_automation_session_set_application_info(Pointer(session), told)
        on(Pointer(session), b"create-web-view", open_window, Pointer)

    on(context, b"automation-started", steered)
    gtk.gtk_main()


def _get(function: Any) -> Callable[..., Pointer]:
    """A C function that gives a pointer, which ctypes would otherwise cut to an int."""
    function.restype = Pointer
    return lambda *given: Pointer(function(*given))


if __name__ == "__main__":
    run(sys.argv[1])
