// What this device keeps of its student, in IndexedDB: unsent work, drafts, receipts, and a copy of their own experiences.
//
// Everything a person made or wrote is encrypted (AES-GCM) with a key that the server gives while that person is signed in, and that is
// dropped when they sign out. What is not sent then stays, unreadable, until they sign in here again.
// A write is only called done when its transaction is on disk: `durability: "strict"`.

const NAME = "spoor";
const VERSION = 1;
const TABLES = {
  keys: { keyPath: "person" },
  outbox: { keyPath: "seq", autoIncrement: true },
  files: { keyPath: "id" },
  drafts: { keyPath: "key" },
  receipts: { keyPath: "id" },
  copies: { keyPath: "key" },
};

let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [name, how] of Object.entries(TABLES)) if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, how);
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        opening = undefined;
      };
      request.result.onclose = () => {
        opening = undefined;
      };
      resolve(request.result);
    };
  }).catch((error) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

// WebKit leaves a database stuck whose page went away in the middle of its work: the next page begins with one of its own.
if (typeof document !== "undefined") {
  addEventListener("pagehide", () => {
    opening?.then((database) => database.close(), () => {});
    opening = undefined;
  });
}

const value = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

// Do this with these tables, all of it or nothing; resolves when it is on disk. `work` makes its requests before it awaits anything else,
// or in the answers to them; what it throws undoes all.
export async function write(names, work) {
  const database = await open();
  const transaction = database.transaction(names, "readwrite", { durability: "strict" });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new DOMException("", "AbortError"));
  });
  let result;
  try {
    result = work(...names.map((name) => transaction.objectStore(name)));
  } catch (error) {
    ended.catch(() => {});
    transaction.abort();
    throw error;
  }
  const told = result instanceof IDBRequest ? value(result) : result;
  const [answer] = await Promise.all([told, ended]);
  return answer;
}

export async function all(name, range) {
  return value((await open()).transaction(name).objectStore(name).getAll(range));
}

export async function one(name, key) {
  return value((await open()).transaction(name).objectStore(name).get(key));
}

// Everything whose key begins with this.
export const beginning = (text) => IDBKeyRange.bound(text, `${text}\uffff`);

// --- keys

// The key of this person, asked of the server the first time. The keys of others go: whoever is signed in now is who this device is for.
export async function keyOf(person) {
  const kept = await one("keys", person);
  if (kept) return kept.key;
  const answer = await fetch("/me/key", { headers: { accept: "application/json" }, redirect: "error" });
  const told = answer.ok ? await answer.json() : {};
  if (told.person !== person) throw new DOMException("no key", "InvalidStateError");
  const key = await crypto.subtle.importKey("raw", fromBase64(told.key), "AES-GCM", false, ["encrypt", "decrypt"]);
  await write(["keys", "copies"], (keys, copies) => {
    keys.clear();
    copies.clear();
    keys.put({ person, key });
  });
  return key;
}

export async function owner() {
  return (await all("keys"))[0];
}

// Whoever signs out takes the key along, and what was kept to read without signal. What is not sent stays, and drafts do too.
export async function lock() {
  await write(["keys", "copies"], (keys, copies) => {
    keys.clear();
    copies.clear();
  });
}

const fromBase64 = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

// --- boxes: encrypted, bound to whose they are and what for

export async function seal(key, label, content) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = content instanceof ArrayBuffer ? content : new TextEncoder().encode(JSON.stringify(content));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(label) }, key, plain) };
}

export async function bytesIn(key, label, { iv, data }) {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(label) }, key, data);
}

export async function unseal(key, label, box) {
  return JSON.parse(new TextDecoder().decode(await bytesIn(key, label, box)));
}
