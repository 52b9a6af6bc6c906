// Every keystroke in a form marked data-draft is kept in this tab until it is stored, so that a lost connection, an expired
// session or a reload loses nothing. sessionStorage goes with the tab: nothing stays on a shared phone.
import { announce, word } from "./flash.js";

const person = document.documentElement.dataset.person ?? "";

for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = `draft:${person}:${form.dataset.draft}`;
  // A new entry has no address of its own yet: who comes back to it must not wonder where that text is from.
  if (restore(form, key) && "draftTold" in form.dataset) announce(word("draft"));
  form.addEventListener("input", () => keep(form, key));
  form.addEventListener("change", () => keep(form, key));
  form.addEventListener("spoor:saved", () => sessionStorage.removeItem(key));
}

function keep(form, key) {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["mutation", "base", "captured_at"].includes(name));
  try {
    sessionStorage.setItem(key, JSON.stringify({ base: form.dataset.base, fields }));
  } catch {
    // A full or forbidden storage must not stop anybody from typing.
  }
}

function restore(form, key) {
  let draft;
  try {
    draft = JSON.parse(sessionStorage.getItem(key));
  } catch {
    return false;
  }
  if (!draft || draft.base !== form.dataset.base || document.querySelector("[role=alert]")) return false;
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.tagName === "BUTTON") continue;
    const values = draft.fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (values.length) field.value = values.at(-1);
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
  return draft.fields.some(([name, value]) => name === "text" && value.trim());
}
