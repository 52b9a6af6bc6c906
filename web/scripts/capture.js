// "Inspreken" and "Foto" under the text: what is chosen is shown at once, can be heard, named and taken away again, and goes along
// with the form's own button, also without a word typed. [data-say-of] is a place where only one word or question is answered by it.

import { fix, hush, note, noteState, renumber, rowOf } from "./captured.js";
import { announce, piece as cut } from "./flash.js";
import { bindSubmit } from "./hand-over.js";
import { keeps } from "./here.js";
import * as media from "./media.js";
import { asPhoto } from "./photo.js";
import { isWord, said } from "./rules.js";
import { speak } from "./speak.js";
import { possible } from "./voice.js";

const ANDROID = /Android/.test(navigator.userAgent); // whose browsers no longer ask "camera or gallery?" themselves
const NO_MICROPHONE = ["NotAllowedError", "NotFoundError", "NotReadableError", "insecure"];
const UNSENT = { full: "full", later: "later" };

class Capture {
  chosen = new Map(); // by id: {one, row}, still to be handed over
  underWay = new Map(); // by the outbox's id: the row
  safe = new Set(); // what this device holds, as far as it was chosen in this page
  known = new Set(); // what is in this page already, when what was left here is found
  pending = new Set(); // what is being drawn or looked up: a form waits for it
  about = ""; // which word or question the next photo answers
  stop = null; // ends the running recording
  ended = Promise.resolve();
  isFull = false;

  constructor(section) {
    this.section = section;
    this.form = section.closest("form");
    this.piece = (name, values) => cut(name, values, this.at("pieces"));
    this.word = (name, values) => this.piece(name, values).textContent;
    this.ready = keeps ? import("./filled.js").then((filled) => filled.ready(this.form)) : Promise.resolve(); // whose entry this is
    this.line = this.ready; // what is kept, one after another
    section.dataset.capture = "on";
    this.at("speak").hidden = !possible();
    this.at("speak").addEventListener("click", () => this.speak());
    this.form.toggleAttribute("data-can-say", possible());
    this.form.addEventListener("click", ({ target }) => target.closest("[data-say]") && this.speak(target.closest("[data-say-of]").dataset.sayOf));
    this.form.addEventListener("click", ({ target }) => target.closest("[data-say-word]") && this.speak("", this.wordPlace.dataset.sayWordOf));
    bindPhotos(this);
    bindSubmit(this);
    addEventListener("spoor:outbox", ({ detail }) => this.hear(detail));
    this.waitFor(this.findBack()).catch(() => {});
  }

  at(name) {
    return this.section.querySelector(`[data-${name}]`);
  }

  // Where what answers this stands; none for what tells by itself.
  placeOf(about) {
    return about ? [...this.form.querySelectorAll("[data-say-of]")].find((place) => place.dataset.sayOf === about) : undefined;
  }

  // Where a word of one's own is said.
  get wordPlace() {
    return this.form.querySelector("[data-say-word-of]");
  }

  listOf(one) {
    if (isWord(one)) return this.form.querySelector("[data-list-words]");
    return this.placeOf(one.about)?.querySelector("[data-list-of]") ?? this.at("list");
  }

  beginning(one) {
    const { kind, about } = one;
    if (isWord(one)) return this.wordPlace.querySelector("[data-say-word]");
    return this.placeOf(about)?.querySelector(kind === "photo" ? "[data-shoot]" : "[data-say]") ?? this.at(kind === "photo" ? "choose" : "speak");
  }

  waitFor(promise) {
    const ended = promise.finally(() => this.pending.delete(ended));
    this.pending.add(ended);
    return ended;
  }

  get entry() {
    const { form } = this;
    const sent = new FormData(form);
    return { action: form.getAttribute("action"), activity: sent.get("activity"), together: sent.get("together_with"), draft: form.dataset.draft };
  }

  say(text) {
    this.at("said").textContent = text;
  }

  tell(name, values) {
    this.at("problems").append(this.piece("problem", { text: this.word(name, values) }));
    this.at("problems").scrollIntoView({ block: "nearest" });
  }

  // --- what is chosen

  make(kind, more) {
    const one = { id: media.newId(), kind, alt: "", about: "", at: new Date().toISOString(), ...more };
    this.known.add(one.id);
    return one;
  }

