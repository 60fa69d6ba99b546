/** Wires the modules to the page: the only file with side effects on load. */

import { pickedTurn } from "./answers.js";
import { Api } from "./api.js";
import { Call } from "./call.js";
import { SAY, recogniserOwner } from "./copy.js";
import { confirmed, openFacts, openMenu } from "./dialogs.js";
import { $ } from "./dom.js";
import { holdable, pageKeys } from "./keys.js";
import { loadSettings, saveSettings } from "./settings.js";
import { SilenceLadder } from "./silence.js";
import { BrowserSpeech } from "./speech.js";
import { Store, stateName } from "./state.js";
import { View } from "./view.js";

const store = new Store();
const api = new Api({ storage: sessionStorage });
const recogniser = recogniserOwner(navigator);
let settings = loadSettings(localStorage, navigator.languages);
const seconds = document.getElementById("main").dataset.silence.split(" ").map(Number);
const ladder = new SilenceLadder({ seconds });
const call = new Call({ store, api, speech: new BrowserSpeech(window), ladder, settings: () => settings });
const view = new View({ handlers: { act, pick, sendPicked, fault, change, copy }, recogniser });

let begun = null; // {mode} of a start that the customer asked for and that still has to receive the focus
let lastMode = "typed";
let lastFault = null;
let linkedOrder = orderFromAddress();

function act(turn) {
  call.choose(turn);
}

function pick(id) {
  store.dispatch({ type: "picked", id });
}

function sendPicked(options) {
  if (store.state.picked.length) call.choose(pickedTurn(options, store.state.picked));
}

function change(label) {
  $("facts-sheet").close();
  call.say(SAY.change(label));
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  view.announce("Copied");
}

async function begin(mode) {
  lastMode = mode;
  begun = { mode };
  await call.start(mode, { orderNumber: linkedOrder });
  if (store.state.phase !== "idle") linkedOrder = null;
}

/** `#order=…` in an order e-mail's link: the fragment never reaches a server log, and is taken out of the address at once. */
function orderFromAddress() {
  const order = new URLSearchParams(location.hash.slice(1)).get("order");
  if (order) history.replaceState(null, "", location.pathname + location.search);
  return order;
}

function fault(id) {
  const actions = {
    talk: () => (store.state.phase === "idle" ? begin("spoken") : call.talk()),
    type: () => (store.state.phase === "idle" ? begin("typed") : (call.type(), $("field").focus())),
    resend: () => call.retry(),
    person: () => (call.dismiss(), call.person()),
    help: menu,
    dismiss: () => call.dismiss(),
    start_again: () => call.startOver(),
    restart: () => begin(lastMode),
  };
  actions[id]();
}

async function send(event) {
  event.preventDefault();
  const text = $("field").value;
  if (!text.trim() || store.state.pending) return;
  $("field").value = "";
  if (!(await call.say(text))) $("field").value = text;
}

async function paste() {
  try {
    $("field").value = (await navigator.clipboard.readText()).trim().slice(0, 1000);
    $("field").focus();
  } catch {
    store.dispatch({ type: "fault", fault: { cause: "paste" } });
  }
}

function personPressed() {
  const waiting = ["waiting_for_person", "with_person"].includes(store.state.server?.status);
  if (waiting) $("field").focus();
  else call.person();
}

function pausePressed() {
  if (store.state.paused) call.proceed();
  else call.pause();
}

async function asked(what, then) {
  if (await confirmed(what)) then();
}

function menu() {
  const { phase, mode, muted } = store.state;
  const open = phase === "open";
  const spoken = open && mode === "spoken";
  const actions = [
    spoken && { label: muted ? "Unmute my microphone" : "Mute my microphone", run: () => call.mute(!muted) },
    spoken && { label: "Only type from here", run: () => call.type() },
    open && { label: "Copy conversation", run: copyConversation },
    phase !== "idle" && { label: "Start over", run: () => asked("start_over", () => call.startOver()) },
    open && { label: "End", run: () => asked("end", () => call.end()) },
  ].filter(Boolean);
  openMenu({ actions, settings: { value: settings, change: changeSettings }, about: about() });
}

function about() {
  const { server, platform } = store.state;
  return [
    ["Version", $("main").dataset.version],
    ["Voice", platform === "browser" ? `this browser’s own${recogniser ? ` (${recogniser})` : ""}` : platform],
    ["Conversation", api.session?.id ?? "not started"],
    ["Agent", server?.agent ?? "none yet"],
  ];
}

function copyConversation() {
  return copy(store.state.messages.map((message) => `${message.role}: ${message.text}`).join("\n"));
}

function changeSettings(patch) {
  settings = { ...settings, ...patch };
  saveSettings(localStorage, settings);
  view.render(store.state, settings);
}

/** Focus follows only what the customer did: into the conversation after Talk or Type, and to an error's first button. */
function guideFocus() {
  const { phase, fault: now } = store.state;
  if (begun && phase === "connecting") $("big").focus();
  if (begun && phase === "open") {
    $(begun.mode === "typed" ? "field" : "big").focus();
    begun = null;
  }
  if (now && now !== lastFault && document.activeElement !== $("field")) view.focusAlert();
  lastFault = now;
}

function hidden() {
  if (document.visibilityState === "hidden" && store.state.mode === "spoken") call.pause();
}

function listen() {
  $("start-talk").addEventListener("click", () => begin("spoken"));
  $("start-type").addEventListener("click", () => begin("typed"));
  document.querySelectorAll(".example").forEach((example) =>
    example.addEventListener("click", () => {
      $("field").value = example.textContent;
      begin("typed");
    }),
  );
  $("composer").addEventListener("submit", send);
  $("field").addEventListener("input", () => call.typing());
  $("field").addEventListener("keydown", (event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && send(event));
  $("paste").addEventListener("click", paste);
  $("where").addEventListener("click", () => call.say(SAY.where));
  $("person").addEventListener("click", personPressed);
  $("pause").addEventListener("click", pausePressed);
  $("progress").addEventListener("click", openFacts);
  $("menu-button").addEventListener("click", menu);
  $("skip").addEventListener("click", skip);
  document.addEventListener("visibilitychange", hidden);
  window.addEventListener("online", () => call.network(true));
  window.addEventListener("offline", () => call.network(false));
}

/** The field exists only in a conversation; before it, the way there is the Type button. */
function skip(event) {
  if (store.state.phase === "open") return;
  event.preventDefault();
  (store.state.phase === "idle" ? $("start-type") : $("big")).focus();
}

function keyboard() {
  const hold = () => call.hold();
  const release = () => call.release();
  holdable($("big"), { tap: () => call.press(), hold, release });
  const shortcuts = { m: () => call.mute(!store.state.muted), p: pausePressed, h: personPressed, "/": () => $("field").focus() };
  const live = () => settings.shortcuts && store.state.phase === "open";
  pageKeys({ hold, release, escape: () => stateName(store.state) === "speaking" && call.hush(), shortcuts, enabled: live });
}

store.addEventListener("change", () => {
  view.render(store.state, settings);
  guideFocus();
});
listen();
keyboard();
view.render(store.state, settings);
call.resume();
