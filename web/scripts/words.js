// Choosing words: at most three, and each asks at once how you knew. A search that forgives spelling, and beginnings of a sentence to tap.
import { bindBeginnings, chooseBeginnings } from "./beginnings.js";
import { found } from "./find-word.js";
import { keeps } from "./here.js";
import { bringInSight } from "./in-sight.js";
import { bindOwnWord, typed as ownTyped } from "./own-word.js";
import { isSaid } from "./rules.js";

// Whether words are explained stays so in the next question, and in the next entry on this device.
const EXPLAINS = "spoor-explains";
const kept = keeps ? localStorage : sessionStorage;
for (const box of document.querySelectorAll("[data-explain]")) {
  box.checked = kept.getItem(EXPLAINS) === "1";
  box.addEventListener("change", () => kept.setItem(EXPLAINS, box.checked ? "1" : ""));
}

for (const chooser of document.querySelectorAll("[data-words]")) {
  const form = chooser.closest("form");
  const section = form.querySelector("[data-evidence]");
  const template = section.querySelector("template");
  const field = chooser.dataset.words;
  const own = chooser.querySelector("[data-own]");
  const front = chooser.querySelector(".tiles");
  const more = chooser.querySelector("[data-more]");
  const sayIt = chooser.querySelector("[data-say-word]");
  const enough = chooser.querySelector("[data-full]");

  const chosen = () => {
    const words = [...chooser.querySelectorAll(".tile input:checked")].map((box) => ({
      key: box.name === field ? box.value : `own:${box.value}`,
      label: box.dataset.label,
      icon: box.parentElement.querySelector("svg, img"),
      means: box.parentElement.querySelector(".tile-means")?.textContent ?? "",
      looks: [box.dataset["example-1"], box.dataset["example-2"]].filter(Boolean),
    }));
    const typed = ownTyped(own);
    if (typed) words.push({ key: `own:${typed}`, label: typed, icon: null, means: "", looks: [] });
    return words;
  };

  const show = () => {
    const words = chosen();
    const full = words.length >= Number(chooser.dataset.most);
    for (const box of chooser.querySelectorAll(".tile input:not(:checked)")) box.disabled = full;
    own.disabled = full && !own.value.trim();
    sayIt.disabled = full;
    enough.hidden = !full;
    enough.textContent = full ? enough.dataset.full : "";
    const asked = new Map([...section.querySelectorAll("[data-evidence-of]")].map((card) => [card.dataset.evidenceOf, card]));
    for (const [key, card] of asked) card.hidden = !words.some((word) => word.key === key);
    for (const word of words) if (!asked.has(word.key)) section.append(card(word));
    for (const area of section.querySelectorAll("textarea")) area.disabled = area.closest("[data-evidence-of]").hidden;
    section.hidden = words.length === 0;
  };

  const card = ({ key, label, icon, means, looks }) => {
    const made = template.content.firstElementChild.cloneNode(true);
    const [title, area] = [made.querySelector("label"), made.querySelector("textarea")];
    made.dataset.evidenceOf = key;
    made.querySelector("[data-say-of]").dataset.sayOf = `${section.dataset.evidence}:${key}`;
    for (const named of made.querySelectorAll("[data-named]")) named.textContent = label;
    area.name = `${field}-evidence-${key}`;
    area.id = title.htmlFor = `evidence-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    made.querySelector("b").textContent = `${label.charAt(0).toUpperCase()}${label.slice(1)}.`;
    if (icon) title.prepend(icon.cloneNode(true));
    const [said, seen] = [made.querySelector("[data-means]"), made.querySelector("[data-looks]")];
    said.textContent = means;
    said.hidden = !means;
    const list = seen.querySelector("ul");
    list.append(...looks.map((look) => Object.assign(document.createElement("li"), { textContent: list.dataset.look.replace("{example}", look) })));
    seen.hidden = !looks.length;
    chooseBeginnings(made, key);
    return made;
  };

  bindBeginnings(section);

  // What a chosen word brings is below: it comes in sight, and who hears the page hears that it is there.
  const lead = (key, from) => {
    const asked = [...section.querySelectorAll("[data-evidence-of]")].find((one) => one.dataset.evidenceOf === key);
    bringInSight(asked.querySelector("textarea"), from);
    section.querySelector("[data-asked]").textContent = `${asked.querySelector("b").textContent} ${section.querySelector("h2").textContent}`;
    return asked;
  };

  // A word from the long list joins the first ones: what was chosen stays in sight, and so does the question it brings.
  const bring = (box) => {
    front.append(box.parentElement);
    more.open = false;
    box.focus({ preventScroll: true });
    lead(box.value).scrollIntoView({ block: "center" });
  };

  // Words that this device knows of the entry, put in by fill.js: own ones get their tile, those of the long list come in sight.
  form.addEventListener("spoor:fill", ({ detail }) => {
    for (const [name, value] of detail) {
      const box = [...chooser.querySelectorAll(".tile input")].find((one) => one.name === name && one.value === value);
      if (box && more.contains(box)) front.append(box.parentElement);
      if (!box && name === own.name && own.value.trim() !== value) front.append(tile(value));
    }
  });

  const tile = (word) => {
    const made = front.firstElementChild.cloneNode(true);
    const box = made.querySelector("input");
    Object.assign(box, { name: own.name, value: word, checked: true, disabled: false });
    made.hidden = false;
    const label = isSaid(word) ? chooser.dataset.spoken : word;
    box.dataset.label = label;
    const drawn = chooser.querySelector(isSaid(word) ? "template[data-spoken]" : "template");
    made.querySelector("svg, img").replaceWith(drawn.content.firstElementChild.cloneNode(true));
    made.querySelector(".tile-word").textContent = label;
    if (made.dataset.speaks) made.dataset.speaks = label;
    made.querySelector(".tile-means")?.remove();
    delete box.dataset["example-1"];
    delete box.dataset["example-2"];
    return made;
  };

  // A word that was said (capture.js) is chosen at once, where there is room; thrown away, its tile goes. One that was left here was chosen
  // as the draft says.
  const tileOf = (word) => [...chooser.querySelectorAll(".tile input")].find((one) => one.name === own.name && one.value === word);
  const changed = () => form.dispatchEvent(new Event("change", { bubbles: true }));
  form.addEventListener("spoor:said", ({ detail: { word, found } }) => {
    if (!tileOf(word)) {
      const made = tile(word);
      const room = chosen().length < Number(chooser.dataset.most);
      made.querySelector("input").checked = room && !(found && "restored" in form.dataset);
      if (!room) enough.textContent = ""; // said again
      front.append(made);
    }
    changed();
  });
  form.addEventListener("spoor:unsaid", ({ detail: { word } }) => {
    tileOf(word)?.closest(".tile").remove();
    changed();
  });

  bindOwnWord(own, (word) => {
    if (!tileOf(word)) front.append(tile(word));
    tileOf(word).checked = true;
    own.dispatchEvent(new Event("input", { bubbles: true }));
    changed();
    lead(`own:${word}`).querySelector("textarea").focus({ preventScroll: true });
  });

  // The search hides what it does not find; what is chosen stays in sight.
  const search = chooser.querySelector("[data-find]");
  const sought = search.querySelector("input");
  const seek = () => {
    const tiles = [...chooser.querySelectorAll(".tile")].filter((one) => one.querySelector("input").name === field);
    const typed = sought.value.trim();
    const keys = found(typed, tiles.map((one) => [one.querySelector("input").value, one.querySelector("input").dataset.label, one.querySelector(".tile-means")?.textContent ?? "", one.querySelector("input").dataset.also ?? ""]));
    for (const one of tiles) one.hidden = Boolean(typed) && !keys.includes(one.querySelector("input").value) && !one.querySelector("input").checked;
    for (const cluster of more.querySelectorAll("section")) cluster.hidden = !cluster.querySelector(".tile:not([hidden])");
    if (typed) more.open = Boolean(more.querySelector(".tile:not([hidden])"));
    const said = keys.length === 1 ? search.dataset.foundOne : search.dataset.foundSome.replace("{count}", keys.length);
    search.querySelector("[data-found]").textContent = typed && keys.length ? said : "";
    search.querySelector("[data-none]").hidden = !typed || keys.length > 0;
  };
  const clear = () => {
    sought.value = "";
    seek();
    more.open = false;
  };
  search.querySelector("button[name=go]").hidden = true;
  sought.addEventListener("input", seek);
  sought.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  search.querySelector("[data-take]").addEventListener("click", () => {
    own.value = sought.value.trim().replace(/\s+/g, " ");
    own.closest("details").open = true;
    clear();
    own.dispatchEvent(new Event("input", { bubbles: true }));
    own.dispatchEvent(new Event("change", { bubbles: true }));
    own.focus();
  });

  form.addEventListener("change", ({ target }) => {
    show();
    if (more.contains(target) && target.checked) bring(target);
    else if (target.closest(".tile") && chooser.contains(target) && target.checked) lead(target.name === field ? target.value : `own:${target.value}`, target);
    if (target.name === field && target.checked && sought.value) clear();
  });
  show();
  if (sought.value) seek();
}
