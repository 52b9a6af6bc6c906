// Screens of what is only on this device: unsent experiences on Vandaag and in the trail, one of them whole, and everything that waits.
// Their pieces stand in the page /outbox, which the worker keeps.
import { experience, questions, unsent, words } from "./known.js";
import * as outbox from "./outbox.js";
import { isSaid, newId, said } from "./rules.js";

const ID = /^\/experiences\/([0-9a-f-]{36})$/;
let pieces;

export async function start() {
  const screen = document.querySelector("[data-kept]");
  if (!screen && !(await outbox.items()).length) return;
  pieces = screen ? document : new DOMParser().parseFromString(await (await fetch("/outbox", { headers: { "spoor-ahead": "1" } })).text(), "text/html");
  let drawing = Promise.resolve();
  const draw = () => (drawing = drawing.then(() => (screen ? drawScreen(screen) : drawLists())).catch(() => {}));
  await draw();
  addEventListener("spoor:outbox", ({ detail }) => detail.state !== "sending" && draw());
}

const piece = (name) => document.importNode(pieces.getElementById(`kept-${name}`).content, true).firstElementChild;
const text = (name) => piece("texts").querySelector(`[data-text="${name}"]`)?.textContent ?? "";

// --- in lists that the server made

async function drawLists() {
  if (["/", "/trail"].includes(location.pathname)) await drawTrail();
  await drawChoices();
  await drawAgreements();
  await drawTalk();
}

async function drawTrail() {
  const [named, waiting] = [await words(), await unsent()];
  for (const row of document.querySelectorAll("[data-kept-row]")) {
    if (waiting.some((one) => one.id === row.dataset.keptRow)) row.remove();
    else put(row, "state", text("stored"));
  }
  for (const one of waiting) {
    const link = document.querySelector(`.trail a[href="/experiences/${one.id}"]`);
    link?.closest("li").toggleAttribute("hidden", true);
    const told = document.querySelector(`form[data-save=experience] [name=activity][value="${one.activity}"]`);
    told?.closest(".card")?.toggleAttribute("hidden", true);
    if (one.deleted) continue;
    const row = await rowOf(one, named);
    row.dataset.keptRow = one.id;
    if (link) link.closest("li").before(row);
    else trail().prepend(row);
  }
  for (const list of document.querySelectorAll("section > .trail")) list.parentElement.hidden = !list.querySelector("li:not([hidden])");
}

function trail() {
  const list = document.querySelector("ol.trail");
  if (list) return list;
  const made = Object.assign(document.createElement("ol"), { className: "trail" });
  const empty = document.querySelector("main .empty");
  if (empty) empty.replaceWith(made);
  else document.getElementById("main").append(made);
  return made;
}

async function rowOf(one, named) {
  const row = piece("row");
  put(row, "state", stateOf(one.items));
  const link = row.querySelector("a");
  link.href = `/experiences/${one.id}`;
  link.textContent = titleOf(one);
  chips(row.querySelector("[data-slot=words]"), one, named);
  return row;
}

// An unsent experience can be laid ready too.
async function drawChoices() {
  const first = document.querySelector("[data-choices] .choice");
  if (!first) return;
  for (const one of await unsent()) {
    if (one.deleted || document.querySelector(`[data-choices] [value="${one.id}"]`)) continue;
    const made = first.cloneNode(true);
    Object.assign(made.querySelector("input"), { value: one.id, checked: false });
    made.querySelector(".choice-body > span").textContent = titleOf(one);
    for (const note of made.querySelectorAll(".choice-shared, .choice-private")) note.textContent = stateOf(one.items);
    first.before(made);
  }
}

async function drawAgreements() {
  for (const item of await outbox.items()) {
    if (item.what !== "agreement") continue;
    const form = [...document.querySelectorAll("form[data-save=agreement]")].find((one) => new URL(one.action).pathname.split("/")[2] === item.about);
    if (!form) continue;
    const undo = item.path.includes("_method=delete");
    form.action = `/agreements/${item.about}/completion${undo ? "" : "?_method=delete"}`;
    form.querySelector("button").textContent = text(undo ? "agreement-do" : "agreement-undo");
    form.querySelector(".badge")?.remove();
    const note = Object.assign(document.createElement("span"), { className: "badge badge--open", textContent: `${text(undo ? "agreement-open" : "agreement-done")} · ${stateOf([item])}` });
    form.prepend(note);
  }
}

