/**
 * One conversation as the customer leads it: turns, speech, silence, the person who joins. Knows the API, the browser's speech
 * and the store, and no DOM. Every public method is something a customer can do.
 */

import { ApiError, newTurnId } from "./api.js";
import { SAY } from "./copy.js";
import { KEPT, startFault, turnFault } from "./faults.js";
import { mustPoll, stateName } from "./state.js";

const SLOW_MS = 4000;
const POLL_MS = { with_person: 1500, waiting_for_person: 3000 };
const RELISTEN_MS = 250;

export class Call {
  #store;
  #api;
  #speech;
  #ladder;
  #settings;
  #pollTimer = null;
  #run = 0; // counts presentations, so that an overtaken one does nothing more
  #finishing = false;
  #toldChars = true; // whether `spokenChars` was sent already

  /** `settings()` gives the device's settings as they are now. */
  constructor({ store, api, speech, ladder, settings }) {
    this.#store = store;
    this.#api = api;
    this.#speech = speech;
    this.#ladder = ladder;
    this.#settings = settings;
    speech.addEventListener("interim", ({ detail }) => this.#onInterim(detail));
    speech.addEventListener("heard", ({ detail }) => this.#onHeard(detail));
    speech.addEventListener("quiet", () => this.#onQuiet());
    speech.addEventListener("fault", ({ detail }) => this.#onSpeechFault(detail.cause));
    ladder.addEventListener("silence", ({ detail }) => this.#onSilence(detail));
    store.addEventListener("change", () => this.#schedulePoll());
  }

  get #state() {
    return this.#store.state;
  }

  get #voiceOn() {
    return this.#state.mode === "spoken" && this.#settings().voiceOn && this.#speech.canSpeak && !this.#state.voiceless;
  }

  /** Begin a conversation, `mode` typed or spoken. Talking asks for the microphone first; typing never does. */
  async start(mode, { orderNumber = null } = {}) {
    if (mode === "spoken" && !(await this.#mayListen())) return;
    this.#store.dispatch({ type: "starting", mode });
    this.#api.forget();
    const run = ++this.#run;
    try {
      const answer = await this.#api.start({ mode, orderNumber });
      if (run !== this.#run) return;
      this.#store.dispatch({ type: "opened", answer, at: now() });
      await this.#present(answer.reply);
    } catch (error) {
      this.#onStartError(error);
    }
  }

  /** Take up the conversation that this tab had before a reload. Resolves to whether there was one. */
  async resume() {
    const { session } = this.#api;
    if (!session) return false;
    this.#store.dispatch({ type: "starting", mode: session.mode });
    try {
      const snapshot = await this.#api.read({ fresh: true });
      this.#store.dispatch({ type: "resumed", snapshot, mode: session.mode });
      return true;
    } catch (error) {
      if (error.code !== "offline" && error.code !== "network") this.#api.forget();
      this.#store.dispatch({ type: "reset" });
      this.#fault(startFault(error));
      return false;
    }
  }

  /** Send what was typed. Resolves to whether it was taken. */
  say(text) {
    const said = text.trim();
    return said ? this.#send({ text: said }) : Promise.resolve(false);
  }

  choose({ body, label }) {
    return this.#send(body, label);
  }

  person() {
    return this.#send({ text: SAY.person });
  }

  /** Send the turn that did not go through again, the same one. */
  async retry() {
    const body = this.#state.failed;
    if (!body || this.#state.pending) return;
    this.#store.dispatch({ type: "resending", body });
    await this.#deliver(body);
  }

  /** Whatever the one big button means now. */
  press() {
    const meaning = {
      connecting: () => this.#cancel(),
      listening: () => this.#finish(),
      thinking: () => {},
      speaking: () => this.hush(),
      paused: () => this.proceed(),
      ready: () => this.talk(),
      ended: () => this.startOver(),
    }[stateName(this.#state)];
    return meaning ? meaning() : this.talk();
  }

  /** Switch to talking, or begin by talking. */
  async talk() {
    if (this.#state.phase === "idle") return this.start("spoken");
    if (!(await this.#mayListen())) return undefined;
    this.#setMode("spoken");
    if (this.#state.muted) this.#store.dispatch({ type: "muted", muted: false });
    if (this.#state.phase === "open" && !this.#state.pending && this.#state.online) this.#listen();
    return undefined;
  }

  /** Switch to typing, or begin by typing. */
  type() {
    if (this.#state.phase === "idle") return this.start("typed");
    this.#quieten();
    this.#ladder.reset();
    return this.#setMode("typed");
  }

  /** Push to talk: listen while held. */
  hold() {
    if (this.#state.mode !== "spoken" || this.#state.phase !== "open" || this.#state.pending) return;
    this.#run += 1;
    this.#speech.hush();
    this.#listen();
  }

  release() {
    if (this.#speech.listening) this.#finish();
  }

  /** Stop the voice; the customer's turn begins. */
  hush() {
    this.#speech.hush();
  }

  /** The customer types: no listening, no ladder until the next answer. */
  typing() {
    if (this.#state.mode !== "spoken" || this.#state.voice !== "listening") return;
    this.#quieten();
    this.#store.dispatch({ type: "voice", voice: "ready" });
  }

  async pause() {
    if (this.#state.mode !== "spoken" || this.#state.phase !== "open" || this.#state.paused) return;
    this.#quieten();
    this.#store.dispatch({ type: "paused" });
    await this.#send({ event: "pause" });
  }

  async proceed() {
    if (!(await this.#mayListen())) return;
    this.#store.dispatch({ type: "continued" });
    if (!(await this.#send({ event: "resume" }))) this.#rest();
  }

  mute(muted) {
    this.#quieten();
    this.#store.dispatch({ type: "muted", muted });
    if (!muted) this.#rest();
  }

  async end() {
    this.#quieten();
    this.#run += 1;
    try {
      await this.#api.end();
      this.#store.dispatch({ type: "ended", snapshot: await this.#api.read({ fresh: true }) });
    } catch (error) {
      this.#onTurnError(error);
    }
  }

  /** Forget this conversation. A failing end is no reason to keep the customer in it: it ends by itself when idle. */
  async startOver() {
    this.#quieten();
    this.#ladder.reset();
    this.#run += 1;
    if (this.#api.session && this.#state.phase === "open") await this.#api.end().catch(() => null);
    this.#api.forget();
    this.#store.dispatch({ type: "reset" });
  }

  dismiss() {
    this.#store.dispatch({ type: "dismissed" });
  }

  /** The device lost or found its network. A turn that waits is sent again by itself. */
  network(online) {
    this.#quieten();
    this.#store.dispatch({ type: "voice", voice: "ready" });
    this.#store.dispatch({ type: "online", online });
    if (online && this.#state.failed) this.retry();
    else this.#rest();
  }

  async #mayListen() {
    const cause = await this.#speech.obstacle();
    if (cause) this.#fault({ cause });
    return !cause;
  }

  #setMode(mode) {
    this.#store.dispatch({ type: "mode", mode });
    this.#api.rememberMode(mode);
  }

  async #send(content, label = null) {
    const state = this.#state;
    if (state.pending || state.phase !== "open") return false;
    this.#run += 1;
    this.#speech.hush();
    this.#quieten();
    if (content.event !== "silence") this.#ladder.reset();
    const body = { turn_id: newTurnId(), ...content, mode: this.#voiceOn ? "spoken" : "typed", ...this.#spokenPart(content) };
    this.#store.dispatch({ type: "sending", body, label, at: now() });
    await this.#deliver(body);
    return true;
  }

  /** How much of the last spoken reply was heard; told once. A tap on an answer shows that its card was seen, and tells nothing. */
  #spokenPart(content) {
    if (this.#toldChars) return {};
    this.#toldChars = true;
    if (content.choice_id) return {};
    return { heard_chars: this.#speech.spokenChars };
  }

  async #deliver(body) {
    const slow = setTimeout(() => this.#store.dispatch({ type: "slow" }), SLOW_MS);
    let answer;
    try {
      answer = await this.#api.turn(body);
    } catch (error) {
      this.#onTurnError(error);
      return;
    } finally {
      clearTimeout(slow);
    }
    this.#store.dispatch({ type: "answered", answer, at: now() });
    await this.#present(answer.reply);
  }

  /** Speak a reply where there is a voice, then listen. */
  async #present(reply) {
    if (this.#state.mode !== "spoken" || this.#state.paused) return;
    const run = ++this.#run;
    if (this.#voiceOn && reply?.speech) {
      this.#store.dispatch({ type: "voice", voice: "speaking" });
      this.#toldChars = false;
      const { rate, language } = this.#settings();
      await this.#speech.speak(reply.speech, { rate, language });
    }
    if (run === this.#run) this.#rest();
  }

  /** The customer's turn: listen if that is possible now, else be ready. */
  #rest() {
    const { mode, phase, paused, muted, pending, online, server } = this.#state;
    const open = mode === "spoken" && phase === "open" && !paused && !pending && online;
    if (!open) return;
    if (muted || server?.status !== "active") this.#store.dispatch({ type: "voice", voice: "ready" });
    else this.#listen();
  }

  #listen() {
    this.#finishing = false;
    this.#speech.listen(this.#settings().language);
    this.#store.dispatch({ type: "voice", voice: "listening" });
    if (this.#state.server?.status === "active") this.#ladder.arm();
  }

  #finish() {
    this.#finishing = true;
    this.#speech.finish();
  }

  #quieten() {
    this.#ladder.hold();
    this.#speech.hush();
    this.#speech.deafen();
  }

  #onInterim({ text }) {
    this.#ladder.hold();
    this.#store.dispatch({ type: "interim", text });
  }

  #onHeard({ text, alternatives }) {
    this.#send({ text: text.slice(0, 1000), heard: [text.slice(0, 1000)], alternatives });
  }

  /** Listening ended without words. Recognisers give up after some seconds, so it is taken up again, unless the customer ended it. */
  #onQuiet() {
    if (this.#state.voice !== "listening") return;
    if (this.#finishing) {
      this.#ladder.hold();
      this.#store.dispatch({ type: "voice", voice: "ready" });
      return;
    }
    setTimeout(() => {
      if (this.#state.voice === "listening" && !this.#state.pending) this.#speech.listen(this.#settings().language);
    }, RELISTEN_MS);
  }

  #onSpeechFault(cause) {
    this.#ladder.hold();
    if (cause === "no_voices") {
      this.#toldChars = true;
      this.#store.dispatch({ type: "voiceless" });
    }
    this.#fault({ cause });
  }

  async #onSilence({ last }) {
    if (this.#state.voice !== "listening" || this.#state.pending) return;
    if (last) this.#store.dispatch({ type: "paused" });
    await this.#send({ event: "silence" });
  }

  #cancel() {
    this.#run += 1;
    this.#api.forget();
    this.#store.dispatch({ type: "reset" });
  }

  #fault(fault) {
    this.#store.dispatch({ type: "fault", fault });
  }

  #onStartError(error) {
    this.#store.dispatch({ type: "reset" });
    this.#fault(startFault(error));
  }

  #onTurnError(error) {
    this.#quieten();
    if (!(error instanceof ApiError)) throw error;
    const fault = turnFault(error);
    if (fault.cause === "offline") this.#store.dispatch({ type: "online", online: false });
    this.#store.dispatch({ type: "failed", fault, keep: KEPT.has(fault.cause) });
    if (error.code === "session_ended") this.#refresh();
  }

  async #refresh() {
    try {
      const snapshot = await this.#api.read();
      if (snapshot && !this.#state.pending) this.#store.dispatch({ type: "polled", snapshot });
    } catch (error) {
      if (error.status === 401) this.#fault({ cause: "expired" });
    }
  }

  #schedulePoll() {
    if (this.#pollTimer || !mustPoll(this.#state)) return;
    this.#pollTimer = setTimeout(async () => {
      if (mustPoll(this.#state) && this.#state.online) await this.#refresh();
      this.#pollTimer = null;
      this.#schedulePoll();
    }, POLL_MS[this.#state.server.status]);
  }
}

function now() {
  return new Date().toISOString();
}
