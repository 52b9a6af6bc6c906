// Whether something was typed or chosen here that is not stored: a field that is not as the page came with it.
export function dirty(within = document.querySelector("main")) {
  return [...within.querySelectorAll("input, textarea, select")].some((field) => {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected && field.selectedIndex > 0);
    return field.value !== field.defaultValue;
  });
}

// A page that says what is wrong with a form holds what was typed as if it had come so.
export function refused() {
  return performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;
}
