// Spoor without internet, and its messages.
//
// Pages    Asked from the server first. Does it not answer within four seconds, then the copy as this person last saw it,
//          marked with when that was; else the page "Geen internet". Only whole pages that the server sent to a signed-in
//          person are kept (its `spoor-person` header says whose, as a mark), never one marked `no-store`. Of those that were only
//          passed by, thirty; those that the page names with "keep" are fetched ahead and stay.
// Blanks   The questions about an experience, and the screen of one, are also kept as blank forms, which the page fills with what
//          this device knows. They are what there is without internet, and what comes at once while work on it is unsent: the
//          server does not have it yet. An experience of which this device knows nothing is awaited twenty seconds longer.
// Persons  Copies of one person only. An answer to another person, or to nobody, wipes them before it is shown; so does
//          whatever is sent to /sign-in or /sign-out, and the message "forget". An answer that was asked for before a wipe is
//          shown but not kept.
// Assets   Their address names their content: kept when first used, the copy first. Two builds are kept, because a page of
//          the former build needs the former assets. Old and new cannot mix.
// Writes   Kept and sent by outbox.js, which the server puts above this. Here only when the browser says that there is internet
//          again and no page is open (Background Sync). What another app shares is put in a draft.
// Builds   A new worker waits until the page says "take-over" (it does when the person asks, and nothing typed would be lost).
// Messages Every push shows a notification, whatever it holds: a phone takes the right away from an app that stays silent.
//          A tap opens the exact screen, only ever one of ours.
//
// The server puts `const SPOOR = {version, assets, later, offline, icon, badge}` above this, and patience.js, rules.js, store.js and outbox.js.

const WAIT = 4000;
const LAST = 20_000;
const MOST = 30;
const ALWAYS = ["/", "/help"];
const AHEAD = "spoor-ahead";
const DAY = 24 * 3600 * 1000;
const FRESH = 10 * 60 * 1000;
const BLANK = /^\/(outbox|experiences\/new|experiences\/[0-9a-f-]{36}\/edit)$/;
const EXPERIENCE = /^\/experiences\/([0-9a-f-]{36}|new)(\/edit)?$/;
const NEVER = /^\/(sign-in|sign-out|setup|offline|assets|media)(\/|$)/;
const PERSON_CHANGES = /^\/(sign-in|sign-out)(\/|$)/;
const DOWN = new Set([502, 503, 504]);
const ASSETS = `assets-${SPOOR.version}`;
const pagesOf = (person) => `pages-${SPOOR.version}-${person}`;

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("push", (event) => event.waitUntil(notify(event.data?.text())));
addEventListener("notificationclick", (event) => event.waitUntil(open(event.notification)));
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(resubscribe(event.oldSubscription)));
addEventListener("sync", (event) => event.waitUntil(sendWaiting()));
addEventListener("message", (event) => event.waitUntil(obey(event)));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") {
    if (url.pathname === "/share") event.respondWith(share(request));
    if (PERSON_CHANGES.test(url.pathname)) event.waitUntil(forget());
  } else if (request.mode === "navigate" || url.pathname === "/outbox") {
    event.respondWith(page(event));
  } else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(asset(event));
  }
});

// --- from build to build

async function install() {
  const cache = await caches.open(ASSETS);
  const offline = Object.entries(SPOOR.offline).map(
    ([language, url]) => new Request(url, { cache: "reload", credentials: "omit", headers: { "accept-language": language } }),
  );
  await cache.addAll([...SPOOR.assets, ...offline]);
}

async function activate() {
  const names = await caches.keys();
  const kept = names.filter((name) => name.startsWith("assets-")).map((name) => name.split("-")[1]).slice(-2);
  await Promise.all(names.filter((name) => !kept.includes(name.split("-")[1])).map((name) => caches.delete(name)));
  await clients.claim();
  await fetchCopy("/");
}

async function asset(event) {
  const kept = await caches.match(event.request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.ok) {
    const copy = answer.clone();
    event.waitUntil(caches.open(ASSETS).then((cache) => cache.put(event.request, copy)));
  }
  return answer;
}

// --- pages

async function page(event) {
  const url = new URL(event.request.url);
  const unsent = await blank(url, true);
  if (unsent) return unsent;
  const network = visit(event.request, (kept) => event.waitUntil(kept));
  event.waitUntil(network.catch(() => {}));
  const answer = await Promise.race([network, after(WAIT, "slow")]).catch(() => "offline");
  if (answer instanceof Response && !DOWN.has(answer.status)) return answer;
  // Of an entry of which this device knows nothing a blank says only that: as long as the server may still answer, that is awaited.
  const empty = answer !== "slow" || (await atHand(url).catch(() => true)) ? blank : null;
  const kept = (BLANK.test(url.pathname) ? await empty?.(url) : null) ??
    (await lastSeen(url, answer instanceof Response ? "down" : answer)) ?? (await empty?.(url));
  if (kept) return kept;
  if (answer instanceof Response) return answer;
  const last = await Promise.race([network, ...(empty ? [] : [after(LAST)])]).catch(() => null);
  if (last instanceof Response && !DOWN.has(last.status)) return last;
  return (await blank(url)) ?? last ?? noInternet();
}

