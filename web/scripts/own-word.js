// A word of one's own that is typed: Enter or its button takes it. One that is too long is said at once, stays as it was typed, and holds the form up.
const text = (own) => own.value.trim().replace(/\s+/g, " ");
const isLong = (own) => [...text(own)].length > Number(own.dataset.own);

// What was typed, as far as it can be chosen.
export const typed = (own) => (isLong(own) ? "" : text(own));

export function bindOwnWord(own, taken) {
  const field = own.closest(".field");
  const [add, told] = [field.querySelector("[data-add]"), field.querySelector("[data-too-long]")];
  const check = () => {
    const why = isLong(own) ? told.dataset.tooLong : "";
    own.setCustomValidity(why);
    if (why) own.setAttribute("aria-invalid", "true");
    else own.removeAttribute("aria-invalid");
    told.hidden = !why;
    told.querySelector("span").textContent = why;
  };
  const take = () => {
    const word = typed(own);
    if (!word) return own.focus();
    own.value = "";
    taken(word);
  };
  add.hidden = false;
  add.addEventListener("click", take);
  own.form.addEventListener("input", check);
  own.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    take();
  });
  // The browser says what is wrong beside it: it has to be in sight for that.
  own.addEventListener("invalid", () => (own.closest("details").open = true));
  check();
}
