// Beginnings of a sentence under a chosen word, to tap: which a word gets, and where they go.
const STARTS = 3;

// Three beside each other, others for another word. The server reckons the same (`WordView.turns`).
export function turns(key, many) {
  const first = [...key].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % many;
  return Array.from({ length: STARTS }, (_, place) => (first + place) % many);
}

// Of all there are, those of this word.
export function chooseBeginnings(card, key) {
  const starters = card.querySelector("[data-starters]");
  const chosen = turns(key, starters.childElementCount);
  for (const [place, start] of [...starters.children].entries()) if (!chosen.includes(place)) start.remove();
  starters.hidden = false;
}

// Only a beginning: then nothing was told yet. The server leaves out the same (`is_bare`).
const essence = (text) => text.replace(/^[\s.…,]+|[\s.…,]+$/g, "").toLowerCase();
export function isBare(text, starts) {
  return starts.some((start) => essence(start) === essence(text));
}

const startsOf = (card) => [...card.querySelectorAll("[data-start]")].map((one) => one.dataset.start);

export function bindBeginnings(section) {
  section.closest("form").addEventListener("formdata", ({ formData }) => {
    for (const area of section.querySelectorAll("textarea[name]:enabled")) if (isBare(area.value, startsOf(area.closest(".evidence")))) formData.set(area.name, "");
  });
  for (const starters of section.querySelectorAll("[data-starters]")) starters.hidden = false;
  section.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-start]");
    if (button) begin(button);
  });
}

// A beginning that is tapped comes before what stands there, instead of another beginning.
function begin(button) {
  const area = button.closest(".evidence").querySelector("textarea");
  const rest = startsOf(button.parentElement).reduce((text, start) => (text.startsWith(start) ? text.slice(start.length) : text), area.value);
  area.value = button.dataset.start + rest;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}
