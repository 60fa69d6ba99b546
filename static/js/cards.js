/** Cards as elements: what is on offer, what was set up, what was passed on. Amounts and numbers come from the server's record. */

import { cardActions } from "./answers.js";
import { button, el, list, spokenAs, unseen } from "./dom.js";
import { capitalised, day, grouped, moment, money, spelled } from "./format.js";

/** The cards to show, most important first: the server's, completed by its record where a reload has lost them. */
export function cardsToShow(cards, server) {
  if (!server) return cards;
  const types = new Set(cards.map((card) => card.type));
  const missing = recorded(server).filter((card) => !types.has(card.type));
  const answered = server.expecting?.slot === "items" ? "items" : null; // the answers list the same lines
  const settled = server.quote ? null : "offer";
  return [...missing, ...cards].filter((card) => card.type !== answered && card.type !== settled);
}

function recorded({ handoff, quote, return: made }) {
  const found = [];
  if (handoff) found.push({ type: "handoff" });
  if (quote) found.push({ type: "offer", title: `${money(quote.refund_cents, quote.currency)} back` });
  if (made?.slip) found.push({ type: "slip", title: "Your return is set up" });
  return found;
}

const BODIES = { offer: offerBody, slip: slipBody, handoff: handoffBody, steps: stepsBody };

/** One card. `act({body, label})` sends a turn, `copy(text)` copies and says so. */
export function cardElement(card, server, { act, copy }) {
  const id = `card-${card.type}`;
  const body = (BODIES[card.type] ?? plainBody)(card, server, { copy });
  const title = card.type === "handoff" ? HANDOFF_TITLES[server.handoff.status] : card.title;
  const heading = el("h2", { id }, title);
  return el("section", { class: `card card-${card.type}`, "aria-labelledby": id }, heading, ...body, actionRow(card, server, act));
}

function actionRow(card, server, act) {
  const actions = cardActions(card, server);
  if (!actions.length) return null;
  return el("div", { class: "row" }, ...actions.map((action) => button(action.label, () => act(action))));
}

function row({ text, detail }) {
  return el("div", { class: "fact" }, el("dt", {}, text), el("dd", {}, detail));
}

function rows(items) {
  const facts = items.filter((item) => item.detail);
  const plain = items.filter((item) => !item.detail).map((item) => item.text);
  return [facts.length ? el("dl", { class: "rows" }, ...facts.map(row)) : null, plain.length ? list("ul", plain) : null];
}

function plainBody(card) {
  return rows(card.items ?? []);
}

function stepsBody(card) {
  const steps = (card.items ?? []).map((item) => [item.text, item.detail].filter(Boolean).join(" "));
  return [list("ol", steps), card.url ? link(card.url, "Open their page") : null];
}

function lineItems(lines, currency) {
  return lines.map((line) => ({
    text: line.quantity > 1 ? `${line.title} × ${line.quantity}` : line.title,
    detail: money(line.refund_cents, currency),
  }));
}

function quoteItems(quote) {
  const fees = quote.fees.map((fee) => ({
    text: fee.reason || capitalised(fee.kind.replaceAll("_", " ")),
    detail: `−${money(fee.amount_cents, quote.currency)}`,
  }));
  const last = day(quote.refund_to);
  const arrival = quote.refund_from === quote.refund_to ? last : `${day(quote.refund_from)} to ${last}`;
  return [...lineItems(quote.lines, quote.currency), ...fees, { text: "Money", detail: arrival }];
}

function feeWords(quote) {
  const total = quote.fees.reduce((sum, fee) => sum + fee.amount_cents, 0);
  return total ? `after a ${money(total, quote.currency)} fee` : "no fees";
}

const IN_HEADLINE = new Set(["fees", "return_by"]);

function offerBody(card, { quote }) {
  const headline = el("p", { class: "headline" }, `${capitalised(feeWords(quote))} · send by ${day(quote.return_by)}`);
  const items = card.items?.length ? card.items.filter((item) => !IN_HEADLINE.has(item.id)) : quoteItems(quote);
  return [headline, ...rows(items)];
}

function number(label, value, spoken, copy) {
  const shown = el("p", { class: "number-value" }, spokenAs(spoken, grouped(value)));
  return el("div", { class: "number" }, el("p", { class: "number-label" }, label), shown, button("Copy number", () => copy(value)));
}

function link(href, label) {
  const target = new URL(href, location.href);
  if (!["http:", "https:"].includes(target.protocol)) return null;
  const attributes = { class: "button", href: target.href, target: "_blank", rel: "noopener noreferrer" };
  return el("a", attributes, label, unseen(", opens in a new tab"));
}

function slipBody(card, { return: made }, { copy }) {
  const links = made.slip ? [link(made.slip.html_url, "Print slip"), link(made.slip.pdf_url, "Slip as PDF")] : [];
  const items = card.items?.length ? card.items.filter((item) => item.id !== "rma") : returnItems(made);
  const steps = made.next_steps ?? [];
  return [
    number("Return number", made.rma, made.rma_spoken, copy),
    links.length ? el("div", { class: "row" }, ...links) : null,
    ...rows(items),
    ...(steps.length ? [el("h3", {}, "What happens next"), list("ol", steps)] : []),
  ];
}

function returnItems(made) {
  const back = { text: "You get back", detail: money(made.refund_cents, made.currency) };
  return [...lineItems(made.lines, made.currency), back, { text: "Send by", detail: day(made.return_by) }];
}

const HANDOFF_TITLES = { open: "Passed to a person", claimed: "A person has your case", closed: "Your case is closed" };

function handoffBody(_card, { handoff }, { copy }) {
  const items = [];
  if (handoff.status !== "closed") items.push({ text: "Answer by", detail: moment(handoff.due_at) });
  if (handoff.claimed_by) items.push({ text: "With", detail: capitalised(handoff.claimed_by) });
  if (handoff.contact) items.push({ text: "They reach you", detail: handoff.contact });
  if (handoff.note) items.push({ text: "Their answer", detail: handoff.note });
  const passedOn = handoff.passed_on ?? [];
  return [
    number("Case number", handoff.reference, spelled(handoff.reference), copy),
    ...rows(items),
    ...(passedOn.length ? [el("h3", {}, "What I passed on"), list("ul", passedOn)] : []),
  ];
}
