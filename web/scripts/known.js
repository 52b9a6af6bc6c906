// The student's own experiences as this device knows them: what the server told, encrypted here, with what is unsent put over it.
import { items } from "./outbox.js";
import { learned, withItem } from "./rules.js";
import { all, keyOf, one, seal, unseal, write } from "./store.js";

const { lang, dataset } = document.documentElement;
const { person } = dataset;
const keyFor = (id) => `${person}:${id}`;

export async function read(id) {
  const kept = await one("copies", keyFor(id));
  return kept && unseal(await keyOf(person), keyFor(id), kept.box).catch(() => null);
}

async function put(entries) {
  const key = await keyOf(person);
  const sealed = await Promise.all(entries.map(async ([id, content]) => ({ key: keyFor(id), box: await seal(key, keyFor(id), content) })));
  await write(["copies"], (copies) => {
    for (const entry of sealed) copies.put(entry);
  });
}

// One experience, or null when this device knows nothing of it.
export async function experience(id) {
  const [kept, waiting] = await Promise.all([read(id), items()]);
  return over(id, kept, waiting);
}

// Everything with unsent work on it, newest first.
export async function unsent() {
  const waiting = await items();
  const ids = [...new Set(waiting.filter((item) => ["experience", "media", "confirmation", "deletion", "restoration"].includes(item.what)).map((item) => item.about))];
  const known = await Promise.all(ids.map(async (id) => over(id, await read(id), waiting)));
  return known.filter(Boolean).sort((one, other) => (one.happenedAt < other.happenedAt ? 1 : -1));
}

function over(id, kept, waiting) {
  const mine = waiting.filter((item) => item.about === id);
  if (!kept && !mine.length) return null;
  const known = mine.filter((item) => item.what === "experience").reduce(withItem, kept ?? withItem({}, { fields: [] }));
  const last = mine.findLast((item) => item.what === "deletion" || item.what === "restoration");
  return {
    ...known,
    id,
    happenedAt: known.happenedAt ?? mine[0]?.capturedAt,
    deleted: last ? last.what === "deletion" : Boolean(kept?.deleted),
    unsent: mine.length,
    stored: Boolean(kept),
    items: mine,
    copy: kept,
  };
}

// What was stored from here is known here, without asking. When others changed something in between, the rest is still of before that.
addEventListener("spoor:outbox", async ({ detail: { state, item, receipt } }) => {
  if (state !== "stored" || item?.person !== person || !receipt) return;
  const [kept, receipts] = await Promise.all([read(item.about), all("receipts")]);
  const known = learned(kept, item, receipt, receipts);
  if (known) await put([[item.about, known]]).catch(() => {});
});

// --- asked of the server, when something changed since

export async function renew(state) {
  const kept = await read("meta");
  const meta = kept?.lang === lang && kept.questions ? kept : null;
  if (meta?.state === state) return meta;
  const before = await all("receipts");
  const stored = (id) => Math.max(0, ...before.filter((receipt) => receipt.about === id).map((receipt) => receipt.seq));
  const answer = await fetch(`/me/device${meta?.cursor ? `?since=${encodeURIComponent(meta.cursor)}` : ""}`, { headers: { accept: "application/json" }, redirect: "error" });
  if (!answer.ok) return meta;
  const told = await answer.json();
  if (told.person !== person) return meta;
  const { experiences, ...rest } = told;
  if (!meta) await write(["copies"], (copies) => copies.clear()); // told everything: what is not among it is gone
  await put([...experiences.map((one) => [one.id, { ...one, seq: stored(one.id) }]), ["meta", { ...meta, ...rest, state, lang }]]);
  return rest;
}

export const words = async () => (await read("meta"))?.words ?? {};

// What is asked under the name that its answer has on a form.
export const questions = async () => (await read("meta"))?.questions ?? {};
