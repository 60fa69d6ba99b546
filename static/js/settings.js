/** What the customer chose for this device: kept in localStorage, never sent. No DOM. */

const KEY = "returnflow.settings";

export const LANGUAGES = [
  ["en-US", "English (US)"],
  ["en-GB", "English (UK)"],
  ["en-IN", "English (India)"],
  ["en-CA", "English (Canada)"],
  ["en-AU", "English (Australia)"],
];
export const TEXT_SIZES = [100, 125, 150, 200];
export const RATES = [0.8, 1.0];

/** The first English the browser prefers, else American. */
export function preferredLanguage(languages) {
  return (languages ?? []).find((tag) => /^en-/i.test(tag)) ?? "en-US";
}

function defaults(languages) {
  return { textSize: 100, rate: 1.0, voiceOn: true, shortcuts: false, language: preferredLanguage(languages) };
}

/** Stored settings over the defaults. What is unreadable or unknown falls back silently: a setting is a comfort, not data. */
export function loadSettings(storage, languages) {
  const base = defaults(languages);
  let stored = {};
  try {
    stored = JSON.parse(storage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return base;
  }
  return {
    textSize: TEXT_SIZES.includes(stored.textSize) ? stored.textSize : base.textSize,
    rate: RATES.includes(stored.rate) ? stored.rate : base.rate,
    voiceOn: typeof stored.voiceOn === "boolean" ? stored.voiceOn : base.voiceOn,
    shortcuts: typeof stored.shortcuts === "boolean" ? stored.shortcuts : base.shortcuts,
    language: typeof stored.language === "string" ? stored.language : base.language,
  };
}

/** Keep the settings; a full or forbidden storage only means that they last for this visit. */
export function saveSettings(storage, settings) {
  try {
    storage.setItem(KEY, JSON.stringify(settings));
  } catch {
    return false;
  }
  return true;
}