// A talk as it will be: its page is from before what waits here.
async function drawTalk() {
  const link = document.querySelector(".hero a[href*='/preparation']");
  const [, about, inStep] = /^\/conversations\/([0-9a-f-]{36})(\/preparation)?$/.exec(location.pathname) ?? /^\/conversations\/([0-9a-f-]{36})/.exec(link?.pathname) ?? [];
  const waiting = (await outbox.items()).filter((item) => item.about === about && ["preparation", "submission"].includes(item.what));
  document.querySelector("[data-kept-talk]")?.remove();
  if (!waiting.length) return;
  const shows = waiting.at(-1).fields.some(([name, value]) => name === "go" && value === "show");
  const note = piece(shows ? "talk-shows" : "talk-waits");
  note.dataset.keptTalk = "";
  for (const stale of document.querySelectorAll("[data-ready]")) stale.hidden = true;
  if (!inStep) document.querySelector("main .hero")?.append(note);
  else document.querySelector("[data-ready]")?.before(note);
  for (const before of document.querySelectorAll(".hero .steps, .hero .button, main > section[aria-labelledby=waiting]")) before.hidden = shows;
  if (inStep) await drawWords(waiting);
}

// The words of experiences that were chosen without signal can be taken along too.
async function drawWords(waiting) {
  const chosen = waiting.filter((item) => item.fields.some(([name, value]) => name === "step" && value === "1")).at(-1);
  const named = await words();
  for (const [, id] of chosen?.fields.filter(([name]) => name === "experience") ?? []) {
    const one = await experience(id);
    for (const [kind, field] of [["quality", "qualities"], ["motive", "motives"]]) {
      for (const { key } of one?.[field] ?? []) addTile(kind, `${kind}:${key}`, labelOf(key, named, one));
    }
  }
}

function addTile(kind, value, label) {
  const tiles = document.querySelector(`.worded .tiles--${kind}`);
  if (!tiles || tiles.querySelector(`[value="${CSS.escape(value)}"]`)) return;
  const made = tiles.firstElementChild.cloneNode(true);
  Object.assign(made.querySelector("input"), { value, checked: false });
  made.querySelector("svg")?.remove();
  made.lastChild.textContent = label;
  tiles.append(made);
}

// --- a screen of its own: /outbox, or the address of an experience that the server does not have yet as it is here

async function drawScreen(screen) {
  const id = ID.exec(location.pathname)?.[1];
  lay(screen, id ? await drawOne(id) : await drawAll());
}

// What is the same stays where it is: nobody's finger or focus is on something that goes away under it.
const drawn = new WeakMap();
function lay(screen, made) {
  for (const node of made) drawn.set(node, node.outerHTML);
  const shown = made.map((node) => [...screen.children].find((old) => drawn.get(old) === drawn.get(node)) ?? node);
  for (const old of [...screen.children]) if (!shown.includes(old)) old.remove();
  let place = screen.firstElementChild;
  for (const node of shown) {
    if (node === place) place = place.nextElementSibling;
    else screen.insertBefore(node, place);
  }
}

async function drawOne(id) {
  const [one, named] = [await experience(id), await words()];
  if (!one || one.deleted) return [piece(one ? "deleted" : "unknown")];
  const card = piece("one");
  put(card, "state", one.unsent ? stateOf(one.items) : "");
  put(card, "title", titleOf(one));
  document.title = `${titleOf(one)} · Spoor`;
  put(card, "text", one.text === titleOf(one) ? "" : one.text);
  put(card, "together", one.together_with ? text("together").replace("{name}", one.together_with) : "");
  confirming(card, one);
  put(card, "face", one.face ? text(`face-${one.face}`) : "");
  for (const field of ["qualities", "motives"]) {
    const list = card.querySelector(`[data-slot=${field}]`);
    for (const word of one[field]) list.append(await wordCard(field, word, named, one));
  }
  for (const [name, said] of Object.entries(one.answers ?? {})) if (said) card.querySelector("[data-slot=answers]").append(answerCard(name, said, { ...(await questions()), ...one.asked }));
  for (const item of one.items) if (item.file && !sounds(one, item.path.split("/").at(-1))) card.querySelector("[data-slot=media]").append(await media(item), dropOf(item));
  for (const media of one.media ?? []) if (!sounds(one, media.id)) card.querySelector("[data-slot=media]").append(fetched(id, media));
  for (const link of card.querySelectorAll("a[href*='{id}'], form[action*='{id}']")) {
    for (const name of ["href", "action"]) if (link.hasAttribute(name)) link.setAttribute(name, link.getAttribute(name).replace("{id}", id));
  }
  for (const item of one.items.filter((waiting) => waiting.state === "refused")) card.prepend(refusal(item));
  return [card];
}

