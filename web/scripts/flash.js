// Says a thing to the person in the page's status line. Its texts stand in the page, in the person's language (pwa/_words.html).
const flash = document.getElementById("flash");

export function word(name) {
  return document.querySelector(`#words [data-word="${name}"]`)?.textContent ?? "";
}

export function announce(message) {
  if (!flash || !message) return;
  const line = document.createElement("p");
  line.textContent = message;
  flash.replaceChildren(line);
}