// Whether a blank for this address has something to show: a new entry always, an old one when this device knows it.
async function atHand(url) {
  const [, id] = EXPERIENCE.exec(url.pathname) ?? [];
  if (!id || id === "new") return true;
  const owner = await store.owner();
  return Boolean(owner && (await store.one("copies", `${owner.person}:${id}`)));
}

const after = (wait, said = null) => new Promise((resolve) => setTimeout(resolve, wait, said));
let wipes = 0;
let wentFor = "";
let line = Promise.resolve();
const inLine = (job) => (line = line.then(job, job));

// Ask the server; `keeping` gets the promise of the copy being stored, for nobody waits for that to see the page.
async function visit(request, keeping, ahead = false) {
  const before = wipes;
  const answer = await fetch(request);
  const person = answer.headers.get("spoor-person");
  if (!person || answer.type !== "basic") return answer;
  const now = await forget(person, before);
  if (now !== "stale" && mayKeep(request, answer, person)) keeping(keep(request.url, answer.clone(), person, now, ahead));
  return answer;
}

// The blank form for this address. `unsent`: only while work on it waits on this device.
async function blank(url, unsent = false) {
  const [, id, edit] = EXPERIENCE.exec(url.pathname) ?? [];
  if (!id && url.pathname !== "/outbox") return null;
  if (unsent && !(await outbox.unsent().catch(() => new Set())).has(id === "new" ? url.searchParams.get("id") : id)) return null;
  const step = url.searchParams.get("step");
  const asked = id === "new" || edit ? `/experiences/new${step ? `?step=${step}` : ""}` : "/outbox";
  // The first question has no address of its own, whichever it is for this student.
  return (await lastSeen(new URL(asked, location.origin), "blank")) ?? (step === "text" ? lastSeen(new URL("/experiences/new", location.origin), "blank") : null);
}

function mayKeep(request, answer, person) {
  const url = new URL(request.url);
  if (EXPERIENCE.exec(url.pathname)?.[2] || ["id", "activity", "shared", "depth"].some((name) => url.searchParams.has(name))) return false;
  const html = answer.headers.get("content-type")?.startsWith("text/html");
  const secret = answer.headers.get("cache-control")?.includes("no-store") || NEVER.test(url.pathname);
  return person !== "nobody" && answer.status === 200 && !answer.redirected && html && !secret;
}

async function keep(url, answer, person, before, ahead) {
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  headers.set("spoor-seen-at", new Date().toISOString());
  const copy = new Response(await answer.blob(), { headers });
  await inLine(async () => {
    if (before !== wipes) return;
    const cache = await caches.open(pagesOf(person));
    const earlier = await cache.match(address(url), { ignoreVary: true });
    if (ahead || earlier?.headers.has(AHEAD)) copy.headers.set(AHEAD, "1");
    await cache.put(address(url), copy);
    const all = await Promise.all((await cache.keys()).map(async (kept) => [kept, (await cache.match(kept, { ignoreVary: true }))?.headers.has(AHEAD)]));
    const spare = all.filter(([, stays]) => !stays).map(([kept]) => kept);
    await Promise.all(spare.slice(0, -MOST).map((kept) => cache.delete(kept)));
  });
  if (wentFor === person) return;
  wentFor = person;
  await Promise.all(ALWAYS.map(fetchCopy));
}

// A screen that is worth having before it is needed.
async function fetchCopy(path) {
  let kept;
  const keeping = (promise) => {
    kept = promise;
  };
  await visit(new Request(path, { headers: { [AHEAD]: "1" } }), keeping, true).catch(() => {});
  await kept;
}

// Screens that a page asks to have at hand, one after another: a blank once a day, others when their copy is ten minutes old.
// `anew`: all, for the person reads another language or theme now.
async function fetchAhead({ blanks = [], pages = [], anew = false }) {
  for (const url of SPOOR.later) if (!(await caches.match(url))) await caches.open(ASSETS).then((cache) => cache.add(url));
  const jobs = [...blanks.map((path) => [path, DAY]), ...pages.map((path) => [path, FRESH])];
  for (const [path, age] of jobs) {
    const kept = await copyOf(new URL(path, location.origin), `pages-${SPOOR.version}-`);
    if (anew || !kept || Date.now() - Date.parse(kept.headers.get("spoor-seen-at")) > age) await fetchCopy(path);
  }
}

// The same screen is the same copy, however it was opened.
function address(url) {
  const plain = new URL(url);
  plain.hash = "";
  plain.searchParams.delete("from");
  return plain.href;
}

