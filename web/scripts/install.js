// "Zet op je beginscherm": shown where it can be done and was not done yet; never asked by itself.

const LATER = "spoor-install-later";
const installed = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
const iphone = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

export function start() {
  for (const card of document.querySelectorAll("[data-install]")) bind(card);
}

// How the app can be installed here: "prompt" (the browser asks), "iphone" or "menu" (the person does it); empty where it cannot, or was.
export function installable() {
  if (installed || "shared" in document.documentElement.dataset) return "";
  return window.spoorInstall ? "prompt" : iphone ? "iphone" : /Android/.test(navigator.userAgent) ? "menu" : "";
}

// Let the browser ask; tells whether the person said yes. Where a browser does not ask, to where it says how it is done.
export async function install() {
  const offered = window.spoorInstall;
  if (!offered) return location.assign("/me#install");
  window.spoorInstall = undefined;
  await offered.prompt();
  return (await offered.userChoice)?.outcome === "accepted";
}

// Beside what waits to be sent: the button, and (`data-install-risk`) that a browser may wipe what an app keeps. Only while it is so.
export async function offer(button) {
  const line = button.parentElement;
  const show = async () => {
    button.hidden = !installable();
    const risk = line.querySelector("[data-install-risk]");
    if (risk) risk.hidden = button.hidden || Boolean(await navigator.storage?.persisted?.().catch(() => false));
  };
  button.addEventListener("click", async () => {
    if (await install()) button.hidden = true;
  });
  addEventListener("spoor:installable", show);
  await show();
}

function bind(card) {
  const show = () => {
    const way = installable();
    const later = card.dataset.install !== "always" && localStorage.getItem(LATER);
    card.hidden = !way || Boolean(later);
    for (const part of card.querySelectorAll("[data-install-way]")) part.hidden = part.dataset.installWay !== way;
  };
  card.querySelector("[data-install-now]")?.addEventListener("click", async () => {
    if (!(await install())) localStorage.setItem(LATER, "1");
    card.hidden = true;
  });
  card.querySelector("[data-install-later]")?.addEventListener("click", () => {
    localStorage.setItem(LATER, "1");
    card.hidden = true;
  });
  addEventListener("spoor:installable", show);
  addEventListener("appinstalled", () => (card.hidden = true));
  show();
}
