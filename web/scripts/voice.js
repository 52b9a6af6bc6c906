// A voice note while it is being spoken: at most three minutes, and every second what was said so far is handed over to be kept.

export const LONGEST = 180;
const EVERY = 1000;
const TICK = 250;
const BITS = 32_000;
const TYPES = ["audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/webm;codecs=opus", "audio/webm", "audio/ogg;codecs=opus"];

export const possible = () => "MediaRecorder" in self;

// Ask for the microphone and begin. `hear` is told: `part(bytes, seconds)`, `tick(seconds)`, and once `ended(why)`, after the last part:
// "asked", "full" (three minutes), "away" (the page went out of sight) or "cut-off" (a call, or the microphone is gone).
// Throws what the browser says, or a `DOMException` named "insecure".
export async function record(hear) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "insecure");
  const wanted = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  return new Recording(await navigator.mediaDevices.getUserMedia({ audio: wanted }), hear);
}

class Recording {
  #hear;
  #stream;
  #recorder;
  #spoken = 0;
  #since = performance.now();
  #why = "asked";
  #handed = Promise.resolve();
  #leaving = new AbortController();

  constructor(stream, hear) {
    this.#hear = hear;
    this.#stream = stream;
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#recorder = new MediaRecorder(stream, { ...(mimeType && { mimeType }), audioBitsPerSecond: BITS });
    this.#listen();
    this.#recorder.start(EVERY);
  }

  get type() {
    return this.#recorder.mimeType;
  }

  get stream() {
    return this.#stream;
  }

  get paused() {
    return this.#recorder.state === "paused";
  }

  get seconds() {
    return Math.min(LONGEST, this.#spoken + (this.#since === null ? 0 : (performance.now() - this.#since) / 1000));
  }

  pause() {
    this.#recorder.pause();
    this.#spoken = this.seconds;
    this.#since = null;
  }

  resume() {
    this.#recorder.resume();
    this.#since = performance.now();
  }

  stop(why = "asked") {
    if (this.#recorder.state === "inactive") return;
    this.#why = why;
    this.#spoken = this.seconds;
    this.#since = null;
    this.#recorder.stop();
  }

  #listen() {
    const { signal } = this.#leaving;
    const [track] = this.#stream.getAudioTracks();
    this.#recorder.ondataavailable = ({ data }) => {
      const seconds = this.seconds;
      if (data.size) this.#handed = this.#handed.then(async () => this.#hear.part(await data.arrayBuffer(), seconds));
    };
    this.#recorder.onstop = () => this.#end();
    this.#recorder.onerror = () => this.stop("cut-off");
    track.addEventListener("ended", () => this.stop("cut-off"), { signal });
    track.addEventListener("mute", () => this.stop("cut-off"), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.stop("away"), { signal });
    const ticking = setInterval(() => this.#tick(), TICK);
    signal.addEventListener("abort", () => clearInterval(ticking));
  }

  #tick() {
    this.#hear.tick(this.seconds);
    if (this.seconds >= LONGEST) this.stop("full");
  }

  async #end() {
    this.#leaving.abort();
    for (const track of this.#stream.getTracks()) track.stop();
    await this.#handed;
    this.#hear.ended(this.#why);
  }
}
