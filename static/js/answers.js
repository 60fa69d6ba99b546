/** The buttons under the conversation, and how the typing field helps: both from the open question. Pure. */

const NONE = Object.freeze({ kind: "none", options: [] });

function fromChoice(choice) {
  return { id: choice.id, label: choice.label, body: { choice_id: choice.id } };
}

/** `{kind: "none"|"one"|"several", options: [{id, label, detail?, body}]}`. Items may be picked together; their card has the details. */
export function answersFor(server, cards = []) {
  const expecting = server?.expecting;
  if (!expecting) return NONE;
  const options = (expecting.choices ?? []).map(fromChoice);
  if (expecting.slot === "items" && options.length > 1) {
    const lines = cards.find((card) => card.type === "items")?.items ?? [];
    const detailOf = (id) => lines.find((line) => line.id === id)?.detail;
    return { kind: "several", options: options.map((option) => ({ ...option, detail: detailOf(option.id) })) };
  }
  if (options.length) return { kind: "one", options };
  if (expecting.kind !== "yes_no") return NONE;
  return { kind: "one", options: ["Yes", "No"].map((label) => ({ id: label, label, body: { text: label } })) };
}

/** The actions of a card that say something and are not among the answers already. */
export function cardActions(card, server) {
  const offered = new Set((server?.expecting?.choices ?? []).map((choice) => choice.id));
  return (card.actions ?? []).filter((action) => (action.choice_id ? !offered.has(action.choice_id) : action.say)).map(fromAction);
}

function fromAction({ label, choice_id: choiceId, say }) {
  return { id: choiceId ?? say, label, body: choiceId ? { choice_id: choiceId } : { text: say } };
}

/** The turn for several picked answers: one by its id, more by their labels, as the customer would say them. */
export function pickedTurn(options, ids) {
  const chosen = options.filter((option) => ids.includes(option.id));
  if (chosen.length === 1) return { body: chosen[0].body, label: chosen[0].label };
  const labels = chosen.map((option) => option.label);
  const text = `${labels.slice(0, -1).join(", ")} and ${labels.at(-1)}`.slice(0, 1000);
  return { body: { text }, label: text };
}

/** `{numeric, where, hint, placeholder}` of the typing field. */
export function fieldFor(server) {
  if (["waiting_for_person", "with_person"].includes(server?.status)) {
    return { numeric: false, where: false, hint: "", placeholder: "Write to the person…" };
  }
  const expecting = server?.expecting;
  return {
    numeric: expecting?.kind === "number",
    where: expecting?.slot === "order_number",
    hint: expecting?.example ? `For example ${expecting.example}` : "",
    placeholder: "Type here…",
  };
}
