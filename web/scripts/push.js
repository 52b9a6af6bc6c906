// Reminders on this device: on, off, a test; and the server kept up to date about where this browser can be reached.
//
// Asked of the browser only after the tap. What the server could not store is undone here. What this browser remembers
// (`spoor-push`: person, key, id, endpoint) is a wish of one person: another person on this device is never reached by it.

import { announce, piece } from "./flash.js";

const REMEMBERED = "spoor-push";
const person = document.documentElement.dataset.person;
const iphone = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
const standalone = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

export function start() {
  for (const section of document.querySelectorAll("[data-push]")) bind(section);
}

function bind(section) {
  const on = (selector, act) =>
    section.querySelectorAll(selector).forEach((button) =>
      button.addEventListener("click", async () => {
        button.setAttribute("aria-busy", "true");
        await act().catch(() => say(navigator.onLine ? "push-failed" : "push-offline"));
        button.removeAttribute("aria-busy");
        await show(section);
      }),
    );
  on("[data-push-on]", () => turnOn(section.dataset.key));
  on("[data-push-off]", turnOff);
  on("[data-push-test]", test);
  show(section);
}

async function show(section) {
  const state = await stateHere(section);
  for (const part of section.querySelectorAll("[data-push-state]")) part.hidden = !part.dataset.pushState.split(" ").includes(state);
}

// on | off | denied | install-first | insecure | unsupported
async function stateHere(section) {
  if (!isSecureContext) return "insecure";
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return iphone && !standalone ? "install-first" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  const subscription = await current();
  const known = remembered();
  if (!subscription || Notification.permission !== "granted") return "off";
  if (known?.person === person && known.id) return "on";
  // On for the server and for this browser, but this page's memory was cleared: remember it again.
  if (!section.dataset.subscription) return "off";
  await store(subscription, section.dataset.key);
  return "on";
}

async function turnOn(key) {
  if ((await Notification.requestPermission()) !== "granted") return;
  await subscribe(key);
  say("push-on");
}

async function turnOff() {
  const known = remembered();
  localStorage.removeItem(REMEMBERED);
  await (await current())?.unsubscribe();
  if (known?.id) await ask("DELETE", `/me/subscriptions/${known.id}`);
  say("push-off");
}

async function test() {
  const known = remembered();
  await ask("POST", `/me/subscriptions/${known.id}/test`);
  say("push-sent");
}

async function subscribe(key) {
  const registration = await navigator.serviceWorker.ready;
  const applicationServerKey = bytes(key);
  const earlier = await registration.pushManager.getSubscription();
  if (earlier && !same(earlier.options.applicationServerKey, applicationServerKey)) await earlier.unsubscribe();
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  try {
    await store(subscription, key);
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
}

async function store(subscription, key) {
  const { id } = await (await ask("POST", "/me/subscriptions", subscription.toJSON())).json();
  localStorage.setItem(REMEMBERED, JSON.stringify({ person, key, id, endpoint: subscription.endpoint }));
}

// At every start: a browser may have given this app another address, or taken it away; somebody else may be signed in now.
export async function keepReachable() {
  const known = remembered();
  if (!known || !person || !("PushManager" in window)) return;
  if (person !== known.person) {
    await stopHere();
    if (person !== "nobody") localStorage.removeItem(REMEMBERED);
  } else if (Notification.permission === "granted") {
    const subscription = await current();
    if (!subscription || subscription.endpoint !== known.endpoint || !known.id) await subscribe(known.key).catch(() => {});
  }
}

// Reach nobody here for now. The wish stays: it comes back when the same person signs in again, and goes when another does.
export async function stopHere() {
  const known = remembered();
  if (known) localStorage.setItem(REMEMBERED, JSON.stringify({ ...known, id: "", endpoint: "" }));
  await (await current())?.unsubscribe();
}

async function current() {
  const registration = await navigator.serviceWorker?.getRegistration();
  return registration?.pushManager?.getSubscription();
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED));
  } catch {
    return null;
  }
}

async function ask(method, path, content) {
  const headers = { accept: "application/json", "content-type": "application/json" };
  const answer = await fetch(path, { method, headers, redirect: "error", body: content && JSON.stringify(content) });
  if (!answer.ok) throw new Error(`${method} ${answer.status}`);
  return answer;
}

const say = (name) => announce(piece(name));

function bytes(key) {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function same(one, other) {
  const first = new Uint8Array(one ?? []);
  return first.length === other.length && first.every((byte, at) => byte === other[at]);
}
