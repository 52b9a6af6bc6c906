// A starter that is tapped is put in the field, after what stands there; what is typed is mirrored in what the mentor will see.
const field = document.getElementById("question");
const mirror = document.querySelector("[data-mirror=question]");

for (const starter of document.querySelectorAll("button[data-put]")) {
  starter.addEventListener("click", (event) => {
    event.preventDefault();
    field.value = [field.value.trim(), starter.dataset.put].filter(Boolean).join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

function show() {
  mirror.hidden = !field.value.trim();
  const lines = field.value.trim().split("\n");
  mirror.querySelector("span").replaceChildren(...lines.flatMap((line, place) => (place ? [document.createElement("br"), line] : [line])));
}

field.addEventListener("input", show);
field.form.addEventListener("change", show);
show();
