// Choosing words: at most three, and each asks at once how you knew.
for (const chooser of document.querySelectorAll("[data-words]")) {
  const form = chooser.closest("form");
  const section = form.querySelector("[data-evidence]");
  const template = section.querySelector("template");
  const field = chooser.dataset.words;
  const own = chooser.querySelector("[data-own]");
  const front = chooser.querySelector(".tiles");
  const more = chooser.querySelector("details");
  const enough = chooser.querySelector("[data-full]");

  const chosen = () => {
    const words = [...chooser.querySelectorAll("input[type=checkbox]:checked")].map((box) => ({
      key: box.name === field ? box.value : `own:${box.value}`,
      label: box.dataset.label,
      icon: box.parentElement.querySelector("svg"),
    }));
    const typed = own.value.trim().replace(/\s+/g, " ");
    if (typed) words.push({ key: `own:${typed}`, label: typed, icon: null });
    return words;
  };

  const show = () => {
    const words = chosen();
    const full = words.length >= Number(chooser.dataset.most);
    for (const box of chooser.querySelectorAll("input[type=checkbox]:not(:checked)")) box.disabled = full;
    own.disabled = full && !own.value.trim();
    enough.hidden = !full;
    enough.textContent = full ? enough.dataset.full : "";
    const asked = new Map([...section.querySelectorAll("[data-evidence-of]")].map((card) => [card.dataset.evidenceOf, card]));
    for (const [key, card] of asked) card.hidden = !words.some((word) => word.key === key);
    for (const word of words) if (!asked.has(word.key)) section.append(card(word));
    for (const area of section.querySelectorAll("textarea")) area.disabled = area.closest("[data-evidence-of]").hidden;
    section.hidden = words.length === 0;
  };

  const card = ({ key, label, icon }) => {
    const made = template.content.firstElementChild.cloneNode(true);
    const [title, area] = [made.querySelector("label"), made.querySelector("textarea")];
    made.dataset.evidenceOf = key;
    made.querySelector("[data-say-of]").dataset.sayOf = `${section.dataset.evidence}:${key}`;
    for (const named of made.querySelectorAll("[data-named]")) named.textContent = label;
    area.name = `${field}-evidence-${key}`;
    area.id = title.htmlFor = `evidence-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    made.querySelector("b").textContent = `${label.charAt(0).toUpperCase()}${label.slice(1)}.`;
    if (icon) title.prepend(icon.cloneNode(true));
    return made;
  };

  // A word from the long list joins the first ones: what was chosen stays in sight, and so does the question it brings.
  const bring = (box) => {
    front.append(box.parentElement);
    more.open = false;
    box.focus({ preventScroll: true });
    section.querySelector("[data-evidence-of]:not([hidden]):last-child").scrollIntoView({ block: "center" });
  };

  // Words that this device knows of the entry, put in by fill.js: own ones get their tile, those of the long list come in sight.
  form.addEventListener("spoor:fill", ({ detail }) => {
    for (const [name, value] of detail) {
      const box = [...chooser.querySelectorAll("input[type=checkbox]")].find((one) => one.name === name && one.value === value);
      if (box && more.contains(box)) front.append(box.parentElement);
      if (!box && name === own.name && own.value.trim() !== value) front.append(tile(value));
    }
  });

  const tile = (word) => {
    const made = front.firstElementChild.cloneNode(true);
    const box = made.querySelector("input");
    Object.assign(box, { name: own.name, value: word, checked: true });
    box.dataset.label = word;
    made.querySelector("svg").replaceWith(chooser.querySelector("template").content.firstElementChild.cloneNode(true));
    made.lastChild.textContent = word;
    return made;
  };

  form.addEventListener("change", ({ target }) => {
    show();
    if (more.contains(target) && target.checked) bring(target);
  });
  show();
}
