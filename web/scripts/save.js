// Forms marked data-save are sent by script: only a receipt counts as stored, and whatever goes wrong, the form stays as it is.
// Without this script the same form is an ordinary post.
import { announce, word } from "./flash.js";

const saved = new WeakSet();
const SENT = "sent";
const MOST_SENT = 40;
const PATIENCE = 400;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-save]") || event.defaultPrevented) return;
  event.preventDefault();
  if (saved.has(form) || form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  // Who waits sees that it goes on; who does not wait sees nothing flash.
  const waiting = setTimeout(() => event.submitter?.setAttribute("aria-busy", "true"), PATIENCE);
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
    announce(word("offline"), true);
  } finally {
    clearTimeout(waiting);
    form.removeAttribute("aria-busy");
    event.submitter?.removeAttribute("aria-busy");
  }
});

async function settle(form, answer, mutation, submitter) {
  if (answer.ok) {
    const receipt = await answer.json();
    if (receipt.mutation !== mutation && !receipt.skipped) return announce(word("failed"), true);
    saved.add(form);
    if (!receipt.skipped) note(mutation);
    form.dispatchEvent(new CustomEvent("spoor:saved", { bubbles: true }));
    return location.assign(receipt.to);
  }
  if (answer.status === 422 || answer.status === 409) return showAsPage(form, submitter);
  announce(word({ 401: "signed-out", 403: "failed", 404: "gone", 413: "too-large", 429: "too-often" }[answer.status] ?? "failed"), true);
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

// Who goes back to a form that was stored sees it as it was before that: its next save would clash with the own first one.
// Such a page is read anew; a first answer on the address of what it became.
function renew() {
  const known = sent();
  const form = [...document.querySelectorAll("form[data-save]")].find((one) => known.includes(one.elements.mutation.value));
  if (!form) return false;
  keep(known.filter((one) => one !== form.elements.mutation.value));
  if (form.dataset.again) location.replace(form.dataset.again);
  else location.reload();
  return true;
}

function note(mutation) {
  keep([mutation, ...sent()].slice(0, MOST_SENT));
}

function sent() {
  try {
    return JSON.parse(sessionStorage.getItem(SENT)) ?? [];
  } catch {
    return [];
  }
}

function keep(mutations) {
  try {
    sessionStorage.setItem(SENT, JSON.stringify(mutations));
  } catch {
    // Then a second save is told as a clash; nothing is lost.
  }
}

renew();
addEventListener("pageshow", (event) => {
  if (event.persisted && !renew() && [...document.forms].some((form) => saved.has(form))) location.reload();
});

for (const field of document.querySelectorAll("[data-captured]")) field.value = new Date().toISOString();
