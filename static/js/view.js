/** Draws the state. Owns every element of the page but the dialogs; text goes in as text only. Decides nothing. */

import { answersFor, fieldFor } from "./answers.js";
import { cardElement, cardsToShow } from "./cards.js";
import { BIG_BUTTON, FAULTS, HEARD_BY, OUTCOMES, PRIVACY, STATES, faultText } from "./copy.js";
import { $, button, el, refill, setText, show, unseen } from "./dom.js";
import { capitalised, clockTime, shortMoment } from "./format.js";
import { currentStep, stateName } from "./state.js";

const NEAR_BOTTOM_PX = 80;
const WIDE_PX = 960; // at 100 % text size: two columns
const TIGHT_PX = 310; // at 100 % text size: label above value
const LOW_PX = 480; // at 100 % text size: nothing is pinned any more

export class View {
  #shop;
  #keepDays;
  #recogniser;
  #handlers;
  #drawn = 0; // messages already in the log
  #following = true; // the log is scrolled to its end

  /** `handlers`: act(turn), pick(id), sendPicked(options), fault(id), change(label), copy(text). `recogniser` names who hears, or null. */
  constructor({ handlers, recogniser }) {
    this.#handlers = handlers;
    this.#recogniser = recogniser;
    this.#shop = $("main").dataset.shop;
    this.#keepDays = Number($("main").dataset.keepDays);
    window.addEventListener("resize", () => this.#arrange());
    $("scroller").addEventListener("scroll", () => this.#onScroll());
    $("newer").addEventListener("click", () => this.#follow());
  }

  render(state, settings) {
    const name = stateName(state);
    $("main").dataset.state = name;
    document.documentElement.dataset.text = String(settings.textSize);
    this.#arrange();
    this.#status(state, name);
    this.#alert(state);
    const welcome = state.phase === "idle";
    show($("welcome"), welcome);
    show($("talkroom"), !welcome);
    show($("side"), !welcome);
    this.#welcome(state);
    this.#log(state, settings);
    this.#progress(state);
    this.#details(state);
    this.#cards(state);
    this.#answers(state);
    this.#composer(state);
    this.#controls(state, name);
    if (this.#following) this.#follow();
  }

  /** Say something once to screen readers, such as "Copied". */
  announce(text) {
    setText($("announcer"), text);
  }

  /** The first button of the alert, where focus goes after an error that the customer's own tap caused. */
  focusAlert() {
    $("alert").querySelector("button")?.focus();
  }

  /** Wide: steps, card and details beside the conversation. Narrow: the card in it, the rest in a sheet. Larger text needs more room. */
  #arrange() {
    const scale = Number(document.documentElement.dataset.text) / 100;
    const width = window.innerWidth / scale;
    const wide = width >= WIDE_PX;
    const low = window.innerHeight / scale < LOW_PX;
    const layout = `${wide ? "wide" : width < TIGHT_PX ? "narrow tight" : "narrow"} ${low ? "page" : "app"}`;
    if (document.documentElement.dataset.layout === layout) return;
    document.documentElement.dataset.layout = layout;
    $(wide ? "steps-wide" : "facts-narrow").append($("steps-section"));
    $(wide ? "details-wide" : "facts-narrow").append($("details-section"));
    $(wide ? "cards-wide" : "cards-narrow").append($("cards"));
  }

  #onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = $("scroller");
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
    if (this.#following) show($("newer"), false);
  }

  #follow() {
    this.#following = true;
    $("scroller").scrollTop = $("scroller").scrollHeight;
    show($("newer"), false);
  }

  #status(state, name) {
    const words = this.#words(state, name);
    setText($("shape"), STATES[name].shape);
    setText($("status-words"), words);
    const step = currentStep(state);
    if (state.voice === "speaking" || name === "thinking") return;
    this.announce(step ? `${words}. Step ${step.number} of ${step.count}, ${step.label}` : words);
  }

  #words(state, name) {
    const { server } = state;
    if (name === "error") return FAULTS[state.fault.cause].short;
    if (name === "thinking" && state.pending?.slow) return server?.journey ? "Still checking your order" : "Still working on it";
    if (name === "ended") return OUTCOMES[server?.outcome]?.words ?? STATES.ended.words;
    const due = name === "waiting_for_person" && server?.handoff?.due_at;
    if (due) return `Passed to a person, answer by ${shortMoment(due)}`;
    if (name === "with_person") return `${capitalised(lastPerson(state) ?? "a person")}, ${this.#shop}`;
    return STATES[name].words;
  }

