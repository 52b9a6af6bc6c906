// The rules of the outbox, without storage, network or page, so that tests run this very file.
//
// An item is one save of a student: {seq, id (the mutation), person, about (its subject), what, path, state, after, tries, base, knew,
// fields, capturedAt}. It is `kept` until it is stored, or `refused` until the student does something about it.
//
// Order    Items about one subject go in the order they were made; one that is refused holds up those behind it, and those that name
//          its subject. Other subjects go on.
// Stored   Only a receipt that names the mutation counts. A redirect, a page, half an answer, an answer of another program: try again.
// Bases    Each save says on which revision it was based, so that the server notices what another device did in between. What this
//          device itself stored counts as known only if the form showed it (`knew`: the number of the last own save that it showed),
//          and only for the fields that were stored: what else changed in the same moment was never on this screen.

export const VERSION = 1;

const SECOND = 1000;
const LONGEST_WAIT = 5 * 60 * SECOND;
const REFUSALS = { 400: "unreadable", 401: "signed-out", 403: "forbidden", 404: "gone", 405: "unreadable", 409: "conflict", 413: "too-large", 422: "invalid" };
const COMES_BACK = new Set(["signed-out", "other-person", "forbidden"]);

// An item as this build knows it, also when an older one wrote it. One of a newer build is left to that.
export function current(item) {
  if (item.v > VERSION) return { ...item, unreadable: true };
  return { state: "kept", after: 0, tries: 0, base: 0, knew: 0, fields: [], ...item };
}

// What to send now: the earliest item that nothing holds up. `items` are in the order of their `seq`.
export function next(items, now) {
  const held = new Set();
  for (const item of items) {
    const waits = item.state === "refused" || item.after > now || held.has(item.about) || named(item).some((id) => held.has(id));
    if (!waits) return item;
    held.add(item.about);
  }
  return null;
}

// In how many ms something can be sent again; null when nothing waits for time alone.
export function wakeIn(items, now) {
  const [held, waits] = [new Set(), []];
  for (const item of items) {
    const stuck = item.state === "refused" || held.has(item.about) || named(item).some((id) => held.has(id));
    if (!stuck) waits.push(Math.max(0, item.after - now));
    held.add(item.about);
  }
  return waits.length ? Math.min(...waits) : null;
}

const named = (item) => item.fields.filter(([name]) => name === "experience").map(([, value]) => value);

