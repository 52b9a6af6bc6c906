// "Inspreken" and "Foto" under the text: what is chosen is shown at once, can be heard, named and taken away again, and goes along
// with the form's own button, also without a word typed.

import { announce, piece as cut } from "./flash.js";
import { keeps } from "./here.js";
import * as media from "./media.js";
import { asPhoto } from "./photo.js";
import { clock, speak } from "./speak.js";
import { possible } from "./voice.js";

const ANDROID = /Android/.test(navigator.userAgent); // whose browsers no longer ask "camera or gallery?" themselves

for (const section of document.querySelectorAll("[data-capture]")) bind(section);

function bind(section) {
  const form = section.closest("form");
  section.dataset.capture = "on";
  const at = (name) => section.querySelector(`[data-${name}]`);
  const piece = (name, values) => cut(name, values, at("pieces"));
  const word = (name, values) => piece(name, values).textContent;
  const say = (text) => (at("said").textContent = text);
  const tell = (name, values) => at("problems").append(piece("problem", { text: word(name, values) }));
  const entry = () => ({ action: form.getAttribute("action"), activity: new FormData(form).get("activity"), draft: form.dataset.draft });
  const chosen = new Map(); // by id: {one, row}, still to be handed over
  const rows = new Map(); // by the outbox's id: the row of what is under way
  const ready = keeps ? import("./filled.js").then((filled) => filled.ready(form)) : Promise.resolve(); // whose entry this is
  const known = new Set(); // what is in this page already, when what was left here is found
  let stop = null;
  let ended = Promise.resolve();
  let full = false;

  // --- what is chosen

  const count = (kind) => [...at("list").children].filter((row) => row.dataset.kind === kind && !row.hidden).length;

  function settle() {
    at("list").hidden = !at("list").children.length;
    at("faces").hidden = ![...chosen.values()].some(({ one }) => one.kind === "photo");
    [...at("list").querySelectorAll("[data-kind=photo]")].forEach((row, place) => number(row, place + 1));
  }

  function number(row, place) {
    for (const named of row.querySelectorAll("[data-number]")) {
      const text = named.dataset.number.replace("{number}", place);
      if (named.alt === undefined) named.textContent = text;
      else named.alt = text;
    }
  }

  // Keep it on the device as it is now. A full device is said once; then it is still on the screen.
  let line = ready;
  function keep(one, part) {
    line = line
      .then(() => media.keep(entry().draft, one, part))
      .catch(() => {
        if (!full) tell("only-here");
        full = true;
      });
    return line;
  }

  function show(one, note) {
    const row = piece(one.kind);
    const url = URL.createObjectURL(media.blobOf(one));
    row.dataset.kind = one.kind;
    if (one.kind === "photo") showPhoto(row, one, url);
    else player(row, one, url, word);
    row.querySelector("[data-drop]").addEventListener("click", () => takeAway(one.id));
    if (note) noted(row, word(note));
    at("list").append(row);
    return row;
  }

  function showPhoto(row, one, url) {
    for (const hidden of row.querySelectorAll(".visually-hidden")) hidden.dataset.number = hidden.textContent;
    const picture = row.querySelector("img");
    picture.dataset.number = picture.alt;
    picture.addEventListener("error", () => {
      picture.hidden = true;
      row.querySelector("[data-unseen]").hidden = false;
    });
    picture.src = url;
    const [field, label, why] = ["[data-alt]", "label", "[data-why]"].map((name) => row.querySelector(name));
    field.id = label.htmlFor = `alt-${one.id}`;
    why.id = `why-${one.id}`;
    field.setAttribute("aria-describedby", why.id);
    field.value = one.alt;
    field.addEventListener("input", () => {
      one.alt = field.value;
      keep(one);
    });
  }

  function add(one, note) {
    chosen.set(one.id, { one, row: show(one, note) });
    settle();
  }

  function takeAway(id) {
    const { one, row } = chosen.get(id);
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.querySelector("[data-play]")?.dispatchEvent(new Event("spoor:hush"));
    chosen.delete(id);
    row.remove();
    settle();
    (next?.querySelector("[data-drop]") ?? at(one.kind === "photo" ? "choose" : "speak")).focus();
    line = line.then(() => media.drop(entry().draft, id)).catch(() => {});
    const undo = piece(`removed-${one.kind}`);
    undo.querySelector("button").addEventListener("click", () => {
      undo.remove();
      add(one);
      keepWhole(one);
      chosen.get(id).row.querySelector("[data-drop]").focus();
    });
    announce(undo);
  }

  const keepWhole = (one) => one.parts.forEach((_, part) => keep(one, part));

  // --- photos

  function made(kind, more) {
    const one = { id: media.newId(), kind, alt: "", at: new Date().toISOString(), ...more };
    known.add(one.id);
    return one;
  }

  async function addPhotos(files) {
    at("problems").replaceChildren();
    at("choose").setAttribute("aria-busy", "true");
    let added = 0;
    for (const file of files) {
      if (count("photo") >= Number(section.dataset.photos)) {
        tell("too-many-photos");
        break;
      }
      try {
        const { bytes, ...photo } = await asPhoto(file);
        const one = made("photo", { ...photo, parts: [bytes] });
        add(one);
        keep(one, 0);
        added += 1;
      } catch (error) {
        tell(error.name === "too-large" ? "too-large" : "no-photo", { name: file.name || word("nameless") });
      }
    }
    at("choose").removeAttribute("aria-busy");
    if (added) say(`${word(added > 1 ? "more-added" : "one-added")} ${at("faces").textContent}`);
  }

  at("choose").addEventListener("click", () => (ANDROID ? at("ways").showModal() : at("gallery").click()));
  for (const way of section.querySelectorAll("[data-way]")) {
    way.addEventListener("click", () => {
      at("ways").close();
      if (way.dataset.way) at(way.dataset.way).click();
    });
  }
  for (const input of [at("gallery"), at("camera")]) {
    input.addEventListener("change", async () => {
      await addPhotos([...input.files]);
      input.value = "";
    });
  }

  // --- voice

  async function startSpeaking() {
    at("problems").replaceChildren();
    if (stop) return;
    if (count("voice") >= Number(section.dataset.voices)) return tell("too-many-voices");
    for (const playing of at("list").querySelectorAll("[data-play]")) playing.dispatchEvent(new Event("spoor:hush"));
    const one = made("voice", { name: "opname", type: "", parts: [], seconds: 0 });
    let finish;
    ended = new Promise((resolve) => (finish = resolve));
    const panel = piece("recorder");
    at("recorder").append(panel);
    at("tools").hidden = true;
    stop = () => panel.remove();
    settle();
    try {
      stop = await speak(panel, { word, say }, { part, ended: (why, seconds) => finish(over(why, seconds)) });
    } catch (error) {
      tell(["NotAllowedError", "NotFoundError", "NotReadableError", "insecure"].includes(error.name) ? error.name : "no-microphone");
      stop = null;
    }
    if (!stop) {
      finish();
      again();
    }

    function part(bytes, seconds, type) {
      one.parts.push(bytes);
      Object.assign(one, { seconds, type });
      keep(one, one.parts.length - 1);
    }

    function over(why, seconds) {
      stop = null;
      one.seconds = Math.max(one.seconds, seconds);
      const heard = one.parts.some((bytes) => bytes.byteLength);
      if (!heard && why !== "thrown") tell("nothing-heard");
      if (heard) add(one, why === "away" || why === "cut-off" ? `ended-${why}` : "");
      again();
      if (heard && why === "thrown") return takeAway(one.id);
      if (heard) chosen.get(one.id).row.querySelector("[data-play]").focus({ preventScroll: why !== "asked" });
      if (heard) say(word(`ended-${why}`));
      keep(one);
    }
  }

  function again() {
    at("tools").hidden = false;
    at("speak").focus();
    settle();
  }

  at("speak").hidden = !possible();
  at("speak").addEventListener("click", startSpeaking);

  // --- off it goes

  // Hand one over. Gives the outbox's item, or `{to}` when it went straight to the server; null when neither could be: that is said then.
  async function handOver(id) {
    const { one, row } = chosen.get(id);
    await line;
    const answer = await media.handOver(entry(), one).catch(() => ({ kind: "later" }));
    if (!answer.id && answer.kind !== "stored") {
      tell({ full: "full", later: "later" }[answer.kind] ?? "not-kept");
      if (answer.errors) noted(row, Object.values(answer.errors).join(" "));
      at("problems").scrollIntoView({ block: "center" });
      return null;
    }
    chosen.delete(id);
    fix(row, one);
    if (answer.id) rows.set(answer.id, row);
    state(row, answer.kind ?? answer.state);
    settle();
    return answer.id ? answer : { to: answer.receipt.to };
  }

  // On one's own device they go in the outbox, after the text.
  form.addEventListener("spoor:keep", ({ detail }) => {
    at("problems").replaceChildren();
    for (const id of chosen.keys()) detail.jobs.push(() => handOver(id));
    if (!chosen.size && rows.size) detail.jobs.push(() => ({ to: entry().action }));
  });

  // A running recording is ended first. Where nothing is kept, photos and voices go first too: then the text, and on to the next page.
  let passing = false;
  let busy = false;
  const first = async () => {
    stop?.("asked");
    await ended;
    if (keeps) return true;
    at("problems").replaceChildren();
    for (const id of chosen.keys()) if (!(await handOver(id))) return false;
    return true;
  };
  const before = async (event) => {
    if (passing || !(busy || stop || (!keeps && chosen.size))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy) return;
    busy = true;
    event.submitter?.setAttribute("aria-busy", "true");
    const done = await first();
    event.submitter?.removeAttribute("aria-busy");
    busy = false;
    passing = true;
    if (done) form.requestSubmit(event.submitter);
    passing = false;
  };
  form.addEventListener("submit", before, { capture: true });

  // --- what is under way, and what was left here

  const state = (row, kind) => noted(row, word({ sending: "state-sending", stored: "state-stored", refused: "state-refused" }[kind] ?? "state-kept"));

  // What was handed over is no longer changed here.
  function fix(row, one) {
    row.querySelector("[data-drop]").remove();
    if (one.alt) row.querySelector(".field")?.replaceChildren(Object.assign(document.createElement("p"), { textContent: one.alt }));
    else row.querySelector(".field")?.remove();
  }

  addEventListener("spoor:outbox", ({ detail }) => {
    const row = rows.get(detail.id);
    if (row && detail.state !== "gone") return state(row, detail.state);
    row?.remove();
    if (row) settle();
  });

  async function findBack() {
    await ready;
    const underWay = await media.underWay(entry().action);
    for (const one of underWay) {
      const row = show(one);
      rows.set(one.item, row);
      known.add(one.id);
      fix(row, one);
      state(row, one.state);
    }
    for (const one of await media.kept(entry().draft)) {
      if (known.has(one.id)) continue;
      if (one.at) add(one, `found-${one.kind}`);
      else await takeIn(one);
    }
    settle();
  }

  // The worker put it here as another app shared it: with all that is in such a file.
  async function takeIn(one) {
    await addPhotos([new File(one.parts, one.name, { type: one.type })]);
    await line;
    await media.drop(entry().draft, one.id);
  }

  findBack().catch(() => {});
}

