// Whoever signs out takes everything along: the next person on this device gets no messages and sees no copies of them.

import { stopHere } from "./push.js";

const PATIENCE = 2000;

export function start() {
  for (const form of document.querySelectorAll("form[action='/sign-out']")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
      await Promise.race([Promise.allSettled([stopHere(), forgetPages()]), patience]);
      form.submit();
    });
  }
}

// Asked of the worker; answered when the copies are gone.
function forgetPages() {
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return undefined;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    worker.postMessage("forget", [port2]);
  });
}
