/**
 * The browser's own ears and mouth behind one EventTarget. Half-duplex: it never listens while it speaks. No DOM, no server.
 *
 * Events: `interim` {text} · `heard` {text, alternatives: [{text, confidence}]} · `quiet` (listening ended without words) ·
 * `listening` · `fault` {cause} with a cause of the error table.
 */

import { isEcho, sentences } from "./echo.js";

const ECHO_SOON_MS = 900;
const SPEECH_START_MS = 4000;
const ALTERNATIVES = 3;

const PREFLIGHT_FAULTS = {
  NotFoundError: "mic_missing",
  OverconstrainedError: "mic_missing",
  NotReadableError: "mic_busy",
  AbortError: "mic_busy",
};

const RECOGNISER_FAULTS = {
  "audio-capture": "mic_missing",
  network: "speech_service",
  "service-not-allowed": "speech_service",
  "language-not-supported": "language",
};

export class BrowserSpeech extends EventTarget {
  #window;
  #recognition = null;
  #final = false;
  #spoken = "";
  #spokenAt = -Infinity;
  #current = null; // the playback that is going on: {stopped, hush}
  #chars = 0;
  #checked = false;

  constructor(window) {
    super();
    this.#window = window;
  }

  get canHear() {
    return Boolean(this.#recogniserClass);
  }

  get canSpeak() {
    return Boolean(this.#window.speechSynthesis && this.#window.SpeechSynthesisUtterance);
  }

  get speaking() {
    return this.#current !== null;
  }

  /** How many characters of the last spoken text were really spoken, so far. */
  get spokenChars() {
    return this.#chars;
  }

  get listening() {
    return this.#recognition !== null;
  }

  get #recogniserClass() {
    return this.#window.SpeechRecognition ?? this.#window.webkitSpeechRecognition;
  }

  /** What stands in the way of talking, as a cause of the error table, or null. Asks for the microphone the first time. */
  async obstacle() {
    if (!this.#window.isSecureContext) return "insecure";
    if (!this.canHear) return "no_recogniser";
    if (this.#checked) return null;
    try {
      const stream = await this.#window.navigator.mediaDevices.getUserMedia({ audio: true });
      stream.getTracks().forEach((track) => track.stop());
    } catch (error) {
      return PREFLIGHT_FAULTS[error.name] ?? this.#refusal();
    }
    this.#checked = true;
    return null;
  }

  /** Listen for one utterance in `language` (such as en-US). Does nothing while speaking or already listening. */
  listen(language) {
    if (this.speaking || this.listening) return;
    const recognition = new (this.#recogniserClass)();
    Object.assign(recognition, { lang: language, interimResults: true, continuous: false, maxAlternatives: ALTERNATIVES });
    this.#final = false;
    recognition.onresult = (event) => this.#onResult(recognition, event);
    recognition.onerror = (event) => this.#onError(recognition, event);
    recognition.onend = () => this.#onEnd(recognition);
    this.#recognition = recognition;
    recognition.start();
    this.#emit("listening");
  }

  /** The customer is done: what was heard so far becomes the utterance. */
  finish() {
    this.#recognition?.stop();
  }

  /** Stop listening and drop what was heard. */
  deafen() {
    const recognition = this.#recognition;
    this.#recognition = null;
    recognition?.abort();
  }

  /**
   * Speak `text` sentence by sentence and count in `spokenChars` what was really spoken. Resolves when it is over or hushed.
   * Where the device has no voice it ends at once and fires `fault` no_voices.
   */
  async speak(text, { rate = 1, language = "en-US" } = {}) {
    this.deafen();
    this.hush();
    const run = { stopped: false, hush: null };
    this.#current = run;
    this.#spoken = text;
    this.#chars = 0;
    let before = 0;
    for (const sentence of sentences(text)) {
      if (run.stopped) break;
      await this.#utter(run, sentence, { rate, language, before });
      before += sentence.length;
    }
    if (this.#current === run) this.#current = null;
    this.#spokenAt = this.#window.performance.now();
  }

  /** Stop speaking at once. */
  hush() {
    if (!this.#current) return;
    this.#current.stopped = true;
    this.#current.hush?.();
    this.#current = null;
  }

  #utter(run, sentence, { rate, language, before }) {
    const { speechSynthesis, SpeechSynthesisUtterance } = this.#window;
    return new Promise((resolve) => {
      const utterance = new SpeechSynthesisUtterance(sentence);
      Object.assign(utterance, { rate, lang: language });
      const reached = (chars) => {
        if (!run.stopped) this.#chars = Math.max(this.#chars, before + chars);
      };
      const settle = () => {
        this.#window.clearTimeout(watch);
        resolve();
      };
      const voiceless = () => {
        run.stopped = true;
        settle();
        speechSynthesis.cancel();
        this.#emit("fault", { cause: "no_voices" });
      };
      const watch = this.#window.setTimeout(voiceless, SPEECH_START_MS);
      utterance.onstart = () => this.#window.clearTimeout(watch);
      utterance.onboundary = (event) => reached(event.charIndex ?? 0);
      utterance.onend = () => (reached(sentence.length), settle());
      utterance.onerror = () => (run.stopped ? settle() : voiceless());
      run.hush = () => (settle(), speechSynthesis.cancel());
      speechSynthesis.speak(utterance);
    });
  }

  #onResult(recognition, event) {
    if (recognition !== this.#recognition) return;
    const results = [...event.results];
    const text = results.map((result) => result[0].transcript).join("").trim();
    const final = results.length > 0 && results.every((result) => result.isFinal);
    const soon = this.#window.performance.now() - this.#spokenAt < ECHO_SOON_MS;
    if (!text || isEcho(text, this.#spoken, soon)) return;
    if (!final) {
      this.#emit("interim", { text });
      return;
    }
    this.#final = true;
    this.#emit("heard", { text, alternatives: results.length === 1 ? alternativesOf(results[0]) : [] });
  }

  #onError(recognition, event) {
    if (recognition !== this.#recognition || event.error === "no-speech" || event.error === "aborted") return;
    this.#recognition = null;
    if (event.error === "not-allowed") this.#refusal().then((cause) => this.#emit("fault", { cause }));
    else this.#emit("fault", { cause: RECOGNISER_FAULTS[event.error] ?? "speech_service" });
  }

  #onEnd(recognition) {
    if (recognition !== this.#recognition) return;
    this.#recognition = null;
    if (!this.#final) this.#emit("quiet");
  }

  /** A refused microphone: blocked for the site, or only not allowed this time. Browsers without the query count as dismissed. */
  async #refusal() {
    this.#checked = false;
    try {
      const permission = await this.#window.navigator.permissions.query({ name: "microphone" });
      return permission.state === "denied" ? "mic_blocked" : "mic_dismissed";
    } catch {
      return "mic_dismissed";
    }
  }

  #emit(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** The n-best list of a final result. Some browsers say 0 for every confidence, which means unknown, so it is sent as it is. */
function alternativesOf(result) {
  return [...result].map(({ transcript, confidence }) => ({ text: transcript.trim(), confidence: Number(confidence) || 0 }));
}
