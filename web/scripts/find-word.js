// A search among words that forgives how they are spelled. The same rules as server/vocabulary/choosing.py; a test compares the two.

const MOST_FOUND = 8;
const SOUNDS = [["lijk", "lik"], ["luk", "lik"], ["ij", "ei"], ["y", "i"], ["au", "ou"], ["ck", "k"], ["ch", "g"], ["ph", "f"], ["th", "t"], ["qu", "k"], ["c", "k"], ["x", "ks"], ["d", "t"], ["z", "s"], ["v", "f"], ["ie", "i"]];
const parts = (text) => sound(text).split(" ").filter(Boolean);

// How it sounds, roughly, in letters.
export function sound(text) {
  let heard = text.toLowerCase().replaceAll("ß", "ss").normalize("NFKD").replace(/\p{M}/gu, "");
  for (const [written, same] of SOUNDS) heard = heard.replaceAll(written, same);
  return heard.replace(/[^a-z0-9 ]/g, "").replace(/([a-z])\1+/g, "$1");
}

// How many letters are missing, too much, wrong or swapped with their neighbour.
export function distance(one, other) {
  let [earlier, before, row] = [[], [], Array.from({ length: other.length + 1 }, (_, place) => place)];
  for (let i = 1; i <= one.length; i += 1) {
    [earlier, before, row] = [before, row, [i]];
    for (let j = 1; j <= other.length; j += 1) {
      row[j] = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], earlier[j - 2] + 1);
    }
  }
  return row.at(-1);
}

// How well a word answers what was typed, 0 for best; null when it does not.
export function nearness(sought, label, sentence = "", also = "") {
  const [wanted, called, others, told] = [sought, label, also, sentence].map(parts);
  if (!wanted.length) return null;
  if (called.join(" ").startsWith(wanted.join(" "))) return 0;
  const found = wanted.map((part) => near(part, [...called, called.join("")], others, told));
  return found.includes(null) ? null : Math.max(...found);
}

function near(part, called, others, told) {
  if (called.some((word) => word.startsWith(part))) return 1;
  if (part.length > 2 && called.some((word) => word.includes(part))) return 2;
  const [named, otherwise] = [slips(part, called), slips(part, others)];
  if (named !== null) return 2 + named;
  if (otherwise !== null) return 4 + otherwise;
  return part.length > 2 && told.some((word) => word.startsWith(part)) ? 5 : null;
}

// How many slips lie between this and the beginning of one of these; null when they are more than are forgiven. A short one has to begin as it sounds.
function slips(part, called) {
  const forgiven = part.length < 4 ? 0 : part.length < 6 ? 1 : 2;
  const alike = called.filter((word) => part.length > 5 || word[0] === part[0]);
  const fewest = Math.min(...alike.flatMap((word) => [distance(part, word), distance(part, word.slice(0, part.length))]));
  return fewest <= forgiven ? fewest : null;
}

// The keys of at most eight words that answer what was typed, best first; `labels` are [key, label, sentence, what else it is called].
export function found(sought, labels) {
  const answers = labels.map(([key, label, sentence, also]) => ({ key, how: nearness(sought, label, sentence, also) })).filter(({ how }) => how !== null);
  return answers.sort((one, other) => one.how - other.how).slice(0, MOST_FOUND).map(({ key }) => key);
}
