// Photos and voice notes of a form that is not sent off yet: kept on this device like a draft, then handed to the outbox.
//
// One is {id, kind, name, type, parts, alt, about, seconds, at}. `about` is the word or the question that it answers. `parts` are ArrayBuffers (Blobs in IndexedDB were lost on iPhones).
// Where nothing may be kept here (a shared computer) it lives in the page, and goes straight to the server.

import { keeps } from "./here.js";
import * as outbox from "./outbox.js";
import * as rules from "./rules.js";
import * as store from "./store.js";

const person = document.documentElement.dataset.person;
const keyOf = (draft, id, part) => [`media:${person}:${draft}`, id, ...(part === undefined ? [] : [String(part).padStart(4, "0")])].join("/");

export const newId = () => rules.newId(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
export const blobOf = ({ parts, type }) => new Blob(parts, { type });

// Keep what is said of it and, when given, one more part of it. Throws `QuotaExceededError` on a full device; it is then still in the page.
export async function keep(draft, media, part) {
  if (!keeps) return;
  const key = await store.keyOf(person);
  const { parts, ...about } = media;
  const sealed = async (name, content) => ({ key: name, person, at: Date.now(), box: await store.seal(key, name, content) });
  const records = [sealed(keyOf(draft, media.id), about), ...(part === undefined ? [] : [sealed(keyOf(draft, media.id, part), parts[part])])];
  const ready = await Promise.all(records);
  await store.write(["drafts"], (drafts) => ready.forEach((record) => drafts.put(record)));
}

// What was kept here for this form, in the order it was made. What cannot be read with this key is left alone.
export async function kept(draft) {
  if (!keeps) return [];
  const key = await store.keyOf(person);
  const found = new Map();
  for (const { key: name, box } of await store.all("drafts", store.beginning(keyOf(draft, "")))) {
    const [, id, part] = name.split("/");
    try {
      if (part === undefined) found.set(id, { ...(await store.unseal(key, name, box)), parts: [] });
      else found.get(id)?.parts.push(await store.bytesIn(key, name, box));
    } catch {
      found.delete(id);
    }
  }
  return [...found.values()].filter(({ parts }) => parts.length);
}

export async function drop(draft, id) {
  if (keeps) await store.write(["drafts"], (drafts) => drafts.delete(store.beginning(keyOf(draft, id))));
}

// Hand it over with its experience. Gives the outbox's item as soon as that is on disk; or, where nothing may be kept or the device is
// full, what the server answered ({kind, receipt, errors}; "later" without an answer).
export async function handOver({ action, activity, together, draft }, media) {
  const path = `${action}/media/${media.id}`;
  const told = { kind: media.kind, alt: media.alt.trim(), ...(media.about && { about: media.about }), ...(media.seconds && { seconds: media.seconds.toFixed(1) }), ...(activity && { activity }), ...(together && { together_with: together }) };
  const fields = Object.entries(told);
  const file = { name: media.name, type: media.type.split(";")[0], bytes: await blobOf(media).arrayBuffer() };
  if (!keeps) return sendNow(path, fields, file, media.at);
  try {
    return await outbox.add({ path, fields, file, about: action.split("/").at(-1), what: "media", capturedAt: media.at, draft: store.beginning(keyOf(draft, media.id)) });
  } catch (error) {
    const answer = await sendNow(path, fields, file, media.at);
    if (answer.kind === "stored") await drop(draft, media.id).catch(() => {});
    return error.name === "QuotaExceededError" && answer.kind === "later" ? { kind: "full" } : answer;
  }
}

async function sendNow(path, fields, file, capturedAt) {
  const mutation = newId();
  const body = new FormData();
  const now = new Date().toISOString();
  for (const [name, value] of [...fields, ["mutation", mutation], ["captured_at", capturedAt], ["sent_at", now]]) body.append(name, value);
  body.append("file", new Blob([file.bytes], { type: file.type }), file.name);
  const headers = { accept: "application/json", "spoor-person": person };
  const answer = await fetch(path, { method: "POST", headers, body, redirect: "manual" }).catch(() => ({ status: 0, headers: new Headers(), text: () => "" }));
  return rules.understand({ status: answer.status, type: answer.headers.get("content-type") ?? "", text: await answer.text() }, { id: mutation });
}

// Those of this experience that are on their way: {id, kind, type, alt, about, state, why, parts}.
export async function underWay(action) {
  if (!keeps) return [];
  const waiting = (await outbox.items().catch(() => [])).filter((item) => item.path.startsWith(`${action}/media/`) && item.file);
  return Promise.all(
    waiting.map(async ({ id, path, fields, file, state, why, errors }) => {
      const { kind, alt = "", about = "", seconds } = Object.fromEntries(fields);
      return { id: path.split("/").at(-1), item: id, kind, alt, about, seconds: Number(seconds) || 0, type: file.type, state, why, errors, parts: [await outbox.file(id)] };
    }),
  );
}
