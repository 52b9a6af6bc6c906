// Reads aloud what stands in the page, and shows where it is. Only with a voice that lives on this device and speaks the language of the
// page: what a student reads goes to nobody. Without one no button is ever seen.
//
// [data-read-aloud="id id …"]  a button that reads these elements, and stops
// [data-speaks="text"]         says this when what is in it is chosen

const page = document.documentElement;
const synth = window.speechSynthesis;
const WORD = /^[\p{L}\p{N}'’-]+/u;
const UNREAD = "button, svg, script, template, textarea, select, .section-head > .link, [data-unread], [hidden], [aria-hidden=true], details:not([open]) > :not(summary)";
let voice = null;
let running = null; // {button, queue}: what is being read; everything else is silent

export function start() {
  if (!synth || !window.SpeechSynthesisUtterance) return;
  look();
  synth.addEventListener?.("voiceschanged", look);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-read-aloud]");
    if (button) toggle(button);
    else if (target.closest("[data-speak], [data-say]")) stop(); // a microphone would hear it
  });
  document.addEventListener("change", ({ target }) => {
    const { speaks } = target.closest("[data-speaks]")?.dataset ?? {};
    if (speaks && target.checked && voice) read(null, sentencesIn([{ node: document.createTextNode(speaks), block: null }]));
  });
  document.addEventListener("play", stop, true);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  addEventListener("pagehide", stop);
}

function look() {
  const mine = synth.getVoices().filter(({ localService, lang }) => localService === true && lang.toLowerCase().split(/[-_]/)[0] === page.lang);
  voice = mine.find((one) => one.default) ?? mine[0] ?? null;
  page.toggleAttribute("data-voice", Boolean(voice));
}

function toggle(button) {
  if (running?.button === button) return stop();
  const elements = button.dataset.readAloud.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
  read(button, elements.flatMap((element) => sentencesIn(textsIn(element))));
}

function read(button, queue) {
  stop();
  if (!queue.length) return;
  running = { button, queue };
  button?.setAttribute("aria-pressed", "true");
  next(running);
}

function stop() {
  if (!running) return;
  const { button } = running;
  running = null;
  button?.setAttribute("aria-pressed", "false");
  show(null);
  synth.cancel();
}

function next(reading) {
  const sentence = reading.queue.shift();
  if (!sentence) return stop();
  const said = new SpeechSynthesisUtterance(sentence.text);
  Object.assign(said, { voice, lang: voice.lang, rate: 0.9 });
  const now = (act) => (event) => running === reading && act(event);
  said.onstart = now(() => show(reading, sentence));
  said.onboundary = now(({ name, charIndex, charLength }) => {
    if (name && name !== "word") return;
    const length = charLength || WORD.exec(sentence.text.slice(charIndex))?.[0].length;
    if (length) show(reading, sentence, charIndex, charIndex + length);
  });
  said.onend = now(() => next(reading));
  said.onerror = now(stop);
  reading.said = said; // some browsers forget one that nobody holds, and then it never ends
  synth.speak(said);
}

// --- what is read: sentences, each with where its letters stand

function textsIn(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { parentElement } = walker.currentNode;
    const unread = parentElement.closest(UNREAD);
    if (!unread || unread.contains(element)) found.push({ node: walker.currentNode, block: blockOf(parentElement) });
  }
  return found;
}

function blockOf(element) {
  let block = element;
  while (getComputedStyle(block).display === "inline" && block.parentElement) block = block.parentElement;
  return block;
}

function sentencesIn(texts) {
  const blocks = [];
  for (const text of texts) {
    if (blocks.at(-1)?.[0].block === text.block) blocks.at(-1).push(text);
    else blocks.push([text]);
  }
  return blocks.flatMap((block) => {
    const whole = block.map(({ node }) => node.data).join("");
    const parts = window.Intl?.Segmenter ? [...new Intl.Segmenter(page.lang, { granularity: "sentence" }).segment(whole)] : [{ segment: whole, index: 0 }];
    return parts.map(({ segment, index }) => ({ text: segment.replace(/\s/g, " "), index, nodes: block.map(({ node }) => node) })).filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  });
}

function rangeOf({ nodes, index }, from, to) {
  const range = new Range();
  let before = 0;
  for (const node of nodes) {
    const at = (place) => index + place - before;
    if (at(from) >= 0 && at(from) <= node.length) range.setStart(node, at(from));
    if (at(to) >= 0 && at(to) <= node.length) range.setEnd(node, at(to));
    before += node.length;
  }
  return range;
}

// --- where it is: drawn over the page, which stays as it is; in browsers that cannot, a copy of the sentence under the button

const drawn = window.CSS?.highlights && window.Highlight;

function show(reading, sentence, from, to) {
  if (drawn) for (const name of ["spoken-sentence", "spoken-word"]) CSS.highlights.delete(name);
  else document.querySelector(".read-copy")?.remove();
  if (!reading?.button) return;
  if (!drawn) return reading.button.after(copyOf(sentence, from, to));
  CSS.highlights.set("spoken-sentence", new Highlight(rangeOf(sentence, 0, sentence.text.trimEnd().length)));
  if (to) CSS.highlights.set("spoken-word", Object.assign(new Highlight(rangeOf(sentence, from, to)), { priority: 1 }));
}

function copyOf({ text }, from = 0, to = 0) {
  const made = Object.assign(document.createElement("p"), { className: "read-copy" });
  made.setAttribute("aria-hidden", "true");
  const marked = Object.assign(document.createElement("mark"), { textContent: text.slice(from, to) });
  made.append(text.slice(0, from), ...(to ? [marked] : []), text.slice(to));
  return made;
}