function noted(row, text) {
  const note = row.querySelector("[data-note]");
  note.hidden = !text;
  note.textContent = text;
}

// One voice plays at a time. The length is known from recording: what a recorder writes does not say it.
let playing = null;
function player(row, one, url, word) {
  const sound = new Audio(url);
  const [button, bar, time] = ["[data-play]", "progress", "[data-time]"].map((name) => row.querySelector(name));
  const picture = button.querySelector("use");
  if (one.seconds) time.textContent = clock(one.seconds);
  const turn = () => {
    picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, sound.paused ? "#play-fill" : "#pause-fill"));
    button.querySelector("[data-play-word]").textContent = word(sound.paused ? "listen" : "listening");
  };
  button.addEventListener("click", () => {
    if (!sound.paused) return sound.pause();
    playing?.pause();
    playing = sound;
    sound.play().catch(() => {});
  });
  button.addEventListener("spoor:hush", () => sound.pause());
  for (const name of ["play", "pause", "ended"]) sound.addEventListener(name, turn);
  sound.addEventListener("timeupdate", () => {
    const length = one.seconds || (Number.isFinite(sound.duration) ? sound.duration : 0);
    bar.value = length ? Math.min(1, sound.currentTime / length) : 0;
    if (one.seconds) time.textContent = sound.paused ? clock(one.seconds) : `${clock(sound.currentTime)} / ${clock(one.seconds)}`;
  });
  sound.addEventListener("ended", () => (bar.value = 0));
}
