// Says a thing in the page's status line. Its texts stand in the page, in the language of the page (pwa/_words.html).

const flash = document.getElementById("flash");

// A copy of a piece of `#words`, or of another template, with {names} filled in.
export function piece(name, values = {}, from = document.getElementById("words")) {
  const copy = from.content.querySelector(`[data-word="${name}"]`)?.cloneNode(true);
  if (!copy) return null;
  const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  return copy;
}

export const word = (name, values, from) => piece(name, values, from)?.textContent ?? "";

// A text, or a piece with something to do in it. It takes the place of what was said before; what went wrong stays.
export function announce(message, stays = false) {
  if (!message) return;
  const line = typeof message === "string" ? Object.assign(document.createElement("p"), { textContent: message }) : message;
  line.toggleAttribute("data-stays", stays);
  flash.replaceChildren(line);
}

// What the next page says: a piece by its name, once. It leaves this one by a script, not by an answer of the server.
const LEFT = "said";

export function leave(name, about) {
  try {
    sessionStorage.setItem(LEFT, JSON.stringify({ name, about }));
  } catch {
    // Then the line about the outbox says it.
  }
}

export function left() {
  try {
    const said = JSON.parse(sessionStorage.getItem(LEFT));
    sessionStorage.removeItem(LEFT);
    if (!said) return;
    const shown = piece(said.name);
    for (const form of shown.querySelectorAll("form")) for (const name of ["action", "data-to"]) form.setAttribute(name, form.getAttribute(name).replace("{about}", said.about));
    announce(shown);
  } catch {
    // Nothing was left.
  }
}
