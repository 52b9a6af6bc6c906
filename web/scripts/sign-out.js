// Whoever signs out takes everything along: the next person on this device gets no messages and sees no copies of them. What was not
// sent stays behind, locked, until the same person signs in here again; so that is said first.
//
// The server goes first: only it can end the session. Without it nothing here is taken away, for then this device would still be signed in.
import { announce, word } from "./flash.js";
import { keeps } from "./here.js";
import { within } from "./patience.js";
import { stopHere } from "./push.js";
import { send, things } from "./unsent.js";

const PATIENCE = { server: 15_000, rest: 2000 };

export function start() {
  for (const form of document.querySelectorAll("form[action='/sign-out']")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const waits = await things().catch(() => 0);
      if (waits) ask(waits);
      else await leave();
    });
  }
}

function ask(waits) {
  const dialog = document.getElementById("unsent");
  const [now, anyway, stay] = ["send", "leave", "stay"].map((what) => dialog.querySelector(`[data-unsent-${what}]`));
  const counted = dialog.querySelector("[data-unsent-count]");
  const say = (count, state = "") => {
    counted.textContent = count === 1 ? counted.dataset.one : counted.dataset.more.replace("{count}", count);
    for (const part of dialog.querySelectorAll("[data-unsent-state]")) part.hidden = part.dataset.unsentState !== state;
  };
  now.onclick = async () => {
    now.setAttribute("aria-busy", "true");
    say(waits, "sending");
    const rest = await send();
    now.removeAttribute("aria-busy");
    if (rest) say(rest, "failed");
    else if (dialog.open) anyway.click();
  };
  anyway.onclick = () => {
    dialog.close();
    leave();
  };
  stay.onclick = () => dialog.close();
  say(waits);
  dialog.showModal();
}

async function leave() {
  let to = "/sign-in";
  try {
    const headers = { accept: "application/json" };
    const answer = await fetch("/sign-out", { method: "POST", headers, redirect: "error", signal: within(PATIENCE.server) });
    if (!answer.ok) throw new Error(`sign-out ${answer.status}`);
    to = (await answer.json()).to;
  } catch {
    return announce(word(navigator.onLine ? "failed" : "offline", {}, document.getElementById("signing-out")), true);
  }
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("draft:")) sessionStorage.removeItem(key);
  navigator.clearAppBadge?.().catch(() => {});
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE.rest));
  await Promise.race([Promise.allSettled([stopHere(), forgetPages(), lockAway()]), patience]);
  location.replace(to);
}

// Asked of the worker, which keeps them, and done here too: a page that was loaded past the worker has none to ask.
async function forgetPages() {
  const worker = navigator.serviceWorker?.controller;
  if (worker) {
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      worker.postMessage("forget", [port2]);
    });
  }
  const names = (await window.caches?.keys()) ?? [];
  await Promise.all(names.filter((name) => name.startsWith("pages-")).map((name) => caches.delete(name)));
}

async function lockAway() {
  if (keeps) await (await import("./store.js")).lock();
}
