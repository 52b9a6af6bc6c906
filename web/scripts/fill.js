// Puts answers in a form: what was typed before, or what this device knows. Fields that are not named stay as they are.
const all = (fields, name) => fields.filter(([field]) => field === name).map(([, value]) => value);

export function fill(form, fields) {
  form.dispatchEvent(new CustomEvent("spoor:fill", { detail: fields }));
  put(form, fields);
  form.dispatchEvent(new Event("change", { bubbles: true }));
  // Choosing a word may have asked something: that answer too.
  put(form, fields.filter(([name]) => name.includes("-evidence-")));
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function put(form, fields) {
  const named = new Set(fields.map(([name]) => name));
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.tagName === "BUTTON" || field.type === "file") continue;
    const choice = field.type === "checkbox" || field.type === "radio";
    if (!choice && !named.has(field.name)) continue;
    const values = all(fields, field.name);
    if (choice) field.checked = values.includes(field.value);
    else if ("own" in field.dataset) field.value = values.filter((value) => !taken(form, field.name, value)).at(-1) ?? "";
    else field.value = values.at(-1);
  }
}

// A word of one's own that already has a tile to choose it by.
const taken = (form, name, value) => [...form.querySelectorAll("input[type=checkbox]")].some((box) => box.name === name && box.value === value);
