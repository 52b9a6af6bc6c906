// A form as this device knows it: the page may be a blank one, or one that was seen before what is still waiting to be sent.
import * as draft from "./draft.js";
import { fill } from "./fill.js";
import { experience } from "./known.js";
import * as outbox from "./outbox.js";
import { asFields, asShown, newId } from "./rules.js";
import { all } from "./store.js";

const ID = /^\/experiences\/([0-9a-f-]{36})(\/|$)/;
const asked = new URLSearchParams(location.search);
const done = new WeakMap();

export function ready(form) {
  if (!done.has(form)) done.set(form, prepare(form).catch(() => {}));
  return done.get(form);
}

// Who is faster than this script has answered already. After a reload it is the browser that put something there.
const opened = performance.getEntriesByType("navigation")[0]?.type === "navigate";
const changed = (field) => (/^(radio|checkbox)$/.test(field.type) ? field.checked !== field.defaultChecked : /^text/.test(field.type) && field.value !== field.defaultValue);

async function prepare(form) {
  if (opened && [...form.elements].some(changed)) form.dataset.touched = "";
  if (form.dataset.save === "experience" && form.dataset.draft) await asExperience(form);
  else if (["preparation", "goal"].includes(form.dataset.save)) await asWaiting(form);
  if (form.dataset.draft) await draft.restore(form);
}

const aboutOf = (form) => new URL(form.action).pathname.split("/")[2];

// Whose entry this is: the address says, else a draft that was left, else a new one. A kept page is handed out more than once.
async function asExperience(form) {
  if (asked.has("shared")) form.dataset.draft = "new-shared";
  const shown = aboutOf(form);
  const kept = "new" in form.dataset && !asked.has("id") ? await draft.read(draft.keyOf(form)) : null;
  const made = () => ("new" in form.dataset ? newId(Date.now(), crypto.getRandomValues(new Uint8Array(16))) : shown);
  const id = ID.exec(location.pathname)?.[1] ?? asked.get("id") ?? (await left(kept)) ?? made();
  if (id !== shown) rename(shown, id);
  if (ID.test(location.pathname)) form.dataset.draft = `${id}-${form.dataset.step}`; // the blank form is one of a new entry
  if (asked.get("alone") === "1" && !form.elements.alone) alone(form, id);
  if (asked.get("activity")) belongs(form, asked.get("activity"));
  const [here, receipts] = await Promise.all([experience(id), all("receipts")]);
  if (!here || "touched" in form.dataset || document.querySelector("[role=alert]")) return;
  const waiting = here.items.filter((item) => item.what === "experience");
  const { known, fields, base, knew } = asShown(id, { base: Number(form.elements.base.value) }, here.copy, waiting, receipts);
  form.elements.base.value = base;
  form.dataset.knew = knew;
  if (here.copy || waiting.length) delete form.dataset.new;
  if (fields.length) {
    const said = asFields(known).filter(([name]) => fields.some((field) => name === field || name.startsWith(`${field}-`)));
    fill(form, said, fields.includes(form.querySelector("[data-words]")?.dataset.words ?? form.dataset.step));
    if (known.face) for (const button of form.querySelectorAll("[data-to$='step=face']")) button.dataset.to = button.dataset.to.replace("face", "qualities");
  }
}

// The id of a draft that was left, unless there is an entry of that id already: then this is another.
async function left(kept) {
  const id = kept?.action?.split("/")[2];
  const here = id && (await experience(id));
  return here?.copy || here?.items.some((item) => item.what === "experience") ? null : id;
}

// The id the page came with, wherever it stands.
function rename(from, to) {
  for (const name of ["href", "action", "data-to", "data-skip", "data-again", "data-draft"]) {
    for (const element of document.querySelectorAll(`[${name}*="${from}"]`)) element.setAttribute(name, element.getAttribute(name).replaceAll(from, to));
  }
}

// One question by itself: one button, back to the experience.
function alone(form, id) {
  hidden(form, "alone", "1");
  const button = form.querySelector(".flow-actions button[name=go]");
  for (const other of form.querySelectorAll("button[name=go]")) if (other !== button) other.remove();
  form.querySelector("[data-depths]")?.remove();
  Object.assign(button, { value: "stop", textContent: form.dataset.alone });
  button.dataset.to = `/experiences/${id}`;
  for (const part of document.querySelectorAll(".topbar > .progress, .topbar > .topbar-count")) part.remove();
}

function belongs(form, activity) {
  const radio = [...form.elements].find((field) => field.name === "activity" && field.value === activity);
  if (radio?.type === "radio" && !radio.checked) fill(form, [["activity", activity]], false);
  else if (!radio && form.dataset.step !== "text") hidden(form, "activity", activity);
}

function hidden(form, name, value) {
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}

// What waits to be sent from this form, or from this step of it.
async function asWaiting(form) {
  const about = aboutOf(form);
  const step = form.elements.step?.value;
  const waiting = (await outbox.items()).filter((item) => item.about === about && item.what === form.dataset.save);
  const last = waiting.findLast((item) => !step || item.fields.some(([name, value]) => name === "step" && value === step));
  if (!last || "touched" in form.dataset) return;
  form.elements.base.value = Math.min(form.elements.base.value, last.base);
  form.dataset.knew = last.seq;
  fill(form, last.fields);
}
