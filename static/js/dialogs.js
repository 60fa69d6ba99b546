/** The three dialogs: steps and details (phone), menu and help, confirmation. Native `<dialog>`: focus goes in and comes back by itself. */

import { CONFIRM } from "./copy.js";
import { $, button, el } from "./dom.js";
import { LANGUAGES, RATES, TEXT_SIZES } from "./settings.js";

export function openFacts() {
  $("facts-sheet").showModal();
}

/** Ask before something that cannot be taken back. Resolves to true for yes. */
export function confirmed(what) {
  const { title, text, yes } = CONFIRM[what];
  const dialog = $("confirm");
  $("confirm-title").textContent = title;
  $("confirm-text").textContent = text;
  $("confirm-yes").textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

/** Open the menu. `actions` are what it can do now: [{label, run}]; `settings` is {value, change(patch)}; `about` rows of text. */
export function openMenu({ actions, settings, about }) {
  const buttons = actions.map(({ label, run }) => button(label, () => ($("menu").close(), run())));
  $("menu-body").replaceChildren(
    buttons.length ? el("div", { class: "row" }, ...buttons) : "",
    settingsPart(settings),
    helpPart(),
    aboutPart(about),
  );
  $("menu").showModal();
}

function settingsPart({ value, change }) {
  const pick = (label, name, options) => {
    const select = el("select", { id: `setting-${name}`, onchange: (event) => change({ [name]: read(options, event.target.value) }) });
    select.append(...options.map(([key, words]) => el("option", { value: key, selected: key === value[name] }, words)));
    return el("p", { class: "setting" }, el("label", { for: `setting-${name}` }, label), select);
  };
  const tick = (label, name, on, patch) => {
    const ticked = (event) => change(patch(event.target.checked));
    const box = el("input", { type: "checkbox", id: `setting-${name}`, checked: on, onchange: ticked });
    return el("p", { class: "setting tick" }, box, el("label", { for: `setting-${name}` }, label));
  };
  const languages = LANGUAGES.some(([tag]) => tag === value.language) ? LANGUAGES : [[value.language, value.language], ...LANGUAGES];
  return el("section", {}, el("h3", {}, "On this device"),
    pick("Text size", "textSize", TEXT_SIZES.map((size) => [size, `${size} %`])),
    pick("Speaking speed", "rate", RATES.map((rate) => [rate, rate < 1 ? "Slower" : "Normal"])),
    pick("My English", "language", languages),
    tick("My screen reader reads it (assistant’s voice off)", "voiceOn", !value.voiceOn, (on) => ({ voiceOn: !on })),
    tick("One-letter shortcuts", "shortcuts", value.shortcuts, (on) => ({ shortcuts: on })));
}

function read(options, chosen) {
  return options.find(([key]) => String(key) === chosen)[0];
}

const KEYS = [
  ["Enter", "send what is typed (Shift and Enter for a new line)"],
  ["Space on the Talk button", "press to talk; hold to talk while you hold"],
  ["Esc", "stop the voice, then close a sheet; never ends the conversation"],
  ["M, P, H, /", "mute, pause, get a person, typing field: only with one-letter shortcuts on"],
];

function helpPart() {
  const rows = KEYS.map(([key, what]) => el("div", { class: "fact" }, el("dt", {}, key), el("dd", {}, what)));
  return el("section", {}, el("h3", {}, "Help"),
    el("p", {}, "Say or type what is wrong in your own words. You can correct anything at any time, ask to go back, or ask for a person."),
    el("p", {}, "The microphone that is used is the one your browser has chosen; change it in the browser’s own site settings."),
    el("h4", {}, "Keyboard"), el("dl", { class: "rows" }, ...rows));
}

function aboutPart(about) {
  const rows = about.map(([label, text]) => el("div", { class: "fact" }, el("dt", {}, label), el("dd", {}, text)));
  return el("details", {}, el("summary", {}, "Connection details"), el("dl", { class: "rows" }, ...rows));
}