  #alert(state) {
    const { fault } = state;
    show($("alert"), Boolean(fault));
    refill($("alert"), fault, () => (fault ? this.#faultParts(fault) : []));
  }

  #faultParts(fault) {
    const buttons = FAULTS[fault.cause].actions.map(({ id, label }) => button(label, () => this.#handlers.fault(id)));
    const [before, after] = faultText(fault).split(fault.reference || "\n");
    const code = after === undefined ? null : el("span", { class: "nowrap" }, fault.reference);
    return [el("p", {}, before, code, after), buttons.length ? el("div", { class: "row" }, ...buttons) : null];
  }

  #welcome(state) {
    const lines = PRIVACY[state.platform];
    const days = this.#keepDays ? `${this.#keepDays} days` : "this conversation only";
    setText($("privacy-plain"), lines.plain.replace("{days}", days).replace("{shop}", this.#shop));
    setText($("privacy-strong"), lines.strong);
    setText($("privacy-rest"), lines.rest);
  }

  #log(state, settings) {
    const log = $("log");
    if (state.messages.length < this.#drawn) {
      log.replaceChildren();
      this.#drawn = 0;
    }
    const fresh = state.messages.slice(this.#drawn);
    fresh.forEach((message) => log.append(messageElement(message)));
    this.#drawn = state.messages.length;
    if (fresh.length && !this.#following) show($("newer"), true);
    const scrolls = document.documentElement.dataset.layout.endsWith("page");
    if (fresh.length && scrolls) requestAnimationFrame(() => $("dock").scrollIntoView({ block: "end" }));
    const voice = state.mode === "spoken" && settings.voiceOn && !state.voiceless;
    log.setAttribute("aria-live", voice ? "off" : "polite");
    show($("log-empty"), state.messages.length === 0);
    show($("interim"), Boolean(state.interim));
    setText($("interim"), state.interim ? `${state.interim}…` : "");
  }

  #progress(state) {
    const steps = state.server?.steps ?? [];
    const step = currentStep(state);
    const count = state.server?.slots?.length ?? 0;
    setText($("progress-step"), step ? `Step ${step.number} of ${step.count} · ${step.label}` : "How it goes");
    setText($("progress-details"), count ? `Details ${count}` : "Details");
    const none = "It starts when you say what it is about.";
    refill($("steps"), steps, () => (steps.length ? steps.map(stepElement) : [el("li", { class: "empty" }, none)]));
  }

  #details(state) {
    const slots = state.server?.slots ?? [];
    const open = state.phase === "open" && state.server?.status === "active" && !state.server.return;
    refill($("details"), [slots, open], () => {
      if (!slots.length) return [el("p", { class: "empty" }, "Nothing yet. I’ll list what I understand.")];
      return [el("ul", { class: "details" }, ...slots.map((slot) => this.#slotElement(slot, open)))];
    });
  }

  #slotElement(slot, open) {
    const mark = slot.confirmed ? el("span", { class: "mark" }, "✓ confirmed") : el("span", { class: "mark heard" }, "heard");
    const label = el("span", { class: "slot-label" }, slot.label);
    const text = el("p", {}, label, el("span", { class: "slot-value" }, String(slot.value)), mark);
    if (!open) return el("li", {}, text);
    const change = button("Change", () => this.#handlers.change(slot.label), "quiet");
    change.append(unseen(` ${slot.label}`));
    return el("li", {}, text, change);
  }

  #cards(state) {
    const cards = cardsToShow(state.cards, state.server);
    const ended = state.phase === "ended";
    const title = cards.length === 0 && (OUTCOMES[state.server?.outcome]?.title ?? "This conversation has ended");
    const key = [cards, state.server?.quote, state.server?.return, state.server?.handoff, state.server?.expecting, ended && title];
    const tools = { act: this.#handlers.act, copy: this.#handlers.copy };
    refill($("cards"), key, () => [
      ended && title ? el("h2", { class: "ended-title" }, title) : null,
      ...cards.map((card) => cardElement(card, state.server, tools)),
    ]);
  }

  #answers(state) {
    const { kind, options } = state.phase === "open" ? answersFor(state.server, state.cards) : { kind: "none", options: [] };
    const slot = state.server?.expecting?.slot;
    refill($("answers"), [kind, options, slot], () => (kind === "several" ? this.#several(options) : this.#one(options, slot)));
    show($("answers"), options.length > 0);
    if (kind === "several") this.#picked(state.picked);
  }

  #one(options, slot) {
    const answer = (option) => {
      const classes = slot === "offer" && option.id === "yes" ? "answer primary" : "answer";
      return button(option.label, () => this.#handlers.act(option), classes);
    };
    return [el("div", { class: "options" }, ...options.map(answer))];
  }

  #several(options) {
    const boxes = options.map((option) => {
      const box = el("input", { type: "checkbox", value: option.id, onchange: () => this.#handlers.pick(option.id) });
      const detail = option.detail ? el("span", { class: "soft" }, option.detail) : null;
      return el("label", { class: "answer pick" }, box, el("span", {}, option.label), detail);
    });
    const send = button("", () => this.#handlers.sendPicked(options), "answer primary several");
    send.id = "send-picked";
    return [el("div", { class: "options" }, ...boxes), send];
  }

  /** Ticks and the words of their button, without building them anew: the focus is on a tick. */
  #picked(picked) {
    $("answers").querySelectorAll("input").forEach((box) => (box.checked = picked.includes(box.value)));
    const words = picked.length === 1 ? "Send back this one" : `Send back these ${picked.length}`;
    setText($("send-picked"), picked.length ? words : "Pick what goes back");
    $("send-picked").setAttribute("aria-disabled", String(picked.length === 0));
  }

  #composer(state) {
    const field = fieldFor(state.server);
    const open = state.phase === "open";
    show($("composer"), open);
    setText($("hint-text"), field.hint);
    show($("where"), Boolean(field.where));
    show($("hint"), open && Boolean(field.hint || field.where));
    show($("paste"), field.numeric && Boolean(navigator.clipboard?.readText));
    $("field").placeholder = field.placeholder;
    $("field").inputMode = field.numeric ? "numeric" : "text";
    $("send").setAttribute("aria-disabled", String(Boolean(state.pending)));
  }

  #controls(state, name) {
    const spoken = state.mode === "spoken" && state.phase === "open";
    show($("pause"), spoken && !state.paused);
    setText($("big-label"), BIG_BUTTON[name]);
    $("big").setAttribute("aria-disabled", String(name === "thinking"));
    const withPerson = ["waiting_for_person", "with_person"].includes(state.server?.status);
    show($("person"), state.phase === "open");
    setText($("person-label"), withPerson ? "Add a note" : "Get a person");
    show($("heard-by"), spoken && state.platform === "browser");
    setText($("heard-by"), HEARD_BY(this.#recogniser));
  }
}

function lastPerson(state) {
  return state.messages.findLast((message) => message.role === "person")?.who ?? null;
}

const WHO = { user: "You", assistant: "Assistant", system: "Note" };

function messageElement(message) {
  const who = message.role === "person" ? capitalised(message.who ?? "a person") : WHO[message.role];
  const time = el("time", { datetime: message.at }, clockTime(message.at));
  const head = el("p", { class: "line-head" }, el("span", { class: "who" }, who), time);
  return el("article", { class: `line ${message.role}` }, head, el("p", { class: "line-text" }, message.text));
}

const STEP_WORDS = { done: "done", now: "now", next: "to come" };

function stepElement(step) {
  const current = step.state === "now" ? "step" : null;
  const words = unseen(`, ${STEP_WORDS[step.state]}`);
  return el("li", { class: `step step-${step.state}`, "aria-current": current }, el("span", {}, step.label), words);
}
