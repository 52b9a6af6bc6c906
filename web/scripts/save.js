// Forms marked data-save. A student's own device keeps first and sends second (keep.js); elsewhere a form that asks for a receipt is sent
// by script (direct.js). Without script, or where neither can be, it is an ordinary post.
import { announce, word } from "./flash.js";
import { keeps } from "./here.js";

const PATIENCE = 400;
const way = () => (keeps ? import("./keep.js") : import("./direct.js"));

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("form[data-save]") || event.defaultPrevented || !(keeps || form.elements.mutation)) return;
  event.preventDefault();
  if ("saved" in form.dataset || form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  // Who waits sees that it goes on; who does not wait sees nothing flash.
  const waiting = setTimeout(() => submitter?.setAttribute("aria-busy", "true"), PATIENCE);
  try {
    await (await way()).save(form, submitter);
  } catch {
    announce(word("offline"), true);
  } finally {
    clearTimeout(waiting);
    form.removeAttribute("aria-busy");
    submitter?.removeAttribute("aria-busy");
  }
});

if (document.querySelector("form[data-save]")) way().then((module) => module.start());
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-saved]")) location.reload();
});
for (const field of document.querySelectorAll("[data-captured]")) field.value = new Date().toISOString();
