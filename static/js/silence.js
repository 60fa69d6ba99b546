/**
 * The silence ladder of a spoken conversation: nudge after 8 s, again after 20 s, pause after 60 s, each counted from the end
 * of playback. Fires `silence` with `{step}`; holds while the customer types, pauses or looks elsewhere. No DOM.
 */

const USUAL_SECONDS = [8, 20, 60];

export class SilenceLadder extends EventTarget {
  #timer = null;
  #step = 0;
  #steps;
  #schedule;
  #cancel;

  /** `seconds` come from the agent's file; `schedule` and `cancel` are setTimeout and clearTimeout unless a test brings its own. */
  constructor({ seconds = USUAL_SECONDS, schedule = (fn, ms) => setTimeout(fn, ms), cancel = (timer) => clearTimeout(timer) } = {}) {
    super();
    this.#steps = seconds.map((each) => each * 1000);
    this.#schedule = schedule;
    this.#cancel = cancel;
  }

  /** Playback ended: wait for the step that is due. After the last step nothing more comes. */
  arm() {
    this.hold();
    if (this.#step >= this.#steps.length) return;
    this.#timer = this.#schedule(() => this.#fire(), this.#steps[this.#step]);
  }

  /** Stop counting; where it stands is kept. */
  hold() {
    if (this.#timer !== null) this.#cancel(this.#timer);
    this.#timer = null;
  }

  /** The customer did something: back to the first step. */
  reset() {
    this.hold();
    this.#step = 0;
  }

  #fire() {
    this.#timer = null;
    this.#step += 1;
    this.dispatchEvent(new CustomEvent("silence", { detail: { step: this.#step, last: this.#step === this.#steps.length } }));
  }
}
