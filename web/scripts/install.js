// "Zet op je beginscherm": shown where it can be done and was not done yet; never asked by itself.

const LATER = "spoor-install-later";
const installed = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
const iphone = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

export function start() {
  for (const card of document.querySelectorAll("[data-install]")) bind(card);
}

function bind(card) {
  const show = () => {
    const way = window.spoorInstall ? "prompt" : iphone ? "iphone" : /Android/.test(navigator.userAgent) ? "menu" : "";
    const later = card.dataset.install !== "always" && localStorage.getItem(LATER);
    card.hidden = installed || !way || Boolean(later);
    for (const part of card.querySelectorAll("[data-install-way]")) part.hidden = part.dataset.installWay !== way;
  };
  card.querySelector("[data-install-now]")?.addEventListener("click", async () => {
    const offer = window.spoorInstall;
    window.spoorInstall = undefined;
    await offer?.prompt();
    const choice = await offer?.userChoice;
    if (choice?.outcome !== "accepted") localStorage.setItem(LATER, "1");
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
