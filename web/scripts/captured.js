// How a photo or a voice note looks in the list of what is chosen: a row, made of a piece of the template.

import { blobOf } from "./media.js";
import { clock } from "./speak.js";

const STATES = { sending: "state-sending", stored: "state-stored", refused: "state-refused" };

// `piece(name)` and `word(name)` give what stands in the template; `hear.typed()` is told when its description changed, `hear.dropped()`
// when it is taken away.
export function rowOf(one, { piece, word }, hear) {
  const row = piece(one.kind);
  row.dataset.kind = one.kind;
  const url = URL.createObjectURL(blobOf(one));
  if (one.kind === "photo") picture(row, one, url, hear.typed);
  else player(row, one, url, word);
  row.querySelector("[data-drop]").addEventListener("click", hear.dropped);
  return row;
}

function picture(row, one, url, typed) {
  const shown = row.querySelector("img");
  for (const named of row.querySelectorAll(".visually-hidden")) named.dataset.number = named.textContent;
  shown.dataset.number = shown.alt;
  shown.addEventListener("error", () => {
    shown.hidden = true;
    row.querySelector("[data-unseen]").hidden = false;
  });
  shown.src = url;
  const [field, label, why] = ["[data-alt]", "label", "[data-why]"].map((name) => row.querySelector(name));
  field.id = label.htmlFor = `alt-${one.id}`;
  why.id = `why-${one.id}`;
  field.setAttribute("aria-describedby", why.id);
  field.value = one.alt;
  field.addEventListener("input", () => {
    one.alt = field.value;
    typed();
  });
}

// "Foto 1", "Foto 2": in what is read aloud, so that two of the same questions are not the same.
export function renumber(list) {
  [...list.querySelectorAll("[data-kind=photo]")].forEach((row, place) => {
    for (const named of row.querySelectorAll("[data-number]")) {
      const text = named.dataset.number.replace("{number}", place + 1);
      if (named.alt === undefined) named.textContent = text;
      else named.alt = text;
    }
  });
}

export function note(row, text) {
  const said = row.querySelector("[data-note]");
  said.hidden = !text;
  said.textContent = text;
}

export const noteState = (row, state, word) => note(row, word(STATES[state] ?? "state-kept"));

// What was handed over is no longer changed here.
export function fix(row, one) {
  row.querySelector("[data-drop]").remove();
  const field = row.querySelector(".field");
  if (one.alt) field?.replaceChildren(Object.assign(document.createElement("p"), { textContent: one.alt }));
  else field?.remove();
}

// --- listening: one voice at a time. The length is known from recording: what a recorder writes does not say it.

let playing = null;
export const hush = () => playing?.pause();

function player(row, one, url, word) {
  const sound = new Audio(url);
  const [button, bar, time] = ["[data-play]", "progress", "[data-time]"].map((name) => row.querySelector(name));
  const drawn = button.querySelector("use");
  if (one.seconds) time.textContent = clock(one.seconds);
  const turn = () => {
    drawn.setAttribute("href", drawn.getAttribute("href").replace(/#.*/, sound.paused ? "#play-fill" : "#pause-fill"));
    button.querySelector("[data-play-word]").textContent = word(sound.paused ? "listen" : "listening");
  };
  button.addEventListener("click", () => {
    if (!sound.paused) return sound.pause();
    hush();
    playing = sound;
    sound.play().catch(() => {});
  });
  for (const name of ["play", "pause", "ended"]) sound.addEventListener(name, turn);
  sound.addEventListener("timeupdate", () => {
    const length = one.seconds || (Number.isFinite(sound.duration) ? sound.duration : 0);
    bar.value = length ? Math.min(1, sound.currentTime / length) : 0;
    if (one.seconds) time.textContent = sound.paused ? clock(one.seconds) : `${clock(sound.currentTime)} / ${clock(one.seconds)}`;
  });
  sound.addEventListener("ended", () => (bar.value = 0));
}
