// A computer that others use too. Nothing is kept here, so who leaves while something is typed and not sent is asked by the browser first.
import { dirty, refused } from "./dirty.js";
import { stopHere } from "./push.js";

let sent = null;

export function start() {
  for (const kind of ["input", "change"]) document.addEventListener(kind, watch);
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sent = event.target;
  });
  watch();
  clear().catch(() => {});
}

// Listened to only while there is something to lose: a page that listens is not kept by the browser for going back.
function watch() {
  if (unsent()) addEventListener("beforeunload", ask);
  else removeEventListener("beforeunload", ask);
}

function unsent() {
  const forms = [...document.querySelectorAll('main form[method="post"]')].filter((form) => form !== sent && !("saved" in form.dataset));
  return forms.some((form) => dirty(form) || (refused() && form.querySelector("textarea")));
}

function ask(event) {
  if (unsent()) event.preventDefault();
}

// Whoever used this browser as their own left pages and a wish for messages here.
async function clear() {
  if (localStorage.getItem("spoor-push")) await stopHere();
  const names = (await window.caches?.keys()) ?? [];
  await Promise.all(names.filter((name) => name.startsWith("pages-")).map((name) => caches.delete(name)));
}
