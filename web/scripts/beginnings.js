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

export function bindBeginnings(section) {
  for (const starters of section.querySelectorAll("[data-starters]")) starters.hidden = false;
  section.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-start]");
    if (button) begin(button);
  });
}

// A beginning that is tapped comes before what stands there, instead of another beginning.
function begin(button) {
  const area = button.closest(".evidence").querySelector("textarea");
  const starts = [...button.parentElement.querySelectorAll("[data-start]")].map((one) => one.dataset.start);
  const rest = starts.reduce((text, start) => (text.startsWith(start) ? text.slice(start.length) : text), area.value);
  area.value = button.dataset.start + rest;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}
