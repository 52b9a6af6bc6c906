// What an entry belongs to is said in the folded line as soon as something else is chosen under it.
const unfold = document.querySelector("[data-belongs]");
const [title, note] = unfold.querySelectorAll("summary .row-body > *");
const picture = unfold.querySelector("summary use");

function say() {
  const { dataset } = unfold.querySelector("input:checked");
  title.textContent = dataset.title;
  note.textContent = dataset.note;
  picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, `#${dataset.icon}-duotone`));
}

unfold.closest("form").addEventListener("change", say);
say();
