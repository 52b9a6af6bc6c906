// What a student's own device does besides showing a page: sends what waits, says how that stands, and keeps what is needed without signal.
import { dirty } from "./dirty.js";
import { piece } from "./flash.js";
import { renew } from "./known.js";
import * as outbox from "./outbox.js";

const page = document.documentElement;
const copy = "seenAt" in page.dataset || "blank" in page.dataset;
const DRAWN = "[data-kept], .trail, [data-choices], .hero, [data-ready], .worded, form[data-save=agreement]";
let stored = 0;
let drawn = false;
let patience = 1000;
let asking = 0;

export async function start() {
  addEventListener("spoor:outbox", ({ detail }) => {
    if (detail.state === "stored") stored += 1;
    show();
  });
  for (const moment of ["online", "offline"]) addEventListener(moment, show);
  addEventListener("online", () => {
    patience = 1000;
    send();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  await show();
  await send();
  if (!copy && navigator.onLine) await keepPages().catch(() => {});
}

async function send() {
  await outbox.flush({ again: true }).catch(() => {});
  clearTimeout(asking);
  if ("seenAt" in page.dataset && page.dataset.seenWhy !== "slow") await giveWay();
}

// A copy makes place for the page as it is now as soon as the server truly answers: what calls itself online may be seconds away from it.
async function giveWay() {
  const ready = async () => navigator.onLine && !dirty() && !(await outbox.unsent()).size;
  const ask = () => fetch(location.href, { method: "HEAD", redirect: "error", cache: "no-store", headers: { "spoor-ahead": "1" } });
  if ((await ready()) && (await ask().catch(() => null))?.headers.get("spoor-person") === page.dataset.person && (await ready())) return location.reload();
  asking = setTimeout(giveWay, patience);
  patience = Math.min(patience * 2, 60_000);
}

// --- the line that says where unsent work is

async function show() {
  const waiting = await outbox.items().catch(() => []);
  if (!drawn && document.querySelector(waiting.length ? DRAWN : "[data-kept]")) {
    drawn = true;
    import("./kept.js").then((module) => module.start());
  }
  navigator[waiting.length ? "setAppBadge" : "clearAppBadge"]?.(waiting.length || undefined).catch(() => {});
  const flow = document.querySelector(".flow-actions");
  const state = stateOf(waiting, flow);
  const old = document.getElementById("outbox-line");
  if (old?.dataset.state === `${state}${waiting.length}`) return;
  old?.remove();
  if (!state || document.querySelector("[data-unsent]")) return; // on the way in, people/_unsent.html says it
  const line = piece(`outbox-${state}`, { count: waiting.length });
  line.id = "outbox-line";
  line.dataset.state = `${state}${waiting.length}`;
  line.querySelector("[data-outbox-send]")?.addEventListener("click", send);
  const install = line.querySelector("[data-outbox-install]");
  if (location.pathname === "/outbox") line.querySelector("a[href='/outbox']")?.remove();
  if (install) import("./install.js").then((module) => module.offer?.(install));
  const notice = document.querySelector("#main .notice--offline > div");
  if (state === "later" && notice) notice.append(line);
  else if (flow) flow.before(line);
  else document.getElementById("main").prepend(line);
}

function stateOf(waiting, flow) {
  if (waiting.some((item) => item.state === "refused")) return "refused";
  if (waiting.some((item) => item.state === "sending") && navigator.onLine) return "sending";
  if (waiting.length) return "seenAt" in page.dataset ? "later" : navigator.onLine && !("blank" in page.dataset) ? "kept" : "offline";
  if (stored) return "stored";
  return flow && (!navigator.onLine || "blank" in page.dataset) ? "flow" : "";
}

// --- what to have at hand without signal

async function keepPages() {
  const told = await renew(page.dataset.outbox);
  const { active } = await navigator.serviceWorker.ready;
  const look = `${page.dataset.person} ${page.lang} ${["theme", "text", "calm", "pictures"].map((name) => page.dataset[name]).join()} ${told?.keep?.blanks}`;
  const anew = localStorage.getItem("spoor-look") !== look;
  if (told?.keep) active.postMessage({ keep: { ...told.keep, anew } });
  localStorage.setItem("spoor-look", look);
}