async function copyOf(url, from = "pages-") {
  for (const name of (await caches.keys()).filter((name) => name.startsWith(from)).reverse()) {
    const kept = await (await caches.open(name)).match(address(url), { ignoreVary: true });
    if (kept) return kept;
  }
}

async function lastSeen(url, why) {
  const kept = await copyOf(url);
  if (!kept) return null;
  const mark = why === "blank" ? "<html data-blank " : `<html data-seen-at="${kept.headers.get("spoor-seen-at")}" data-seen-why="${why}" `;
  return new Response((await kept.text()).replace("<html ", mark), { headers: kept.headers });
}

async function noInternet() {
  const last = await lastCopy();
  const languages = [last?.headers.get("content-language"), ...navigator.languages.map((language) => language.slice(0, 2)), "nl"];
  const language = languages.find((language) => language in SPOOR.offline);
  const kept = await caches.match(SPOOR.offline[language], { ignoreVary: true });
  if (!kept) return Response.error();
  const [opening = ""] = /<html[^>]*>/.exec((await last?.text()) ?? "") ?? [];
  const look = opening.match(/ data-(?:theme|text)="\w+"| data-calm(?=[ >])/g) ?? [];
  return new Response((await kept.text()).replace("<html", `<html${look.join("")}`), { headers: kept.headers });
}

// In which language pages were last shown, and how: this person's letters are as large without internet.
async function lastCopy() {
  for (const name of (await caches.keys()).filter((name) => name.startsWith("pages-")).reverse()) {
    const cache = await caches.open(name);
    const last = (await cache.keys()).at(-1);
    if (last) return cache.match(last, { ignoreVary: true });
  }
}

// Drop the copies of everybody but this person. For an answer: unless it was asked for (`before`) before an earlier wipe.
function forget(person = "nobody", before = wipes) {
  return inLine(async () => {
    if (before !== wipes) return "stale";
    const others = (await caches.keys()).filter((name) => name.startsWith("pages-") && !name.endsWith(`-${person}`));
    await Promise.all(others.map((name) => caches.delete(name)));
    return others.length || person === "nobody" ? ++wipes : wipes;
  });
}

async function obey(event) {
  if (event.data === "take-over") await skipWaiting();
  if (event.data === "claim") await clients.claim();
  if (event.data === "forget") await forget();
  if (event.data?.keep) await fetchAhead(event.data.keep);
  event.ports[0]?.postMessage("done");
}

// What could not be sent is said to the browser, which tries again by itself.
async function sendWaiting() {
  await outbox.flush({ again: true });
  if ((await outbox.unsent()).size) throw new Error("not everything was sent");
}

// What cannot be kept here goes to the server, which asks to sign in first where that is needed.
async function share(request) {
  const form = await request.clone().formData();
  const texts = ["title", "text", "url"].map((name) => form.get(name)).filter((text) => typeof text === "string");
  const files = form.getAll("media").filter((file) => file.type?.startsWith("image/"));
  const kept = await outbox.share([...new Set(texts)], files).catch(() => false);
  return kept ? Response.redirect("/experiences/new?shared=1", 303) : fetch(request);
}

// --- messages (the JSON of declarative web push, which some browsers show by themselves)

function notify(text) {
  const { title, navigate, body, lang, dir, tag, silent } = readMessage(text);
  const told = Object.entries({ body, lang, dir, tag, silent }).filter(([, value]) => value !== undefined);
  const look = { icon: SPOOR.icon, badge: SPOOR.badge, renotify: Boolean(tag) && !silent, data: { navigate } };
  return registration.showNotification(title, { ...Object.fromEntries(told), ...look }).catch(() => notify(""));
}

function readMessage(text) {
  try {
    const { notification } = JSON.parse(text);
    if (typeof notification.title === "string" && notification.title) return notification;
  } catch {
    // Shown all the same:
  }
  const english = navigator.language.startsWith("en");
  return { title: "Spoor", body: english ? "Something is waiting for you." : "Er staat iets voor je klaar.", lang: english ? "en" : "nl", navigate: "/" };
}

async function open(notification) {
  notification.close();
  const url = ours(notification.data?.navigate);
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const found = windows.find((window) => window.focused) ?? windows.find((window) => window.visibilityState === "visible") ?? windows[0];
  if (!found) return clients.openWindow(url);
  await found.focus().catch(() => {});
  // Also when it shows this screen already: what the message is about is newer. A window that is not ours yet cannot be steered.
  return found.navigate(url).catch(() => clients.openWindow(url));
}

function ours(address) {
  try {
    const url = new URL(address, location.origin);
    if (url.origin === location.origin) return url.href;
  } catch {
    // Not an address: home.
  }
  return `${location.origin}/`;
}

async function resubscribe(old) {
  const key = old?.options?.applicationServerKey;
  if (!key) return; // The page does it when it is next opened.
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await fetch("/me/subscriptions", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(subscription),
  });
}