// What somebody typed can be confirmed here too, as it stands on this screen.
function confirming(card, one) {
  const form = card.querySelector("[data-save=confirmation]");
  if (!one.together_with || one.confirmed || one.items.some((item) => item.what === "confirmation")) return form.remove();
  form.elements.base.value = one.copy?.revision ?? 0;
  form.dataset.to = `/experiences/${one.id}`;
  form.dataset.knew = one.items.at(-1)?.seq ?? one.copy?.seq ?? 0;
}

async function drawAll() {
  const waiting = await outbox.items();
  const others = (await outbox.count()) - waiting.length;
  const cards = [];
  for (const about of new Set(waiting.map((item) => item.about))) cards.push(await cardOf(waiting.filter((item) => item.about === about)));
  if (others > 0) cards.push(piece("others"));
  return cards.length ? [piece("title"), ...cards] : [piece("empty")];
}

async function cardOf(items) {
  const card = piece("card");
  const one = ["experience", "media", "confirmation", "deletion", "restoration"].includes(items[0].what) ? await experience(items[0].about) : null;
  put(card, "state", stateOf(items));
  put(card, "title", one ? titleOf(one) : text(`what-${items[0].what}`));
  put(card, "what", one ? whats(items).map((what) => text(`what-${what}`)).join(" · ") : "");
  const link = card.querySelector("a");
  if (one && !one.deleted) link.href = `/experiences/${one.id}`;
  else if (items[0].what === "preparation" || items[0].what === "submission") link.href = `/conversations/${items[0].about}`;
  else if (items[0].what === "goal") link.href = `/activities/${items[0].about}/goal`;
  else link.remove();
  for (const item of items.filter((waiting) => waiting.state === "refused")) card.append(refusal(item));
  return card;
}

// What there is to send about an experience; deleting and undoing that is nothing.
function whats(items) {
  const all = items.map((item) => item.what).filter((what) => what !== "deletion" && what !== "restoration");
  const last = items.findLast((item) => item.what === "deletion" || item.what === "restoration");
  return [...new Set([...all, ...(last?.what === "deletion" ? ["deletion"] : [])])];
}

// What could not be stored, why, and what the student can do: nobody else throws it away.
function refusal(item) {
  const box = piece("refused");
  box.dataset.item = item.id;
  put(box, "why", text(`why-${item.why}`) || text("why-conflict"));
  const typed = item.fields.filter(([name, value]) => value.trim() && !isSaid(value) && /^(text|question|answer:|.*-evidence-|.*-own$|alt)/.test(name)).map(([, value]) => value);
  put(box, "typed", [...Object.values(item.errors ?? {}), ...typed].join("\n\n"));
  const acts = { retry: () => outbox.retry(item.id), copy: () => navigator.clipboard.writeText(typed.join("\n\n")), discard: () => outbox.discard(item.id), restore: () => restore(item), take: () => takeBack(item), new: () => asNew(item) };
  const offered = { deleted: "restore", shown: "take", gone: item.what === "experience" ? "new" : "" }[item.why] ?? "";
  for (const button of box.querySelectorAll("button[data-act]")) {
    const { act } = button.dataset;
    button.hidden = (["restore", "take", "new"].includes(act) && act !== offered) || (act === "copy" && !(typed.length && navigator.clipboard));
    button.addEventListener("click", async () => {
      if (act === "discard" && !button.dataset.sure) return sure(button);
      button.setAttribute("aria-busy", "true");
      await acts[act]().catch(() => {});
      button.removeAttribute("aria-busy");
      if (act === "copy") button.textContent = text("copied");
    });
  }
  const edit = box.querySelector("a");
  const step = item.fields.find(([name]) => name === "step")?.[1];
  if (item.why === "invalid" && item.what === "experience") edit.href = `/experiences/${item.about}/edit?step=${step}`;
  else if (item.why === "signed-out") Object.assign(edit, { href: `/sign-in?next=${encodeURIComponent(location.pathname)}`, textContent: text("sign-in") });
  else edit.remove();
  return box;
}

