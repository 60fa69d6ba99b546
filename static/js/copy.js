/**
 * Every sentence the page says by itself, in one place. What the assistant says comes from the server and is never in here.
 * Pure data and pure functions: no DOM, no fetch.
 */

/** Words and shape of each state; the header shows both, so colour is never the only sign. */
export const STATES = {
  idle: { words: "Ready", shape: "○" },
  connecting: { words: "Connecting…", shape: "◌" },
  listening: { words: "Listening", shape: "●" },
  thinking: { words: "One moment", shape: "◐" },
  speaking: { words: "Speaking", shape: "◢" },
  ready: { words: "Tap to talk", shape: "○" },
  typed: { words: "Type any time", shape: "▭" },
  paused: { words: "Paused, take your time", shape: "‖" },
  reconnecting: { words: "Reconnecting… nothing is lost", shape: "↻" },
  waiting_for_person: { words: "Passed to a person", shape: "☐" },
  with_person: { words: "With a person", shape: "☺" },
  ended: { words: "Ended", shape: "■" },
  error: { words: "Something went wrong", shape: "!" }, // the fault's own short words stand in the header
};

/** The one big button, by state. `thinking` has nothing to offer, so it says what happens. */
export const BIG_BUTTON = {
  idle: "Talk",
  connecting: "Cancel",
  listening: "Tap when done",
  thinking: "One moment",
  speaking: "Tap to interrupt",
  ready: "Tap to talk",
  typed: "Talk",
  paused: "Continue",
  reconnecting: "Talk",
  waiting_for_person: "Talk",
  with_person: "Talk",
  ended: "Start again",
  error: "Talk",
};

export const OUTCOMES = {
  done: { words: "Done", title: "Your return is set up" },
  prepared: { words: "Passed on", title: "Passed to a person" },
  passed_on: { words: "Passed on", title: "Passed to a person" },
  instructed: { words: "How to do it", title: "How to return it" },
  answered: { words: "Ended", title: "That was it" },
  refused: { words: "Ended", title: "Nothing was set up" },
  abandoned: { words: "Ended", title: "Nothing was set up" },
};

export const PRIVACY = {
  browser: {
    plain: "We keep the text for {days}, never the sound.",
    strong: "Your browser may send sound to its maker to turn it into text.",
    rest: "Prefer not? Type.",
  },
  livekit: { plain: "We keep the text for {days}. The sound goes only to {shop}’s server and is not stored.", strong: "", rest: "" },
  vocalbridge: { plain: "We keep the text for {days}. The sound goes to our voice provider, VocalBridge.", strong: "", rest: "" },
};

const OK = { id: "dismiss", label: "OK" };
const RETRY = { id: "talk", label: "Try again" };
const TYPE = { id: "type", label: "Type" };
const AGAIN = { id: "start_again", label: "Start again" };
const RESEND = { id: "resend", label: "Send again" };
const PERSON = { id: "person", label: "Get a person" };

/** The error table: cause → words for the header, sentence and buttons. `{code}` and `{seconds}` are filled in by `faultText`. */
export const FAULTS = {
  mic_dismissed: {
    short: "No microphone",
    text: "The microphone wasn’t allowed yet.",
    actions: [{ id: "talk", label: "Ask again" }, TYPE],
  },
  mic_blocked: {
    short: "No microphone",
    text: "The microphone is blocked for this site. Tap the icon left of the address, allow Microphone, then try again.",
    actions: [RETRY, TYPE],
  },
  mic_missing: { short: "No microphone", text: "I can’t find a microphone. Plug one in, or type.", actions: [RETRY, TYPE] },
  mic_busy: {
    short: "No microphone",
    text: "Another app is using the microphone. Close it, then try again.",
    actions: [RETRY, TYPE],
  },
  insecure: { short: "Typing only", text: "Talking needs a secure address (https). Typing works here.", actions: [TYPE] },
  no_recogniser: {
    short: "Typing only",
    text: "This browser can’t turn speech into text. Typing works the same.",
    actions: [TYPE],
  },
  speech_service: {
    short: "Typing for now",
    text: "Your browser’s speech service isn’t answering. Let’s type for now.",
    actions: [RETRY, TYPE],
  },
  language: {
    short: "Typing for now",
    text: "Your browser can’t do this language. Pick another in Help, or type.",
    actions: [{ id: "help", label: "Choose" }, TYPE],
  },
  no_voices: { short: "Writing only", text: "I can’t speak on this device, so I’ll write.", actions: [OK] },
  offline: { short: "Offline", text: "You’re offline. I keep everything and continue when you’re back.", actions: [] },
  busy: { short: "One moment", text: "That was a lot at once. Next try in {seconds} s.", actions: [RESEND] },
  busy_start: {
    short: "One moment",
    text: "Many people are here right now. Next try in {seconds} s.",
    actions: [{ id: "restart", label: "Try again" }],
  },
  expired: { short: "Ended", text: "This conversation is over 24 hours old, or was ended.", actions: [AGAIN] },
  turn_failed: {
    short: "Not sent",
    text: "That didn’t go through on our side, nothing was done twice. Code {code}.",
    actions: [RESEND, PERSON],
  },
  turn_refused: { short: "Not taken", text: "I couldn’t take that: {detail}", actions: [OK] },
  start_failed: {
    short: "Not started",
    text: "I can’t start right now. Code {code}.",
    actions: [{ id: "restart", label: "Try again" }],
  },
  paste: {
    short: "Ready",
    text: "Your browser didn’t let me read the clipboard. Press and hold the field, then Paste.",
    actions: [OK],
  },
};

/** The sentence of a fault with its placeholders filled. A fault without a reference says "none". */
export function faultText(fault) {
  const { text } = FAULTS[fault.cause];
  return text
    .replace("{code}", fault.reference || "none")
    .replace("{seconds}", String(fault.seconds ?? 5))
    .replace("{detail}", fault.detail || "it was not in a form I can read.");
}

export const CONFIRM = {
  start_over: {
    title: "Start over?",
    text: "Forget this conversation and start again? A return that is already set up stays.",
    yes: "Start over",
  },
  end: { title: "End the conversation?", text: "You can read it here for 30 minutes. A return that is already set up stays.", yes: "End" },
};

/** What a button says for the customer, as the text of an ordinary turn. */
export const SAY = {
  person: "I'd like to talk to a person",
  where: "Where do I find it?",
  change: (label) => `Change the ${label.charAt(0).toLowerCase()}${label.slice(1)}`,
};

/** Said while talking; the owner is named where the browser tells it. */
export const HEARD_BY = (owner) => `Your browser’s speech service${owner ? ` (${owner})` : ""} turns the sound into text.`;

/** Who turns the sound into text, as far as the browser says so itself; null when it does not. */
export function recogniserOwner(navigator) {
  const brands = (navigator.userAgentData?.brands ?? []).map((brand) => brand.brand);
  if (brands.includes("Google Chrome")) return "Google";
  if (brands.includes("Microsoft Edge")) return "Microsoft";
  if (/^((?!chrome|android|crios|fxios).)*safari/i.test(navigator.userAgent ?? "")) return "Apple";
  return null;
}
