// Forms marked data-save are sent by script: only a receipt counts as stored, and whatever goes wrong, the form stays as it is.
// Without this script the same form is an ordinary post.
import { announce, word } from "./flash.js";

const saved = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-save]") || event.defaultPrevented) return;
  event.preventDefault();
  if (saved.has(form) || form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  const body = new FormData(form, event.submitter);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams(body),
      redirect: "error",
    });
    await settle(form, answer, body.get("mutation"), event.submitter);
  } catch {
    announce(word("offline"));
  } finally {
    form.removeAttribute("aria-busy");
  }
});

async function settle(form, answer, mutation, submitter) {
  if (answer.ok) {
    const receipt = await answer.json();
    if (receipt.mutation !== mutation && !receipt.skipped) return announce(word("failed"));
    saved.add(form);
    form.dispatchEvent(new CustomEvent("spoor:saved", { bubbles: true }));
    return location.assign(receipt.to);
  }
  if (answer.status === 422 || answer.status === 409) return showAsPage(form, submitter);
  announce(word({ 401: "signed-out", 403: "failed", 404: "gone", 413: "too-large", 429: "too-often" }[answer.status] ?? "failed"));
}

// The server's own page says best what is wrong, with the form and what was typed in it.
function showAsPage(form, submitter) {
  saved.add(form);
  if (submitter?.name) {
    const chosen = Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value });
    form.append(chosen);
  }
  form.submit();
}

// A form that was sent and comes back from the back-forward cache is read anew: sending it again is a new save.
addEventListener("pageshow", (event) => {
  if (event.persisted && [...document.forms].some((form) => saved.has(form))) location.reload();
});

for (const field of document.querySelectorAll("[data-captured]")) field.value = new Date().toISOString();
