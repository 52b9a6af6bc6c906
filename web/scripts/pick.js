// At most so many words. One from the long list joins the first ones: what was chosen stays in sight.
for (const chooser of document.querySelectorAll("[data-pick]")) {
  const front = chooser.querySelector(".tiles");
  const more = chooser.querySelector("details");
  const enough = chooser.querySelector("[data-full]");

  const show = () => {
    const full = chooser.querySelectorAll("input:checked").length >= Number(chooser.dataset.pick);
    for (const box of chooser.querySelectorAll("input:not(:checked)")) box.disabled = full;
    enough.hidden = !full;
    enough.textContent = full ? enough.dataset.full : "";
  };

  chooser.addEventListener("change", ({ target }) => {
    show();
    if (!target.checked || !more?.contains(target)) return;
    front.append(target.parentElement);
    more.open = false;
    target.focus();
  });
  for (const box of more?.querySelectorAll("input:checked") ?? []) front.append(box.parentElement);
  show();
}
