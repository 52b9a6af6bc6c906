// Photos and voice notes go along with the form's own button. On one's own device in the outbox, after the text. Where nothing is kept
// straight to the server, before it: the answer to the text leads to the next page. A running recording is ended first, and what is
// still being drawn is waited for.
import { keeps } from "./here.js";

export function bindSubmit(capture) {
  const { form, chosen, underWay } = capture;
  let passing = false;
  let busy = false;

  form.addEventListener("spoor:keep", ({ detail }) => {
    capture.at("problems").replaceChildren();
    for (const id of chosen.keys()) detail.jobs.push(() => capture.handOver(id));
    if (!chosen.size && underWay.size) detail.jobs.push(() => ({ to: capture.entry.action }));
  });

  async function first() {
    capture.stop?.("asked");
    await Promise.allSettled([capture.ended, ...capture.pending]);
    if (keeps) return true;
    capture.at("problems").replaceChildren();
    for (const id of chosen.keys()) if (!(await capture.handOver(id))) return false;
    return true;
  }

  async function before(event) {
    if (passing || !(busy || capture.stop || capture.pending.size || (!keeps && chosen.size))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy) return;
    busy = true;
    event.submitter?.setAttribute("aria-busy", "true");
    await new Promise((resolve) => setTimeout(resolve)); // a form that is being submitted cannot be submitted
    const done = await first();
    event.submitter?.removeAttribute("aria-busy");
    busy = false;
    passing = true;
    if (done) form.requestSubmit(event.submitter);
    passing = false;
  }

  form.addEventListener("submit", before, { capture: true });
}
