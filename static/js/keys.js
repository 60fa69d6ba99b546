/** Keyboard and holding: what a press, a hold, Escape and the one-letter shortcuts do. Listens, decides nothing else. */

const HOLD_MS = 400;
const TYPING = "input, textarea, select, [contenteditable]";

/** `tap` on click (mouse, touch, Enter, Space, screen reader); `hold` after 400 ms of pressing, `release` at its end. */
export function holdable(button, { tap, hold, release }) {
  let timer = null;
  let held = false;
  const press = () => {
    held = false;
    timer = setTimeout(() => ((held = true), hold()), HOLD_MS);
  };
  const lift = () => {
    clearTimeout(timer);
    if (held) release();
    return held;
  };
  button.addEventListener("pointerdown", press);
  for (const type of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(type, lift);
  button.addEventListener("keydown", (event) => event.key === " " && !event.repeat && press());
  button.addEventListener("keyup", (event) => event.key === " " && lift() && event.preventDefault());
  button.addEventListener("contextmenu", (event) => held && event.preventDefault());
  button.addEventListener("click", () => {
    if (!held) tap();
    held = false;
  });
}

/** Space held anywhere, Escape, and the shortcuts when they are switched on. */
export function pageKeys({ hold, release, escape, shortcuts, enabled }) {
  let held = false;
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && !event.repeat && document.activeElement === document.body) {
      event.preventDefault();
      held = true;
      hold();
    }
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) escape();
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest(TYPING);
    const shortcut = enabled() && plain && !document.querySelector("dialog[open]") ? shortcuts[event.key.toLowerCase()] : null;
    if (shortcut) {
      event.preventDefault();
      shortcut();
    }
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== " " || !held) return;
    held = false;
    release();
  });
}
