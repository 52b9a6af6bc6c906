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
        await act(section).catch(() => say(navigator.onLine ? "push-failed" : "push-offline"));
        button.removeAttribute("aria-busy");
        await show(section);
      }),
    );
  on("[data-push-on]", turnOn);
  on("[data-push-off]", turnOff);
  on("[data-push-test]", test);
  keepReachable()
    .catch(() => {})
    .then(() => show(section));
}

async function show(section) {
  const state = await stateHere(section).catch(() => "off");
  for (const part of section.querySelectorAll("[data-push-state]")) part.hidden = part.dataset.pushState !== state;
}

// on | off | denied | install-first | insecure | unsupported
async function stateHere(section) {
  if (!isSecureContext) return "insecure";
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return iphone && !standalone ? "install-first" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  const subscription = await current();
  if (!subscription || Notification.permission !== "granted") return "off";
  const copy = "seenAt" in document.documentElement.dataset;
  if (copy) return remembered()?.id ? "on" : "off";
  if (!section.dataset.subscription) return forget("off"); // put off from another device, or given up by the push service
  if (remembered()?.id !== section.dataset.subscription) await store(subscription, section.dataset.key);
  return "on";
}

async function turnOn(section) {
  if ((await Notification.requestPermission()) !== "granted") return;
  section.dataset.subscription = await subscribe(section.dataset.key);
  say("push-on");
}

// Here first: even when the server cannot be reached now, this device stays silent.
async function turnOff(section) {
  const id = section.dataset.subscription;
  await forget();
  section.dataset.subscription = "";
  await ask("DELETE", `/me/subscriptions/${id}`);
  say("push-off");
}

async function test(section) {
  const { sent, status } = await (await ask("POST", `/me/subscriptions/${section.dataset.subscription}/test`)).json();
  if (status === 404 || status === 410) section.dataset.subscription = "";
  say(sent ? "push-sent" : "push-failed");
}

async function subscribe(key) {
  const registration = await navigator.serviceWorker.ready;
  const applicationServerKey = bytes(key);
  const earlier = await registration.pushManager.getSubscription();
  if (earlier && !same(earlier.options.applicationServerKey, applicationServerKey)) await earlier.unsubscribe();
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  try {
    return await store(subscription, key);
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
}

async function store(subscription, key) {
  const { id } = await (await ask("POST", "/me/subscriptions", subscription.toJSON())).json();
  localStorage.setItem(REMEMBERED, JSON.stringify({ person, key, id, endpoint: subscription.endpoint }));
  return id;
}

// At every start: a browser may have given this app another address, or taken it away; somebody else may be signed in now.
let reaching;
export function keepReachable() {
  return (reaching ??= reach());
}

async function reach() {
  const known = remembered();
  if (!known || !person || !("PushManager" in window)) return;
  if (person !== known.person) {
    await stopHere();
    if (person !== "nobody") localStorage.removeItem(REMEMBERED);
  } else if (Notification.permission === "granted" && !("seenAt" in document.documentElement.dataset)) {
    const subscription = await current();
    if (subscription && subscription.endpoint === known.endpoint && known.id) return;
    const id = await subscribe(known.key);
    for (const section of document.querySelectorAll("[data-push]")) section.dataset.subscription = id;
  }
}

// Reach nobody here for now. The wish stays: it comes back when the same person signs in again, and goes when another does.
export async function stopHere() {
  const known = remembered();
  if (known) localStorage.setItem(REMEMBERED, JSON.stringify({ ...known, id: "", endpoint: "" }));
  await (await current())?.unsubscribe();
}

async function forget(state) {
  localStorage.removeItem(REMEMBERED);
  await (await current())?.unsubscribe();
  return state;
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