  isFullOf(kind, most) {
    return this.form.querySelectorAll(`li[data-kind=${kind}]`).length >= Number(most);
  }

  // `found`: it was left here earlier.
  add(one, told = "", found = false) {
    this.chosen.set(one.id, { one, row: this.show(one) });
    note(this.chosen.get(one.id).row, told);
    if (isWord(one)) this.tellWords("spoor:said", one, found);
    this.settle();
  }

  // A spoken word is chosen like any other: words.js makes its tile, and takes it away.
  tellWords(name, one, found = false) {
    this.form.dispatchEvent(new CustomEvent(name, { detail: { word: said(one.id), found } }));
  }

  show(one) {
    const row = rowOf(one, this, { typed: () => this.keep(one), dropped: () => this.takeAway(one.id) });
    if (isWord(one)) row.querySelector("b").textContent = this.word("spoken");
    this.listOf(one).append(row);
    return row;
  }

  settle() {
    for (const list of this.form.querySelectorAll("[data-list], [data-list-of], [data-list-words]")) list.hidden = !list.childElementCount;
    this.at("faces").hidden = ![...this.chosen.values()].some(({ one }) => one.kind === "photo");
    renumber(this.form);
  }

  // Keep it on the device as it is now. A full device is said once; then it is still on the screen.
  keep(one, part) {
    const kept = () => media.keep(this.entry.draft, one, part).then(() => this.safe.add(one.id));
    this.line = this.line.then(kept).catch(() => {
      if (!this.isFull) this.tell("only-here");
      this.isFull = true;
    });
  }

  takeAway(id) {
    const { one, row } = this.chosen.get(id);
    const next = row.nextElementSibling ?? row.previousElementSibling;
    hush();
    this.chosen.delete(id);
    row.remove();
    if (isWord(one)) this.tellWords("spoor:unsaid", one);
    this.settle();
    (next?.querySelector("[data-drop]") ?? this.beginning(one)).focus();
    this.line = this.line.then(() => media.drop(this.entry.draft, id)).catch(() => {});
    const undo = this.piece(`removed-${one.kind}`);
    undo.querySelector("button").addEventListener("click", () => {
      undo.remove();
      this.add(one);
      for (const part of one.parts.keys()) this.keep(one, part);
      this.chosen.get(id).row.querySelector("[data-drop]").focus();
    });
    announce(undo);
  }

  // --- photos

  async addPhotos(files) {
    this.at("problems").replaceChildren();
    this.at("choose").setAttribute("aria-busy", "true");
    const added = [];
    for (const file of files) {
      if (this.isFullOf("photo", this.section.dataset.photos)) {
        this.tell("too-many-photos");
        break;
      }
      added.push(...(await this.addPhoto(file)));
    }
    this.at("choose").removeAttribute("aria-busy");
    if (added.length) this.say(`${this.word(added.length > 1 ? "more-added" : "one-added")} ${this.at("faces").textContent}`);
    return added;
  }

  async addPhoto(file) {
    try {
      const { bytes, ...photo } = await asPhoto(file);
      const one = this.make("photo", { ...photo, about: this.about, parts: [bytes] });
      this.add(one);
      this.keep(one, 0);
      return [one];
    } catch (error) {
      this.tell(error.name === "too-large" ? "too-large" : "no-photo", { name: file.name || this.word("nameless") });
      return [];
    }
  }

  // --- voice

  async speak(about = "", wordOf = "") {
    this.at("problems").replaceChildren();
    if (this.stop) return;
    if (this.isFullOf("voice", this.section.dataset.voices)) return this.tell("too-many-voices");
    hush();
    const one = this.make("voice", { name: "opname", type: "", about, parts: [], seconds: 0 });
    if (wordOf) one.about = `${wordOf}:own:${said(one.id)}`;
    const panel = this.piece("recorder");
    (wordOf ? this.wordPlace : (this.placeOf(about) ?? this.at("recorder"))).append(panel);
    this.at("tools").hidden = true;
    this.form.toggleAttribute("data-saying", true);
    const { promise, resolve } = awaited();
    this.ended = promise;
    this.stop = () => {
      panel.remove();
      this.stop = null;
      resolve(this.again(one));
    };
    const part = (bytes, seconds, type) => {
      one.parts.push(bytes);
      Object.assign(one, { seconds, type });
      this.keep(one, one.parts.length - 1);
    };
    try {
      this.stop = (await speak(panel, this, { part, ended: (why, seconds) => resolve(this.spoken(one, why, seconds)) })) ?? this.stop;
    } catch (error) {
      this.stop();
      this.tell(NO_MICROPHONE.includes(error.name) ? error.name : "no-microphone");
    }
  }

