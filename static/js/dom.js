/** Building and finding elements. Text only ever goes in as text; there is no way to pass markup. */

export const $ = (id) => document.getElementById(id);

/** `el("p", {class: "x", "aria-hidden": "true", onclick: fn}, "text", child)`; null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function button(label, onclick, classes = "button") {
  return el("button", { type: "button", class: classes, onclick }, label);
}

/** A list of lines; `kind` is ul or ol. */
export function list(kind, lines) {
  return el(kind, { class: "points" }, ...lines.map((line) => el("li", {}, line)));
}

/** Words that only screen readers get. */
export function unseen(text) {
  return el("span", { class: "vh" }, text);
}

/** Text for ears and text for eyes: screen readers get the first, eyes the second. */
export function spokenAs(forEars, forEyes) {
  return el("span", {}, el("span", { "aria-hidden": "true" }, forEyes), unseen(forEars));
}

/** Show or hide without rebuilding. */
export function show(node, visible) {
  node.hidden = !visible;
}

/** Set text only when it differs, so that live regions speak once. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Fill `node` anew when `key` changed since the last time. Focus that was inside stays at the node, not lost at the top of the page. */
export function refill(node, key, build) {
  const mark = JSON.stringify(key);
  if (node.dataset.mark === mark) return;
  const held = node.contains(document.activeElement);
  node.dataset.mark = mark;
  node.replaceChildren(...build().filter(Boolean));
  if (held) {
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
  }
}
