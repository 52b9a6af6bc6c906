// The login card: its code out of the address (`/sign-in/card#CODE`), by the camera, or from a photo of the card. Nothing of it leaves the device but the form.
//
// Only addresses of this installation count: another QR code is said to be no card, and leads nowhere.

const EDGE = 720;
const PAUSE = 120;
const form = document.querySelector("[data-card]");
const field = form?.querySelector("[name=code]");
const ways = form?.querySelector("[data-scan]");
const view = form?.querySelector("[data-scan-view]");
const said = form?.querySelector("[data-scan-said]");
let stream = null;

export function start() {
  if (!form) return;
  form.querySelector("[data-scan-start]").hidden = !navigator.mediaDevices?.getUserMedia;
  ways.hidden = false;
  form.querySelector("[data-scan-start]").addEventListener("click", look);
  form.querySelector("[data-scan-stop]").addEventListener("click", stop);
  form.querySelector("[data-scan-photo]").addEventListener("change", photo);
  addEventListener("hashchange", arrive);
  addEventListener("pagehide", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  arrive();
}

// What stands behind the # goes into the field, and out of the address: nobody who looks at the screen or the history finds it there.
function arrive() {
  const code = location.hash.slice(1);
  if (!code) return;
  history.replaceState(null, "", location.pathname + location.search);
  if (code === "scan") look();
  else fill(code);
}

function say(name) {
  const words = document.getElementById("scan-words").content.querySelector(`[data-word="${name}"]`);
  said.replaceChildren(words ? words.cloneNode(true) : "");
}

function fill(code) {
  const letters = decodeURIComponent(code).toUpperCase().replace(/[^A-Z0-9]/g, "");
  field.value = letters.match(/.{1,3}/g)?.join("-") ?? "";
  say("read");
  form.querySelector("button:not([type=button])").focus();
}

// A text out of a QR code. True when it is ours: then there is nothing more to look for.
function take(text) {
  const ours = new Set([location.origin, form.dataset.card]);
  const address = URL.canParse?.(text) ?? /^https?:\/\/\S+$/.test(text) ? new URL(text) : null;
  if (!address || !ours.has(address.origin)) return false;
  if (address.pathname === "/sign-in/card" && address.hash.length > 1) fill(address.hash.slice(1));
  else if (/^\/(sign-in|invitation)\/[\w-]+$/.test(address.pathname)) location.assign(address.pathname);
  else return false;
  return true;
}

async function look() {
  if (stream) return;
  say("looking");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch (error) {
    say({ NotAllowedError: "refused", NotFoundError: "no-camera", OverconstrainedError: "no-camera" }[error.name] ?? "busy");
    return;
  }
  const video = view.querySelector("video");
  video.srcObject = stream;
  view.hidden = false;
  ways.hidden = true;
  await video.play().catch(() => {});
  await watch(video);
}

async function watch(video) {
  const texts = await reader();
  while (stream) {
    const found = video.videoWidth ? await texts(video, video.videoWidth, video.videoHeight) : [];
    if (!stream) return;
    if (found.some(take)) return stop();
    if (found.length) say("not-ours");
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  view.hidden = true;
  ways.hidden = false;
  if (said.querySelector('[data-word="looking"]')) said.replaceChildren();
}

async function photo({ target }) {
  const [file] = target.files;
  target.value = "";
  if (!file) return;
  say("looking");
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return say("no-photo");
  const texts = await reader();
  const found = new Set();
  for (const edge of [1600, 1000, EDGE, 400]) for (const text of await texts(picture, picture.width, picture.height, edge)) found.add(text);
  if (![...found].some(take)) say(found.size ? "not-ours" : "nothing");
}

// The browser's own reader where it has one for QR codes (Android), else one of ours that is only fetched here.
async function reader() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => [])) ?? [];
  const own = formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  if (!own) await import("../vendor/jsQR.js");
  return async (source, width, height, edge = EDGE) => {
    if (own) return (await own.detect(source).catch(() => [])).map((code) => code.rawValue);
    const scale = Math.min(1, edge / Math.max(width, height));
    const paper = Object.assign(document.createElement("canvas"), { width: Math.round(width * scale), height: Math.round(height * scale) }).getContext("2d", { willReadFrequently: true });
    paper.drawImage(source, 0, 0, paper.canvas.width, paper.canvas.height);
    const { data } = paper.getImageData(0, 0, paper.canvas.width, paper.canvas.height);
    const code = self.jsQR(data, paper.canvas.width, paper.canvas.height, { inversionAttempts: "dontInvert" });
    return code?.data ? [code.data] : [];
  };
}
