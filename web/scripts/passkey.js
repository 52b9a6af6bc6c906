// Passkeys: what the server asks goes to the browser, what the device signed goes back in an ordinary form. Where a device has none, nothing shows.

const REFRESH = 4 * 60_000; // the server takes an answer for five minutes
const FIELDS = ["rawId", "clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject"];

let waiting = null;

export async function start() {
  if (!window.isSecureContext || !window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.querySelector("[data-passkey-go]").addEventListener("click", () => use(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      use(form);
    });
  }
  document.querySelector("[data-passkey-none]")?.remove();
  const field = document.querySelector("input[autocomplete~='webauthn']");
  if (field && (await PublicKeyCredential.isConditionalMediationAvailable?.())) offer(field.closest("section").querySelector("form[data-passkey]"));
}

// The keyboard and the address field offer a passkey by themselves; asked anew before the question is too old.
async function offer(form) {
  try {
    const { publicKey, ticket } = await question(form);
    waiting = new AbortController();
    const again = setTimeout(() => waiting.abort("again"), REFRESH);
    const credential = await navigator.credentials.get({ publicKey, mediation: "conditional", signal: waiting.signal });
    clearTimeout(again);
    answer(form, credential, ticket);
  } catch (error) {
    if (error === "again") offer(form);
  }
}

async function use(form) {
  const [button, failed] = ["go", "failed"].map((what) => form.querySelector(`[data-passkey-${what}]`));
  waiting?.abort("used");
  failed.hidden = true;
  button.setAttribute("aria-busy", "true");
  try {
    const { publicKey, ticket } = await question(form);
    const make = "passkeyNew" in form.dataset;
    answer(form, await (make ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey })), ticket);
  } catch {
    failed.hidden = false;
    button.removeAttribute("aria-busy");
  }
}

async function question(form) {
  const asked = await fetch(form.dataset.passkey, { method: "POST", headers: { accept: "application/json" }, redirect: "error" });
  if (asked.status === 403) location.reload(); // too long ago that it was clear who this is: the page asks
  if (!asked.ok) throw new Error(`passkey ${asked.status}`);
  const { publicKey, ticket } = await asked.json();
  publicKey.challenge = bytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    for (const known of publicKey[list] ?? []) known.id = bytes(known.id);
  }
  return { publicKey, ticket };
}

function answer(form, credential, ticket) {
  const { id, type, response } = credential;
  const told = { id, type, rawId: text(credential.rawId), clientExtensionResults: {}, response: {} };
  for (const name of FIELDS) if (response[name]) told.response[name] = text(response[name]);
  form.elements.credential.value = JSON.stringify(told);
  form.elements.ticket.value = ticket;
  form.submit();
}

const bytes = (told) => Uint8Array.from(atob(told.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
