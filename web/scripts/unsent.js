// Work of a student that this device has not sent yet, where somebody is about to leave it behind: said, and offered to be sent first.
//
// data-unsent="here": of who is signed in, on the way in of somebody else. "shared": of who is signed in and now says that others use
// this device too. "left": of whoever was here, while nobody is signed in; how much and of whom is not said.
import { keeps } from "./here.js";

export function start() {
  for (const notice of document.querySelectorAll("[data-unsent]")) bind(notice);
}

// How many things of the person on this page wait; a thing saved three times is one.
export async function things() {
  if (!keeps) return 0;
  const { items } = await import("./outbox.js");
  return new Set((await items()).map((item) => item.about)).size;
}

// Send what can be sent now; tells how many things still wait.
export async function send() {
  const { flush } = await import("./outbox.js");
  await flush({ again: true }).catch(() => {});
  return things();
}

function bind(notice) {
  const box = notice.dataset.unsent === "shared" ? document.querySelector('input[name="shared"]') : null;
  const show = async () => {
    const waits = await (notice.dataset.unsent === "left" ? left() : things()).catch(() => 0);
    notice.hidden = !waits || box?.checked === false;
  };
  box?.addEventListener("change", show);
  addEventListener("spoor:outbox", show);
  notice.querySelector("[data-unsent-send]")?.addEventListener("click", async ({ target }) => {
    target.setAttribute("aria-busy", "true");
    notice.querySelector("[data-unsent-failed]").hidden = !(await send());
    target.removeAttribute("aria-busy");
  });
  show();
}

async function left() {
  if (!(await window.indexedDB?.databases?.())?.some(({ name }) => name === "spoor")) return 0;
  const { all } = await import("./store.js");
  return (await all("outbox")).length;
}
