"""What another app shares into Spoor on the phone is a draft at once, also without signal; and outboxes of other builds."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from server.experience.models import Experience
from tests.browser.conftest import School, Watched, controlled, until
from tests.world import id_of

Person = Callable[..., Watched]
SHARE = """({title, text, photo}) => {
    const form = Object.assign(document.createElement("form"), {method: "post", action: "/share", enctype: "multipart/form-data"});
    for (const [name, value] of Object.entries({title, text, url: text})) form.append(Object.assign(document.createElement("input"), {name, value}));
    if (photo) {
        const picture = Object.assign(document.createElement("canvas"), {width: 40, height: 30});
        picture.getContext("2d").fillRect(0, 0, 20, 20);
        const bytes = Uint8Array.from(atob(picture.toDataURL("image/png").split(",")[1]), (letter) => letter.charCodeAt(0));
        const file = Object.assign(document.createElement("input"), {type: "file", name: "media"});
        const carried = new DataTransfer();
        carried.items.add(new File([bytes], "muur.png", {type: "image/png"}));
        file.files = carried.files;
        form.append(file);
    }
    document.body.append(form);
    form.submit();
}"""


ROWS = """(table) => new Promise((resolve) => {
    indexedDB.open("spoor").onsuccess = ({target: {result: database}}) => {
        if (!database.objectStoreNames.contains(table)) return resolve([]);
        database.transaction(table).objectStore(table).getAll().onsuccess = ({target}) => {
            database.close();
            resolve(target.result.map((row) => row.v ?? row.person));
        };
    };
})"""


def rows(table: str) -> str:
    """A script that gives what lies in a table of this phone."""
    return f"({ROWS})('{table}')"


def at_hand(page: Page) -> None:
    """Wait until the questions are kept on the phone."""
    until(page, "caches.keys().then(async (names) => { for (const name of names) if (await (await caches.open(name)).match('/experiences/new?step=motives')) return true; })")


def test_a_shared_text_and_photo_are_the_draft_of_a_new_entry_also_without_signal(person: Person, school: School) -> None:
    samira = person("samira")
    page = samira.open("/")
    controlled(page)
    page.reload()
    at_hand(page)
    samira.context.set_offline(True)
    page.evaluate(SHARE, {"title": "Muur", "text": "Gemetseld met Ali", "photo": True})
    page.wait_for_url("**/experiences/new?shared=1")
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value("Muur\nGemetseld met Ali")
    expect(page.locator(".capture-photo img")).to_be_visible()
    page.goto(school.url + "/trail")
    page.evaluate(SHARE, {"title": "", "text": "En nog iets", "photo": False})
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value("Muur\nGemetseld met Ali\nEn nog iets")
    page.get_by_role("button", name="Opslaan en stoppen").click()
    expect(page.get_by_role("heading", name="Muur")).to_be_visible()
    samira.context.set_offline(False)
    until(page, f"{rows('outbox')}.then((waiting) => waiting.length === 0)", within=20)
    with school.database.reading() as session:
        told = session.scalars(select(Experience.text).where(Experience.student_id == id_of("samira"))).all()
    assert "Muur\nGemetseld met Ali\nEn nog iets" in told
    page.goto(school.url + "/experiences/new?shared=1")
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value("")
    samira.complaints.clear()


def test_an_outbox_of_an_older_build_is_sent_and_one_of_a_newer_build_is_left_alone(person: Person, school: School) -> None:
    samira = person("samira")
    page = samira.open("/")
    controlled(page)
    older, newer = id_of("older"), id_of("newer")
    until(page, f"{rows('keys')}.then((keys) => keys.length > 0)")
    page.evaluate(
        """async ([older, newer]) => {
            const database = await new Promise((resolve) => { indexedDB.open("spoor").onsuccess = ({target}) => resolve(target.result); });
            const person = document.documentElement.dataset.person;
            const key = await new Promise((resolve) => { database.transaction("keys").objectStore("keys").get(person).onsuccess = ({target}) => resolve(target.result.key); });
            const seal = async (label, content) => {
                const iv = crypto.getRandomValues(new Uint8Array(12));
                const how = {name: "AES-GCM", iv, additionalData: new TextEncoder().encode(label)};
                return {iv, data: await crypto.subtle.encrypt(how, key, new TextEncoder().encode(JSON.stringify(content)))};
            };
            for (const [about, v] of [[older, undefined], [newer, 99]]) {
                const id = crypto.randomUUID();
                const box = await seal(`outbox:${person}:${id}`, {fields: [["step", "text"], ["text", `Van build ${v ?? "eerder"}`]], capturedAt: new Date().toISOString()});
                const item = {id, v, person, about, what: "experience", path: `/experiences/${about}`, at: Date.now(), box};
                await new Promise((resolve) => { database.transaction("outbox", "readwrite").objectStore("outbox").add(item).onsuccess = resolve; });
            }
        }""",
        [str(older), str(newer)],
    )
    page.reload()
    until(page, f"{rows('outbox')}.then((versions) => versions.join() === '99')")
    with school.database.reading() as session:
        assert session.scalar(select(func.count()).where(Experience.id == older)) == 1
        assert session.scalar(select(func.count()).where(Experience.id == newer)) == 0


def test_what_is_said_once_is_said_to_who_looks_and_never_again_from_a_copy(person: Person, school: School) -> None:
    samira = person("samira")
    page = samira.open("/")
    controlled(page)
    at_hand(page)
    page.goto(school.url + "/me")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#flash")).to_contain_text("Saved")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    until(page, "caches.keys().then(async (names) => { for (const name of names) { const kept = await (await caches.open(name)).match('/experiences/new'); "
          "if (kept) return (await kept.text()).includes('lang=\"en\"'); } })", within=20)  # fmt: skip
    samira.context.set_offline(True)
    page.goto(school.url + "/experiences/new")
    expect(page.get_by_role("heading", name="What did you do?")).to_be_visible()
    expect(page.locator("#flash")).not_to_contain_text("Saved")
