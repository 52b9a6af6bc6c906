// A form of a student: kept on the device, then sent. Gone on with as soon as it is stored, or after a moment all the same: what comes
// next is on the device too.
import * as draft from "./draft.js";
import { ready } from "./filled.js";
import { announce, leave, piece, word } from "./flash.js";
import * as outbox from "./outbox.js";
import { says } from "./rules.js";

const PATIENCE = 3000;

export async function start() {
  for (const form of document.querySelectorAll("form[data-save]")) await ready(form);
}

export async function save(form, submitter) {
  await ready(form);
  const fields = [...new FormData(form, submitter)].filter(([, value]) => typeof value === "string");
  const about = aboutOf(form);
  const isNew = "new" in form.dataset;
  const jobs = [];
  form.dispatchEvent(new CustomEvent("spoor:keep", { bubbles: true, detail: { about, jobs } }));
  if (isNew && !says(fields) && !jobs.length) return skip(form, submitter);
  const known = { base: Number(form.elements.base?.value) || 0, knew: Number(form.dataset.knew) || 0 };
  let item;
  let straight = ""; // what to say when the server cannot be reached either
  try {
    const { pathname, search } = new URL(form.action);
    const content = { path: pathname + search, fields, about, what: form.dataset.save, draft: jobs.length ? undefined : draft.keyOf(form), ...known };
    if (!isNew || says(fields)) item = await outbox.add(content);
    if (item) form.dataset.knew = item.seq; // should the form stay, its next save knows this one
  } catch (error) {
    straight = error.name === "QuotaExceededError" ? "full" : "offline";
    if (straight === "full") announce(word("full"), true);
  }
  // A job gives its item, or {to} when it went straight to the server, or nothing: that is said there, and the form stays.
  let to = null;
  let last = item;
  for (const job of jobs) {
    const made = await job();
    if (!made) return;
    if (made.id) last = made;
    else to = submitter?.dataset.to ?? made.to;
    item ??= last;
  }
  if (straight) return (await import("./direct.js")).save(form, submitter, straight);
  form.dataset.saved = "";
  form.dispatchEvent(new CustomEvent("spoor:saved", { bubbles: true }));
  // The draft goes last: dies the phone halfway, what was chosen with a text is still with that text.
  await draft.drop(form);
  // Who comes back to a new entry comes back to what it became.
  if (isNew && form.dataset.again && location.pathname === "/experiences/new") history.replaceState(history.state, "", form.dataset.again);
  if (item) await settle(form, submitter, item, last);
  else go(form, submitter, to);
}

// Resolves when the last of what was made here is stored, or one of them is not now; else after a moment.
async function outcome(ids) {
  const told = new Promise((resolve) => {
    addEventListener("spoor:outbox", ({ detail: { id, state } }) => {
      const waits = !ids.includes(id) || ["kept", "sending"].includes(state) || (state === "stored" && id !== ids.at(-1));
      if (!waits) resolve();
    });
  });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const tried = outbox.flush({ again: true }).catch(() => {});
  return Promise.race([told, late, tried]);
}

async function settle(form, submitter, item, last) {
  await outcome([item.id, last.id]);
  const receipt = await outbox.receiptOf(item.id);
  // A photo says where it is to be seen; its form leads on.
  if (receipt) return go(form, submitter, (item.what === "media" && submitter?.dataset.to) || receipt.to);
  const kept = (await outbox.items()).find((one) => one.id === item.id);
  if (kept?.why === "invalid" && kept.what !== "media") return correct(form, kept);
  if (kept?.state !== "refused") return go(form, submitter, null);
  delete form.dataset.saved;
  const why = piece(`refused-${kept.why}`) ?? piece("refused-conflict");
  announce(why, true);
}

// What does not fit is said beside the form, which is as it was; the item goes back to being a draft.
async function correct(form, item) {
  delete form.dataset.saved;
  await draft.keep(form);
  await outbox.discard(item.id);
  const notice = piece("invalid");
  notice.querySelector("div").replaceChildren(...Object.values(item.errors).map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  document.querySelector("main [data-told]")?.remove();
  notice.dataset.told = "";
  form.prepend(notice);
  notice.scrollIntoView({ block: "center" });
}

// What it belongs to goes along in the address. Kept as a draft it would come back with the next new entry, and make that this one.
async function skip(form, submitter) {
  const to = submitter?.dataset.skip ?? form.dataset.skip;
  if (submitter?.value === "stop" || !to) return announce(word("nothing-yet"), true);
  const next = new URL(to, location.href);
  const activity = new FormData(form).get("activity");
  if (activity) next.searchParams.set("activity", activity);
  else if (activity === "") next.searchParams.delete("activity");
  await draft.drop(form);
  location.assign(next);
}

// On to where the server says, or to the next screen of the form; not into nothing where no worker would serve it.
function go(form, submitter, to) {
  const stored = to !== null;
  const next = to ?? submitter?.dataset.to ?? form.dataset.to;
  if (!stored && !navigator.serviceWorker?.controller) {
    delete form.dataset.saved;
    return announce(word("kept"), true);
  }
  if (!stored && form.dataset.save === "deletion") leave("deleted", aboutOf(form));
  if (new URL(next, location.href).href === location.href) location.reload();
  else location.assign(next);
}

export const aboutOf = (form) => new URL(form.action).pathname.split("/")[2];
