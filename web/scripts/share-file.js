// A form that gives a file: where the browser can hand files to other apps it is shared, elsewhere it is kept, as without a script.
const can = (file) => Boolean(navigator.canShare?.({ files: [file] }));

for (const form of document.querySelectorAll("form[data-share]")) {
  const probe = new File([new Uint8Array()], "x.png", { type: "image/png" });
  if (!can(probe)) continue;
  form.querySelector("[data-unless-shared]").hidden = true;
  form.querySelector("[data-when-shared]").hidden = false;
  let passing = false;
  form.addEventListener("submit", async (event) => {
    if (passing) return;
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    const shared = await share(form);
    button.removeAttribute("aria-busy");
    if (shared) return;
    passing = true;
    form.requestSubmit(button);
    passing = false;
  });
}

// False when the file is to be kept instead: there was no answer, or the other apps did not want it. Who changes their mind keeps nothing.
async function share(form) {
  try {
    const answer = await fetch(`${form.action}?${new URLSearchParams(new FormData(form))}`);
    if (!answer.ok) return false;
    const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "woorden.png";
    await navigator.share({ files: [new File([await answer.blob()], name, { type: "image/png" })], title: form.dataset.share });
    return true;
  } catch (error) {
    return error.name === "AbortError";
  }
}
