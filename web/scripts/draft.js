// Every keystroke in a form marked data-draft is kept until it is stored, so that a lost connection, a dead battery or a session that
// ended loses nothing: encrypted on a student's own device, at most a third of a second behind; elsewhere in this tab, which takes it along
// when it closes; on a shared computer nowhere.
import { announce, word } from "./flash.js";
import { fill } from "./fill.js";
import { keeps } from "./here.js";

const { person = "", ...page } = document.documentElement.dataset;
const BEHIND = 300;
const OURS = ["mutation", "base", "captured_at"];
const store = keeps ? import("./store.js") : null;
const waiting = new Map();
const unsure = new Map(); // form → what is on its way to the device, until it is there

export const keyOf = (form) => (form.dataset.draft ? `draft:${person}:${form.dataset.draft}` : undefined);

export async function start() {
  if ("shared" in page) return;
  if (keeps) collect();
  for (const form of document.querySelectorAll("form[data-draft]")) {
    if (!keeps) await restore(form);
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => "filling" in form.dataset || soon(form));
    form.addEventListener("spoor:saved", () => drop(form));
  }
  addEventListener("visibilitychange", () => [...waiting.keys()].forEach(keep), true);
  addEventListener("pagehide", () => [...unsure.keys()].forEach(hold));
}

// What this tab held in the moment of leaving another form is encrypted now.
async function collect() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(`draft:${person}:`)) await read(key);
}

const content = (form) => ({
  base: form.elements.base?.value,
  knew: form.dataset.knew,
  at: Date.now(),
  action: new URL(form.action).pathname,
  fields: [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OURS.includes(name)),
});

// Who leaves in the moment of typing, or while that is still being written: there is no time left to encrypt. This tab holds it until the next page did.
function hold(form) {
  if (!("saved" in form.dataset)) sessionStorage.setItem(keyOf(form), JSON.stringify(content(form)));
}

function soon(form) {
  form.dataset.touched = "";
  unsure.set(form, null);
  if (!keeps) return keep(form);
  if (!waiting.has(form)) waiting.set(form, setTimeout(keep, BEHIND, form));
}

export async function keep(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if ("saved" in form.dataset || !keyOf(form)) return;
  const typed = content(form);
  unsure.set(form, typed);
  const there = await write(keyOf(form), typed).then(
    () => true,
    () => hold(form),
  );
  if (there && unsure.get(form) === typed) unsure.delete(form);
}

async function write(key, typed) {
  if (!keeps) return sessionStorage.setItem(key, JSON.stringify(typed));
  const { keyOf: secretOf, seal, write: put } = await store;
  const box = await seal(await secretOf(person), key, typed);
  await put(["drafts"], (drafts) => drafts.put({ key, person, at: Date.now(), box }));
}

export async function read(key) {
  const held = heldUnder(key);
  if (!keeps) return held;
  try {
    const { keyOf: secretOf, one, unseal } = await store;
    const sealed = await one("drafts", key);
    const kept = sealed && (await unseal(await secretOf(person), key, sealed.box));
    const newer = held && held.at > (kept?.at ?? 0);
    if (newer) await write(key, held);
    sessionStorage.removeItem(key);
    return newer ? held : kept;
  } catch {
    return held;
  }
}

function heldUnder(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

export async function drop(form) {
  if (!keyOf(form)) return;
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  unsure.delete(form);
  sessionStorage.removeItem(keyOf(form));
  if (keeps) await (await store).write(["drafts"], (drafts) => drafts.delete(keyOf(form)));
}

// What was typed and not stored comes back, based on what stood there when it was typed: was that changed meanwhile, both are kept.
export async function restore(form) {
  const draft = await read(keyOf(form));
  if (!draft || "touched" in form.dataset || document.querySelector("[role=alert]")) return;
  if (!keeps && draft.base !== form.elements.base?.value) return;
  if (keeps && form.elements.base) {
    form.elements.base.value = draft.base;
    if (draft.knew) form.dataset.knew = draft.knew;
  }
  form.dataset.restored = "";
  fill(form, draft.fields);
  // A new entry has no address of its own yet: who comes back to it must not wonder where that text is from.
  if ("draftTold" in form.dataset && draft.fields.some(([name, value]) => name === "text" && value.trim())) announce(word("draft"));
}
