// Every save of a student goes in here first, and from here to the server: in order, never twice, never as somebody else.
//
// In the page and in the service worker alike. Who may send is whose key lies here; a page only works for the person it shows.

import * as patience from "./patience.js";
import * as rules from "./rules.js";
import * as store from "./store.js";

const SECOND = 1000;
const PATIENCE = { file: 180 * SECOND, text: 30 * SECOND };
const KEPT_RECEIPTS = 30 * 24 * 3600 * SECOND;
const inPage = typeof document !== "undefined";
const others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("spoor-outbox");
const label = (person, id) => `outbox:${person}:${id}`;

// Who is at work: the person this page shows, or in the worker whose key lies here. `null` when the key is not to be had.
async function who() {
  if (!inPage) return (await store.owner()) ?? null;
  const { person } = document.documentElement.dataset;
  const key = person ? await store.keyOf(person).catch(() => null) : null;
  return key && { person, key };
}

// Keep a save. Resolves when it is on disk; throws when that failed (`QuotaExceededError`: the device is full), and then nothing was kept.
// {path, fields, about, what, base, knew, draft?, file?: {name, type, bytes}, capturedAt?}. The draft it came from goes in the same breath.
export async function add({ path, fields, about, what, base = 0, knew = 0, draft, file, capturedAt }) {
  const me = await who();
  if (!me) throw new DOMException("no key", "InvalidStateError");
  const now = Date.now();
  const id = rules.newId(now, crypto.getRandomValues(new Uint8Array(16)));
  const content = { fields, capturedAt: capturedAt ?? new Date(now).toISOString(), file: file && { name: file.name, type: file.type } };
  const item = { id, v: rules.VERSION, person: me.person, about, what, path, base, knew, state: "kept", after: 0, tries: 0, at: now };
  item.box = await store.seal(me.key, label(me.person, id), content);
  const sealed = file && { id, box: await store.seal(me.key, label(me.person, `${id}:file`), file.bytes) };
  item.seq = await store.write(["outbox", "files", "drafts"], (outbox, files, drafts) => {
    if (draft) drafts.delete(draft);
    if (sealed) files.put(sealed);
    return outbox.add(item);
  });
  tell({ id, state: "kept" });
  if (inPage) {
    stay().catch(() => {});
    navigator.serviceWorker?.ready.then((registration) => registration.sync?.register("outbox")).catch(() => {});
  }
  return { ...item, ...content };
}

// Asked once, after the first save: the browser may then not clear this away when it wants room.
async function stay() {
  if (localStorage.getItem("spoor-stays")) return;
  localStorage.setItem("spoor-stays", "asked");
  await navigator.storage?.persist?.();
}

// What is not stored yet, oldest first, of the person who is here. Without its files: `file(id)`.
export async function items() {
  const me = await who();
  return me ? readable(me) : [];
}

async function readable({ person, key }) {
  const mine = (await store.all("outbox")).filter((item) => item.person === person);
  const read = ({ id, box }) => store.unseal(key, label(person, id), box).catch(() => ({ fields: [], unreadable: true }));
  const known = await Promise.all(mine.map(async (item) => rules.current({ ...item, ...(await read(item)) })));
  return known.map((item) => ({ ...item, state: sending.has(item.id) ? "sending" : item.state }));
}

// How many there are of whoever, readable or not.
export async function count() {
  return (await store.all("outbox")).length;
}

// The subjects with unsent work of whoever's key lies here; without reading what it says.
export async function unsent() {
  const owner = await store.owner();
  return new Set((await store.all("outbox")).filter((item) => item.person === owner?.person).map((item) => item.about));
}

// The bytes that go with an item.
export async function file(id) {
  const [me, kept] = await Promise.all([who(), store.one("files", id)]);
  return me && kept && store.bytesIn(me.key, label(me.person, `${id}:file`), kept.box);
}

export const receiptOf = (id) => store.one("receipts", id);

// Only the student throws something away.
export async function discard(id) {
  await change(id, () => null);
}

// Once more, perhaps said otherwise. How it stands with an item is never in its box: what was sealed once would hide what is so now.
export async function retry(id, fields) {
  const me = await who();
  const { capturedAt, file } = (await items()).find((item) => item.id === id) ?? {};
  const box = fields && (await store.seal(me.key, label(me.person, id), { fields, capturedAt, file }));
  await change(id, (item) => ({ ...item, ...(box ? { box } : {}), state: "kept", after: 0, tries: 0, why: undefined, errors: undefined }));
  return flush();
}

// Read and written in one go: what another tab or the worker sent meanwhile does not come back.
async function change(id, how) {
  const found = (await store.all("outbox")).find((item) => item.id === id);
  if (!found) return;
  let state = "gone";
  await store.write(["outbox", "files"], (outbox, files) => {
    const request = outbox.get(found.seq);
    request.onsuccess = () => {
      const changed = request.result && how(request.result);
      if (changed) {
        outbox.put(changed);
        state = changed.state;
      } else {
        outbox.delete(found.seq);
        files.delete(id);
      }
    };
  });
  tell({ id, state });
}

// --- what another app shares becomes the draft of a new entry, beside what was shared before it

