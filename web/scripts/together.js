// Who types is asked in the first question of a new entry. As long as nothing of it is stored, the next questions take that along.
const form = document.querySelector('form[data-save="experience"][data-new]');
const name = () => `together:${new URL(form.action).pathname.split("/")[2]}`;

export function start() {
  if ("shared" in document.documentElement.dataset) return;
  form.addEventListener("submit", bring, { capture: true });
  form.addEventListener("spoor:saved", () => sessionStorage.removeItem(name()));
}

function bring() {
  const field = form.elements.together_with;
  if (field && field.type !== "hidden") return sessionStorage.setItem(name(), field.value);
  const known = sessionStorage.getItem(name());
  if (known && !field) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "together_with", value: known }));
}
