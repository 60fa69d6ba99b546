/**
 * Everything the page knows, and the one function that changes it. Pure: `reduce(state, event)` gives the next state,
 * the selectors below say what it means. No DOM, no clock, no fetch.
 */

import { mergeHistory, fromHistory } from "./history.js";

export const initial = Object.freeze({
  phase: "idle", // idle | connecting | open | ended
  mode: "typed", // typed | spoken
  voice: "ready", // listening | speaking | ready; only counts in spoken mode
  paused: false,
  muted: false,
  voiceless: false, // this device cannot speak, found out on the way
  online: true,
  pending: null, // {body, slow}: the one open turn
  failed: null, // the body of a turn that may be sent again
  fault: null, // {cause, reference, seconds, detail}
  messages: [], // {id, role, text, at, who}
  seen: 0, // entries of the server's history already shown
  own: [], // own lines the server's history will repeat: {role, text}
  interim: "",
  server: null, // the contract's `state`
  cards: [], // those of the last answer; cards.js completes them from `server`
  agents: [],
  platform: "browser",
  reply: null, // the last {text, speech}
  picked: [], // choice ids of a question that takes several answers
});

function message(state, role, text, at, who = null) {
  return { id: state.messages.length, role, text, at, who };
}

function withReply(state, answer, at) {
  const { reply } = answer;
  if (!reply?.text) return {};
  return {
    reply,
    messages: [...state.messages, message(state, "assistant", reply.text, at)],
    own: [...state.own, { role: "assistant", text: reply.text }],
  };
}

function phaseOf(server) {
  return server.status === "ended" ? "ended" : "open";
}

function opened(state, { answer, at }) {
  return {
    phase: phaseOf(answer.state),
    server: answer.state,
    cards: answer.cards ?? [],
    agents: answer.agents ?? [],
    platform: answer.voice?.platform ?? state.platform,
    fault: null,
    ...withReply(state, answer, at),
  };
}

function resumed(state, { snapshot, mode }) {
  const history = snapshot.conversation_history ?? [];
  return {
    phase: phaseOf(snapshot),
    mode,
    paused: mode === "spoken" && snapshot.status !== "ended",
    server: serverPart(snapshot),
    cards: snapshot.cards ?? [],
    agents: snapshot.agents ?? [],
    messages: fromHistory(history),
    seen: history.length,
    own: [],
    fault: null,
  };
}

/** The contract's `state` in what `GET /api/sessions/{id}` answers, where it may also lie at the top level. */
function serverPart(snapshot) {
  if (snapshot.state) return snapshot.state;
  const { version, status, outcome, agent, journey, steps, expecting, slots, quote, handoff } = snapshot;
  return { version, status, outcome, agent, journey, steps, expecting, slots, quote, return: snapshot.return, handoff };
}

function sending(state, { body, label, at }) {
  const spoken = label ?? body.text;
  const next = { pending: { body, slow: false }, failed: null, fault: null, interim: "", picked: [] };
  if (!spoken) return next;
  return {
    ...next,
    messages: [...state.messages, message(state, "user", spoken, at)],
    own: [...state.own, { role: "user", text: spoken }],
  };
}

function answered(state, { answer, at }) {
  if (state.pending?.body.turn_id !== answer.turn_id) return {};
  return {
    pending: null,
    phase: phaseOf(answer.state),
    server: answer.state,
    cards: answer.cards ?? [],
    ...withReply(state, answer, at),
  };
}

function failed(state, { fault, keep }) {
  return { pending: null, failed: keep ? (state.pending?.body ?? state.failed) : null, fault, voice: "ready" };
}

function polled(state, { snapshot }) {
  const server = serverPart(snapshot);
  return {
    server,
    phase: phaseOf(snapshot),
    cards: snapshot.cards ?? state.cards,
    ...mergeHistory(state, snapshot.conversation_history ?? []),
  };
}

function picked(state, { id }) {
  const has = state.picked.includes(id);
  return { picked: has ? state.picked.filter((other) => other !== id) : [...state.picked, id] };
}

function ended(state, { snapshot }) {
  const server = snapshot ? serverPart(snapshot) : { ...state.server, status: "ended", expecting: null };
  return { phase: "ended", voice: "ready", paused: false, pending: null, interim: "", server, cards: snapshot?.cards ?? state.cards };
}

const HANDLERS = {
  starting: (state, { mode }) => ({ ...initial, online: state.online, platform: state.platform, phase: "connecting", mode }),
  opened,
  resumed,
  sending,
  answered,
  failed,
  polled,
  picked,
  ended,
  resending: (_state, { body }) => ({ pending: { body, slow: false }, failed: null, fault: null }),
  slow: (state) => (state.pending ? { pending: { ...state.pending, slow: true } } : {}),
  voice: (_state, { voice }) => ({ voice, interim: "" }),
  interim: (_state, { text }) => ({ interim: text }),
  mode: (_state, { mode }) => ({ mode, voice: "ready", paused: false, interim: "", fault: null }),
  paused: () => ({ paused: true, voice: "ready", interim: "" }),
  continued: () => ({ paused: false, fault: null }),
  muted: (_state, { muted }) => ({ muted, voice: "ready" }),
  voiceless: () => ({ voiceless: true }),
  fault: (_state, { fault }) => ({ fault, voice: "ready", interim: "" }),
  dismissed: () => ({ fault: null }),
  online: (state, { online }) => ({ online, fault: online && state.fault?.cause === "offline" ? null : state.fault }),
  reset: (state) => ({ ...initial, online: state.online, platform: state.platform }),
};

/** The state after `event`. An unknown event is a mistake in the page and throws. */
export function reduce(state, event) {
  const handler = HANDLERS[event.type];
  if (!handler) throw new Error(`unknown event ${event.type}`);
  return { ...state, ...handler(state, event) };
}

function spokenName(state) {
  if (state.paused) return "paused";
  if (state.voice === "speaking") return "speaking";
  return state.voice === "listening" ? "listening" : "ready";
}

/** The one name of the moment, as `data-state` on `<main>`. */
export function stateName(state) {
  if (state.phase === "idle" || state.phase === "connecting") return state.fault && state.phase === "idle" ? "error" : state.phase;
  if (state.phase === "ended") return "ended";
  if (!state.online) return "reconnecting";
  if (state.fault && state.failed) return "error";
  if (state.pending) return "thinking";
  if (state.mode === "spoken" && spokenName(state) !== "ready") return spokenName(state);
  const person = state.server?.status;
  if (person === "waiting_for_person" || person === "with_person") return person;
  return state.mode === "spoken" ? spokenName(state) : "typed";
}

/** Whether the page has to ask the server what happens, as somebody else carries the conversation. */
export function mustPoll(state) {
  return state.phase === "open" && ["waiting_for_person", "with_person"].includes(state.server?.status);
}

/** {number, count, label} of the step that is on (the last when all are done), or null. */
export function currentStep(state) {
  const steps = state.server?.steps ?? [];
  const now = steps.findIndex((step) => step.state === "now");
  const index = now < 0 && steps.every((step) => step.state === "done") ? steps.length - 1 : now;
  return index < 0 ? null : { number: index + 1, count: steps.length, label: steps[index].label };
}

/** A store: holds the state, runs the reducer, tells its listeners. */
export class Store extends EventTarget {
  state = initial;

  dispatch(event) {
    this.state = reduce(this.state, event);
    this.dispatchEvent(new CustomEvent("change"));
  }
}
