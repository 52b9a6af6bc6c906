// What every page needs. Nothing here draws; the rest is fetched by the pages that have something for it to do.

import { dirty } from "./dirty.js";
import * as draft from "./draft.js";
import { left, piece, word } from "./flash.js";
import { keeps } from "./here.js";
import "./save.js";
import * as whose from "./whose.js";

const page = document.documentElement;

const BEHAVIOURS = [
  ["[data-install]", () => import("./install.js")],
  ["[data-push]", () => import("./push.js")],
  ['form[action="/sign-out"]', () => import("./sign-out.js")],
  ["[data-unsent]", () => import("./unsent.js")],
  ["[data-passkey]", () => import("./passkey.js")],
  ["html[data-shared]", () => import("./shared.js")],
  ["[data-read-aloud], [data-speaks]", () => import("./read-aloud.js")],
  ['form[data-save="experience"][data-new]', () => import("./together.js")],
  [".flow-actions", () => import("./in-sight.js")],
  ["[data-card]", () => import("./card.js")],
];

// A browser offers this once, early, and only to who listens.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  window.spoorInstall = event;
  dispatchEvent(new Event("spoor:installable"));
});

whose.start();
draft.start();
if (keeps) import("./device.js").then((module) => module.start());
if ("blank" in page.dataset) document.getElementById("flash").replaceChildren(); // that was said when it was kept
if (page.dataset.seenAt) sayWhenSeen(new Date(page.dataset.seenAt), page.dataset.seenWhy);
left();
for (const [selector, load] of BEHAVIOURS) if (document.querySelector(selector)) load().then((module) => module.start());
if (navigator.serviceWorker && !("shared" in page.dataset)) addEventListener("load", register);

// This page is a copy: say so on top, and say nothing that was only true when it was made.
function sayWhenSeen(moment, why) {
  const say = (form) => new Intl.DateTimeFormat(page.lang, form).format(moment);
  const time = say({ hour: "2-digit", minute: "2-digit" });
  const today = moment.toDateString() === new Date().toDateString();
  const when = word(today ? "at-time" : "at-day", { time, day: say({ weekday: "long", day: "numeric", month: "long" }) });
  document.getElementById("flash").replaceChildren();
  document.getElementById("main").prepend(piece(`seen-${why}`, { moment: when }));
}

async function register() {
  const registration = await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" }).catch(() => null);
  if (!registration) return;
  // A page that was on its way while the worker began is served by nobody yet.
  if (!navigator.serviceWorker.controller) navigator.serviceWorker.ready.then(({ active }) => active.postMessage("claim"));
  offer(registration);
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", () => offer(registration)));
  if (localStorage.getItem("spoor-push")) import("./push.js").then((module) => module.keepReachable().catch(() => {}));
}

// A new build is offered, never forced, and not over a question or something half typed: the next page offers it again.
function offer(registration) {
  if (!registration.waiting || !navigator.serviceWorker.controller || document.body.classList.contains("flow") || dirty()) return;
  const shown = piece("build");
  shown.querySelector("[data-take-over]").addEventListener("click", () => {
    if (dirty()) return shown.remove();
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("take-over");
  });
  document.getElementById("flash").append(shown);
}
