// The panel of a running voice note: its time, how loud it is, and pause, done, away.

import { LONGEST, record } from "./voice.js";

const ALMOST = LONGEST - 30;
const BARS = 36;
const LOOK = 100;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches || "calm" in document.documentElement.dataset;

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

// Show the panel and begin, with the words and the voice (`word`, `say`) of what it stands in. Gives `stop(why)`; null when it was thrown
// away (`capture.stop`) before the microphone was there.
// `hear.part(bytes, seconds, type)` for every second, `hear.ended(why, seconds)` at the end. Throws why there is no microphone.
export async function speak(panel, capture, hear) {
  const { word } = capture;
  const say = (text) => capture.say(text);
  const at = (name) => panel.querySelector(`[data-${name}]`);
  let recording;
  let warned = false;
  at("throw").addEventListener("click", () => (recording ? recording.stop("thrown") : capture.stop()));
  at("throw").focus();
  panel.scrollIntoView({ block: "nearest" });
  try {
    recording = await record({
      part: (bytes, seconds) => hear.part(bytes, seconds, recording.type),
      tick: (seconds) => {
        at("time").textContent = clock(seconds);
        if (seconds >= ALMOST && !warned) say(word("almost"));
        warned ||= seconds >= ALMOST;
      },
      ended: (why) => {
        if (!panel.isConnected) return;
        const { seconds } = recording;
        panel.remove();
        hear.ended(why, seconds);
      },
    });
  } catch (error) {
    if (panel.isConnected) throw error;
    return null;
  }
  if (!panel.isConnected) {
    recording.stop("thrown");
    return null;
  }
  const turn = () => {
    panel.classList.toggle("is-paused", recording.paused);
    at("state").textContent = word(recording.paused ? "paused" : "recording");
    at("pause-word").textContent = word(recording.paused ? "resume" : "pause");
    const picture = at("pause").querySelector("use");
    picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, recording.paused ? "#microphone-duotone" : "#pause-fill"));
    say(word(recording.paused ? "paused" : "recording"));
  };
  at("pause").addEventListener("click", () => {
    if (recording.paused) recording.resume();
    else recording.pause();
    turn();
  });
  at("stop").addEventListener("click", () => recording.stop());
  for (const name of ["pause", "stop"]) at(name).disabled = false;
  panel.classList.add("is-live");
  at("stop").focus();
  turn();
  if (!still) showLevel(at("level"), recording);
  panel.scrollIntoView({ block: "nearest" });
  return (why) => recording.stop(why);
}

// How loud it is, as a row of bars that moves on; not for who wants no motion. It stops with the panel.
function showLevel(row, recording) {
  const sound = new AudioContext();
  const listener = sound.createAnalyser();
  sound.createMediaStreamSource(recording.stream).connect(listener);
  const wave = new Float32Array(listener.fftSize);
  const bars = Array.from({ length: BARS }, () => row.appendChild(document.createElement("i")));
  const heights = new Array(BARS).fill(0);
  row.hidden = false;
  const looking = setInterval(() => {
    if (!row.isConnected) {
      clearInterval(looking);
      return sound.close();
    }
    if (recording.paused) return;
    listener.getFloatTimeDomainData(wave);
    const loud = Math.sqrt(wave.reduce((sum, sample) => sum + sample * sample, 0) / wave.length);
    heights.shift();
    heights.push(Math.min(1, loud * 5));
    bars.forEach((bar, place) => bar.style.setProperty("--loud", heights[place].toFixed(2)));
  }, LOOK);
}