  spoken(one, why, seconds) {
    this.stop = null;
    this.again(one);
    one.seconds = Math.max(one.seconds, seconds);
    if (!one.parts.some((bytes) => bytes.byteLength)) return why === "thrown" || this.tell("nothing-heard");
    this.add(one, why === "away" || why === "cut-off" ? this.word(`ended-${why}`) : "");
    if (why === "thrown") return this.takeAway(one.id);
    this.chosen.get(one.id).row.querySelector("[data-play]").focus({ preventScroll: why !== "asked" });
    this.say(this.word(`ended-${why}`));
    this.keep(one);
  }

  again(one) {
    this.at("tools").hidden = false;
    this.form.toggleAttribute("data-saying", false);
    this.beginning(one).focus();
  }

  // --- off it goes

  // Hand one over. Gives the outbox's item, or `{to}` when it went straight to the server; null when neither could be: that is said then.
  async handOver(id) {
    const { one, row } = this.chosen.get(id);
    await this.line;
    const place = this.placeOf(one.about);
    const about = place && !place.closest("[hidden]") ? one.about : ""; // of a word that was put back it tells by itself
    const answer = await media.handOver(this.entry, { ...one, about }).catch(() => ({ kind: "later" }));
    if (!answer.id && answer.kind !== "stored") {
      this.tell(UNSENT[answer.kind] ?? "not-kept");
      if (answer.errors) note(row, Object.values(answer.errors).join(" "));
      this.at("problems").scrollIntoView({ block: "center" });
      return null;
    }
    this.chosen.delete(id);
    if (one.from) media.drop(this.entry.draft, one.from).catch(() => {});
    fix(row, one);
    noteState(row, answer.kind ?? answer.state, this.word);
    this.settle();
    if (!answer.id) return { to: answer.receipt.to };
    this.underWay.set(answer.id, row);
    return answer;
  }

  hear({ id, state }) {
    const row = this.underWay.get(id);
    if (row && state !== "gone") return noteState(row, state, this.word);
    row?.remove();
    if (row) this.settle();
  }

  // --- what is under way, and what was left here

  async findBack() {
    await this.ready;
    for (const one of await media.underWay(this.entry.action)) {
      const row = this.show(one);
      this.underWay.set(one.item, row);
      this.known.add(one.id);
      fix(row, one);
      noteState(row, one.state, this.word);
    }
    for (const one of await media.kept(this.entry.draft)) {
      if (this.known.has(one.id)) continue;
      if (one.at) this.add(one, this.word(`found-${one.kind}`), true);
      else await this.takeIn(one);
    }
    this.settle();
  }

  // The worker put it here as another app shared it: with all that is in such a file. It goes once what is made of it is safe.
  async takeIn(one) {
    this.about = "";
    const [made] = await this.addPhotos([new File(one.parts, one.name, { type: one.type })]);
    if (made) made.from = one.id;
    await this.line;
    if (this.safe.has(made?.id)) await media.drop(this.entry.draft, one.id);
  }
}

function awaited() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

function bindPhotos(capture) {
  const [ways, inputs] = [capture.at("ways"), [capture.at("gallery"), capture.at("camera")]];
  const choose = (about) => {
    capture.about = about;
    if (ANDROID) ways.showModal();
    else capture.at("gallery").click();
  };
  capture.at("choose").addEventListener("click", () => choose(""));
  capture.form.addEventListener("click", ({ target }) => target.closest("[data-shoot]") && choose(target.closest("[data-say-of]").dataset.sayOf));
  for (const way of ways.querySelectorAll("[data-way]")) {
    way.addEventListener("click", () => {
      ways.close();
      if (way.dataset.way) capture.at(way.dataset.way).click();
    });
  }
  for (const input of inputs) {
    input.addEventListener("change", async () => {
      await capture.waitFor(capture.addPhotos([...input.files]));
      input.value = "";
    });
  }
}

for (const section of document.querySelectorAll("[data-capture]")) new Capture(section);
