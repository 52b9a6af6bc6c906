// Says a thing in the page's status line. Its texts stand in the page, in the language of the page (pwa/_words.html).

const flash = document.getElementById("flash");

// A copy of a piece of `#words`, with {names} filled in.
export function piece(name, values = {}) {
  const copy = document.getElementById("words").content.querySelector(`[data-word="${name}"]`)?.cloneNode(true);
  if (!copy) return null;
  const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  return copy;
}

export const word = (name, values) => piece(name, values)?.textContent ?? "";

// A text, or a piece with something to do in it. It takes the place of what was said before; what went wrong stays.
export function announce(message, stays = false) {
  if (!message) return;
  const line = typeof message === "string" ? Object.assign(document.createElement("p"), { textContent: message }) : message;
  line.toggleAttribute("data-stays", stays);
  flash.replaceChildren(line);
}