// Tells whether it lies here: not without a key.
export async function share(texts, files) {
  const me = await who();
  if (!me) return false;
  const now = Date.now();
  const name = `draft:${me.person}:new-shared`;
  const earlier = await store.one("drafts", name);
  const draft = earlier ? await store.unseal(me.key, name, earlier.box) : { action: `/experiences/${rules.newId(now, crypto.getRandomValues(new Uint8Array(16)))}`, base: "0", fields: [["step", "text"]] };
  const typed = draft.fields.find(([field]) => field === "text")?.[1];
  draft.fields = [...draft.fields.filter(([field]) => field !== "text"), ["text", [typed, ...texts].filter(Boolean).join("\n")]];
  const record = async (key, content) => ({ key, person: me.person, at: now, box: await store.seal(me.key, key, content) });
  const records = [record(name, draft)];
  for (const file of files) {
    const id = rules.newId(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
    const key = `media:${me.person}:new-shared/${id}`;
    records.push(record(key, { id, kind: "photo", name: file.name, type: file.type, alt: "" }), record(`${key}/0000`, await file.arrayBuffer()));
  }
  const ready = await Promise.all(records);
  await store.write(["drafts"], (drafts) => ready.forEach((one) => drafts.put(one)));
  return true;
}

// --- sending

const sending = new Set();
let waking;

// Send what can be sent, one after another; resolves when nothing can be sent now. `again`: also what was waiting for its time.
export function flush({ again = false } = {}) {
  return navigator.locks.request("spoor-outbox", async () => {
    const me = await who();
    if (!me) return;
    try {
      if (again) await renew(me);
      let meaning;
      do {
        const item = rules.next((await readable(me)).filter((one) => !one.unreadable), Date.now());
        meaning = item && (await deliver(me, item));
      } while (meaning && !meaning.stops);
    } finally {
      wakeLater(await readable(me));
    }
  });
}

async function renew({ person }) {
  await store.write(["outbox"], (outbox) => {
    const request = outbox.getAll();
    request.onsuccess = () => {
      for (const item of request.result.filter((one) => one.person === person)) if (rules.anew(item) !== item) outbox.put(rules.anew(item));
    };
  });
}

function wakeLater(waiting) {
  clearTimeout(waking);
  const wait = rules.wakeIn(waiting.filter((one) => !one.unreadable), Date.now());
  if (inPage && wait !== null) waking = setTimeout(() => flush().catch(() => {}), Math.max(wait, SECOND));
}

async function deliver(me, item) {
  sending.add(item.id);
  tell({ id: item.id, state: "sending" });
  const receipts = (await store.all("receipts")).sort((one, other) => one.seq - other.seq);
  const answer = await send(me, item, receipts).catch(() => ({ status: 0 }));
  const meaning = rules.understand(answer, item);
  const now = Date.now();
  const changed = rules.after(item, meaning, now, Math.random());
  try {
    await settle(item, meaning, changed, receipts, now);
  } finally {
    sending.delete(item.id);
  }
  tell({ id: item.id, state: meaning.kind, receipt: meaning.receipt, item });
  return meaning;
}

async function settle(item, meaning, changed, receipts, now) {
  const noted = meaning.kind === "stored" ? [rules.remember(item, meaning.receipt, now)] : [];
  const write = (news) => store.write(["outbox", "files", "receipts"], (outbox, files, kept) => {
    const request = outbox.get(item.seq);
    request.onsuccess = () => {
      if (!changed) {
        outbox.delete(item.seq);
        files.delete(item.id);
      } else if (request.result) outbox.put({ ...request.result, state: changed.state, after: changed.after, tries: changed.tries, why: changed.why, errors: changed.errors });
    };
    for (const old of receipts) if (old.at < now - KEPT_RECEIPTS) kept.delete(old.id);
    for (const receipt of news) kept.put(receipt);
  });
  // On a full device there may be no room for the receipt. What is stored goes all the same.
  await write(noted).catch((error) => (noted.length ? write([]) : Promise.reject(error)));
}

async function send(me, item, receipts) {
  const fields = rules.wire(item, receipts, Date.now());
  let body = new URLSearchParams(fields);
  if (item.file) {
    body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    const bytes = await file(item.id);
    if (!bytes) throw new DOMException("its file is gone", "NotFoundError");
    body.append("file", new Blob([bytes], { type: item.file.type }), item.file.name);
  }
  const answer = await fetch(item.path, {
    method: "POST",
    headers: { accept: "application/json", "spoor-person": me.person },
    body,
    redirect: "manual",
    signal: patience.within(item.file ? PATIENCE.file : PATIENCE.text),
  });
  return { status: answer.status, type: answer.headers.get("content-type") ?? "", retryAfter: answer.headers.get("retry-after"), text: await answer.text() };
}

// --- everybody on this device hears it: this page, other tabs

function tell(news) {
  if (inPage) dispatchEvent(new CustomEvent("spoor:outbox", { detail: news }));
  others?.postMessage({ ...news, item: undefined }); // what it says stays with whose page it is
}

if (inPage && others) others.onmessage = ({ data }) => dispatchEvent(new CustomEvent("spoor:outbox", { detail: data }));