// What is on its way can still be taken out, by a second tap.
function dropOf(item) {
  const button = piece("drop");
  button.addEventListener("click", () => (button.dataset.sure ? outbox.discard(item.id) : sure(button)));
  return button;
}

function sure(button) {
  button.dataset.sure = "1";
  button.textContent = text("sure");
}

// The same once more, with what makes it possible.
const restore = (item) => outbox.retry(item.id, [...item.fields, ["restore", "1"]]);
const takeBack = (item) => outbox.retry(item.id, [...item.fields, ["take_back", "1"]]);

// What it belonged to is gone: the same words as an entry of its own.
async function asNew(item) {
  const id = newId(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
  await outbox.add({ path: `/experiences/${id}`, fields: item.fields.filter(([name]) => name !== "activity"), about: id, what: "experience" });
  await outbox.discard(item.id);
  await outbox.flush();
}

// --- parts

function put(where, slot, said) {
  const place = where.querySelector(`[data-slot=${slot}]`);
  if (!place) return;
  place.textContent = said;
  place.hidden = !said;
}

const stateOf = (items) => text(items.some((item) => item.state === "refused") ? "refused" : items.some((item) => item.state === "sending") && navigator.onLine ? "sending" : "kept");

function titleOf(one) {
  const first = one.text.trim().split(/(?<=[.!?])\s+|\n+/)[0].replace(/\.$/, "");
  if (first) return first.length > 60 ? `${first.slice(0, 60).replace(/\s+\S*$/, "")}…` : first;
  const kinds = [...one.items.filter((item) => item.file).map((item) => item.fields.find(([name]) => name === "kind")?.[1]), ...(one.media ?? []).map((media) => media.kind)];
  if (kinds.length) return text(kinds.includes("photo") ? "photo" : "voice");
  return one.face ? text(`face-${one.face}`) : text("untitled");
}

// A word that was said is called what its student typed with it, if anything.
const labelOf = (key, named, one) => {
  const own = key.startsWith("own:") ? key.slice(4) : null;
  if (own === null) return named[key]?.label ?? key;
  return isSaid(own) ? one?.media?.find(({ id }) => said(id) === own)?.alt || text("spoken") : own;
};

function chips(list, one, named) {
  for (const [kind, field] of [["quality", "qualities"], ["motive", "motives"]]) {
    for (const { key } of one[field]) list.append(Object.assign(document.createElement("span"), { className: `chip chip--${kind}`, textContent: labelOf(key, named, one) }));
  }
  list.hidden = !list.childElementCount;
}

// Whether this recording is one of its words: then it is heard there.
const sounds = (one, id) => [...one.qualities, ...one.motives].some(({ key }) => key === `own:${said(id)}`);

async function wordCard(field, { key, evidence }, named, one) {
  const card = piece("word");
  const chip = card.querySelector(".chip");
  chip.classList.add(`chip--${field === "qualities" ? "quality" : "motive"}`);
  chip.textContent = labelOf(key, named, one);
  const waiting = one.items.find((item) => item.file && key === `own:${said(item.path.split("/").at(-1))}`);
  const there = one.media?.find(({ id }) => key === `own:${said(id)}`);
  if (waiting) chip.parentElement.after(await media(waiting), dropOf(waiting));
  else if (there) chip.parentElement.after(fetched(one.id, there));
  put(card, "evidence", evidence);
  return card;
}

function answerCard(name, said, asked) {
  const card = piece("answer");
  put(card, "title", asked[name] ?? "");
  put(card, "said", said);
  return card;
}

async function media(item) {
  const url = URL.createObjectURL(new Blob([await outbox.file(item.id)], { type: item.file.type }));
  const kind = item.fields.find(([name]) => name === "kind")?.[1];
  return shownMedia(kind, url, item.fields.find(([name]) => name === "alt")?.[1] ?? "");
}

const fetched = (id, { id: one, kind, alt }) => shownMedia(kind, `/experiences/${id}/media/${one}`, alt);

function shownMedia(kind, src, alt) {
  if (kind === "voice") return Object.assign(document.createElement("audio"), { controls: true, preload: "metadata", src });
  return Object.assign(document.createElement("img"), { src, alt, loading: "lazy" });
}
