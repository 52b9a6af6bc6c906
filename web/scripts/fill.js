// Puts answers in a form: what was typed before, or what this device knows. Fields that are not named stay as they are.
// What is hidden stays too, except on what it was based (`was`). While it does, `data-filling` tells listeners that nobody typed.
const all = (fields, name) => fields.filter(([field]) => field === name).map(([, value]) => value);

// `whole`: the fields are all there is, so that a box that is not named was not ticked.
export function fill(form, fields, whole = true) {
  form.dataset.filling = "";
  form.dispatchEvent(new CustomEvent("spoor:fill", { detail: fields }));
  put(form, fields, whole);
  form.dispatchEvent(new Event("change", { bubbles: true }));
  // Choosing a word may have asked something: that answer too.
  put(form, fields.filter(([name]) => name.includes("-evidence-")), false);
  form.dispatchEvent(new Event("input", { bubbles: true }));
  delete form.dataset.filling;
}

function put(form, fields, whole) {
  const named = new Set(fields.map(([name]) => name));
  for (const field of form.elements) {
    if (!field.name || (field.type === "hidden" && field.name !== "was") || field.tagName === "BUTTON" || field.type === "file") continue;
    const choice = field.type === "checkbox" || field.type === "radio";
    if (!named.has(field.name) && !(field.type === "checkbox" && whole)) continue;
    const values = all(fields, field.name);
    if (choice) field.checked = values.includes(field.value);
    else if ("own" in field.dataset) field.value = values.filter((value) => !taken(form, field.name, value)).at(-1) ?? "";
    else field.value = values.at(-1);
  }
}

// A word of one's own that already has a tile to choose it by.
const taken = (form, name, value) => [...form.querySelectorAll("input[type=checkbox]")].some((box) => box.name === name && box.value === value);
