// Whose page this is, and who is here now: no page stays in sight when somebody else has come, or nobody is signed in any more.
//
// A page from the server notes its mark, which says nothing of who it is. A page that comes back from the browser's memory, or stands
// open in another tab, reads it. What was typed and not stored is never taken away by that: it stays, and the page says who is here.
import { dirty, refused } from "./dirty.js";
import { announce, word } from "./flash.js";
import { keeps } from "./here.js";

const HERE = "spoor-here";
const { person, ...page } = document.documentElement.dataset;
const copy = "seenAt" in page || "blank" in page;
const elsewhere = () => here() !== person;

export function start() {
  if (!person) return;
  if (!copy) note();
  if (!copy) forget().catch(() => {});
  if (person === "nobody") return;
  addEventListener("pageshow", (event) => event.persisted && ("shared" in page || elsewhere()) && again());
  addEventListener("storage", (event) => (event.key === HERE || event.key === null) && moved());
}

function moved() {
  if (!elsewhere()) return takeBack();
  if (!dirty() && !refused()) return again();
  announce(word(here() === "nobody" ? "signed-out" : "other-person"), true);
}

// Who is here again need not be told that somebody else is.
function takeBack() {
  const line = document.querySelector("#flash > [data-stays]");
  const untrue = ["other-person", "signed-out", "refused-other-person", "refused-signed-out"].map((name) => word(name));
  if (untrue.includes(line?.textContent)) line.remove();
}

// Asked for, never sent: this page may be the answer to a form.
function again() {
  document.body.hidden = true;
  location.replace(location.pathname + location.search);
}

// The key of whoever was here before goes as soon as a page of somebody else comes, or of nobody; what they did not send stays, unreadable.
// A student's own page does that itself, when it asks for its own key.
async function forget() {
  if (keeps || !(await window.indexedDB?.databases?.())?.some(({ name }) => name === "spoor")) return;
  const { lock, owner } = await import("./store.js");
  if (![undefined, person].includes((await owner())?.person)) await lock();
}

function here() {
  try {
    return localStorage.getItem(HERE);
  } catch {
    return null;
  }
}

function note() {
  try {
    localStorage.setItem(HERE, person);
  } catch {
    // Then pages from the browser's memory are always asked for anew.
  }
}
