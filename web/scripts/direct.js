// A form sent by script: only a receipt counts as stored, and whatever goes wrong, the form stays as it is.
import { announce, word } from "./flash.js";

const SENT = "sent";
const MOST_SENT = 40;

export function start() {
  renew();
}

export async function save(form, submitter, unreachable = "offline") {
  const body = new FormData(form, submitter);
  let answer;
  try {
    const headers = { accept: "application/json", "spoor-person": document.documentElement.dataset.person };
    answer = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(body), redirect: "error" });
  } catch {
    return announce(word(unreachable), true);
  }
  const mutation = body.get("mutation");
  if (answer.ok) {
    const receipt = await answer.json();
    if (receipt.mutation !== mutation && !receipt.skipped) return announce(word("failed"), true);
    form.dataset.saved = "";
    if (!receipt.skipped) note(mutation);
    form.dispatchEvent(new CustomEvent("spoor:saved", { bubbles: true }));
    return location.assign(receipt.to);
  }
  if (answer.status === 422 || answer.status === 409) return showAsPage(form, submitter);
  announce(word({ 401: "signed-out", 403: "other-person", 404: "gone", 413: "too-large", 429: "too-often" }[answer.status] ?? "failed"), true);
}

// The server's own page says best what is wrong, with the form and what was typed in it.
function showAsPage(form, submitter) {
  form.dataset.saved = "";
  if (submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value }));
  form.submit();
}

// Who goes back to a form that was stored sees it as it was before that: its next save would clash with the own first one.
// Such a page is read anew; a first answer on the address of what it became.
function renew() {
  const known = sent();
  const form = [...document.querySelectorAll("form[data-save]")].find((one) => known.includes(one.elements.mutation?.value));
  if (!form) return;
  remember(known.filter((one) => one !== form.elements.mutation.value));
  if (form.dataset.again) location.replace(form.dataset.again);
  else location.reload();
}

const note = (mutation) => remember([mutation, ...sent()].slice(0, MOST_SENT));

function sent() {
  try {
    return JSON.parse(sessionStorage.getItem(SENT)) ?? [];
  } catch {
    return [];
  }
}

function remember(mutations) {
  try {
    sessionStorage.setItem(SENT, JSON.stringify(mutations));
  } catch {
    // Then a second save is told as changed elsewhere; nothing is lost.
  }
}