// What an answer means; `stops`: the next item would fare no better now. `answer` is {status, type, text}: status 0 for no answer, or for one that wants to lead elsewhere.
export function understand(answer, item) {
  const told = answer.type?.startsWith("application/json") ? parse(answer.text) : null;
  if (answer.status === 200) return told?.mutation === item.id ? { kind: "stored", receipt: told } : { kind: "later", why: "not-ours", stops: true };
  if (told?.status !== answer.status) return { kind: "later", why: answer.status ? "not-ours" : "unreachable", stops: true };
  if (answer.status === 429) return { kind: "later", why: "too-often", stops: true, wait: Math.max(1, Number(answer.retryAfter) || 60) * SECOND };
  if (answer.status in REFUSALS) {
    const why = answer.status === 403 && told.person ? "other-person" : answer.status === 409 ? (told.why ?? "conflict") : REFUSALS[answer.status];
    return { kind: "refused", why, errors: told.errors ?? {}, stops: COMES_BACK.has(why) };
  }
  return { kind: "later", why: "unreachable", stops: true };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// The item after such an answer; null when it is stored and goes.
export function after(item, meaning, now, chance) {
  if (meaning.kind === "stored") return null;
  if (meaning.kind === "refused") return { ...item, state: "refused", why: meaning.why, errors: meaning.errors };
  const tries = item.tries + 1;
  const wait = meaning.wait ?? Math.min(LONGEST_WAIT, SECOND * 2 ** Math.min(tries, 10)) * (0.5 + chance / 2);
  return { ...item, tries, after: now + wait, why: meaning.why };
}

// The student is here (again): what only waited for time or for signing in may go at once.
export function anew(item) {
  if (item.state === "refused" && !COMES_BACK.has(item.why)) return item;
  if (item.why === "too-often" || (item.state === "kept" && item.after === 0)) return item;
  return { ...item, state: "kept", after: 0, why: undefined };
}

// What a save is based on, given the receipts this device got about the subject: by field the later revision that it knew.
export function bases(item, receipts) {
  const fields = {};
  for (const receipt of receipts) {
    if (receipt.about !== item.about || receipt.seq > item.knew) continue;
    for (const field of receipt.fields) fields[field] = receipt.revision;
  }
  return Object.fromEntries(Object.entries(fields).filter(([, revision]) => revision > item.base));
}

// The fields that go over the wire with an item, all of them strings.
export function wire(item, receipts, now) {
  const said = item.fields.filter(([name]) => !["mutation", "base", "bases", "captured_at", "sent_at"].includes(name));
  const told = { mutation: item.id, base: item.base, bases: JSON.stringify(bases(item, receipts)), captured_at: item.capturedAt, sent_at: new Date(now).toISOString() };
  return [...said, ...Object.entries(told).map(([name, value]) => [name, String(value)])];
}

// What is kept of a receipt, to base later saves on: what was kept beside another version did not get to stand there.
export function remember(item, receipt, now) {
  const fields = (receipt.fields ?? []).filter((field) => !receipt.conflicts?.includes(field));
  return { id: item.id, person: item.person, about: item.about, seq: item.seq, revision: receipt.revision ?? 0, fields, to: receipt.to, at: now };
}

// --- an experience as this device knows it: what the server told, with what is not stored yet put over it

const KINDS = ["qualities", "motives"];
const ANSWERS = ["text", "face", "activity", "together_with", ...KINDS];
const EMPTY = { text: "", face: null, activity: null, together_with: "", qualities: [], motives: [], answers: {}, revision: 0 };
const inWords = (field) => field.startsWith("answer:"); // a question that is answered in one's own words, whichever it is
const isAnswer = (field) => ANSWERS.includes(field) || inWords(field);

export function withItem(experience, { fields }) {
  const all = (name) => fields.filter(([field]) => field === name).map(([, value]) => value);
  const has = (name) => fields.some(([field]) => field === name);
  const changed = { ...EMPTY, ...experience, confirmed: false };
  if (has("text")) changed.text = all("text").at(-1).trim();
  if (has("face")) changed.face = Number(all("face").at(-1)) || null;
  if (has("activity")) changed.activity = all("activity").at(-1) || null;
  if (has("together_with")) changed.together_with = all("together_with").at(-1).trim().replace(/\s+/g, " ");
  for (const [name, value] of fields) if (inWords(name)) changed.answers = { ...changed.answers, [name]: value.trim() };
  for (const kind of KINDS) {
    if (!has(kind) && !has(`${kind}-own`) && all("step").at(-1) !== kind) continue;
    const keys = [...all(kind), ...all(`${kind}-own`).map((word) => word.trim().replace(/\s+/g, " ")).filter(Boolean).map((word) => `own:${word}`)];
    const had = new Map(changed[kind].map((word) => [word.key, word.evidence]));
    changed[kind] = [...new Set(keys)].map((key) => ({ key, evidence: all(`${kind}-evidence-${key}`).at(-1)?.trim() ?? had.get(key) ?? "" }));
  }
  return changed;
}

// What is put in a form about an experience, over the page as it came: what is unsent, and when this device knows more than the page, its
// copy. {known, fields, base, knew}: the answers, the names of those to put in, and on what a save from this form is based.
// `copy` holds the own saves up to its `seq`; `waiting` are the unsent ones, in order. What is neither on the page nor in the copy (the
// worker stored it) is not known to this form: then a save may be kept beside it, and is never put over it.
export function asShown(about, page, copy, waiting, receipts) {
  const held = copy?.seq ?? 0;
  const stored = receipts.filter((receipt) => receipt.about === about && receipt.fields.some(isAnswer));
  const newer = copy && (page.base === 0 || copy.revision > page.base || stored.some(({ seq, revision }) => seq <= held && revision > page.base));
  const known = waiting.reduce(withItem, { ...EMPTY, ...(newer ? copy : {}) });
  const fields = [...ANSWERS, ...Object.keys(known.answers)].filter((name) => newer || waiting.some((item) => answers(item, name)));
  // What is unsent hides what is newer than it: then the form knows no more than that did.
  const base = Math.min(newer ? copy.revision : page.base, ...waiting.map((item) => item.base));
  const sure = waiting.length ? Math.min(...waiting.map((item) => item.knew)) : newer ? held : 0;
  const missing = stored.some(({ seq, revision }) => revision > base && seq > sure);
  return { known, fields, base, knew: missing ? sure : Math.max(sure, ...waiting.map(({ seq }) => seq)) };
}

// Whether an item says something about this answer, also that it is taken away.
const answers = ({ fields }, name) => fields.some(([field, value]) => field === name || field === `${name}-own` || (field === "step" && value === name && KINDS.includes(name)));

// The copy after one of the own saves was stored; null when it does not follow on what the copy holds. Its revision stays: what else
// changed until then is not in it.
export function learned(copy, item, receipt, receipts) {
  const lacks = ({ about, seq, fields }) => about === item.about && seq > (copy?.seq ?? 0) && seq < item.seq && fields.some(isAnswer);
  if (item.what !== "experience" || receipt.conflicts?.length || receipts.some(lacks)) return null;
  return { ...withItem(copy, item), id: item.about, happenedAt: copy?.happenedAt ?? item.capturedAt, seq: item.seq };
}

// The same as a form sends it, for the fields of one step.
export function asFields(experience) {
  const words = KINDS.flatMap((kind) =>
    experience[kind].flatMap(({ key, evidence }) => [
      key.startsWith("own:") ? [`${kind}-own`, key.slice(4)] : [kind, key],
      [`${kind}-evidence-${key}`, evidence],
    ]),
  );
  return [["text", experience.text], ["face", String(experience.face ?? "")], ["activity", experience.activity ?? ""], ["together_with", experience.together_with], ...words, ...Object.entries(experience.answers ?? {})];
}

// Whether a form that is not stored yet says anything: only then there is an experience.
export function says(fields) {
  return fields.some(([name, value]) => value.trim() && (["text", "face", ...KINDS].includes(name) || inWords(name) || KINDS.some((kind) => name === `${kind}-own`)));
}

// A word of one's own that is said instead of typed: it is written down as its recording (`said:` and the id), which says so itself (`about`).
export const said = (id) => `said:${id.replaceAll("-", "")}`;
export const isSaid = (own) => /^said:[0-9a-f]{32}$/.test(own);
export const isWord = ({ id, about = "" }) => about.endsWith(`:own:${said(id)}`);

// A key (RFC 9562, 5.7): the moment in ms, then 74 random bits. `random` are 16 random bytes.
export function newId(now, random) {
  const bytes = Uint8Array.from(random);
  for (let place = 0; place < 6; place += 1) bytes[place] = Math.floor(now / 2 ** (8 * (5 - place))) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
