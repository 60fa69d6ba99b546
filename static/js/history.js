/** The server's conversation history against the lines already shown. Pure. */

const SHOWN = new Set(["user", "assistant", "person", "system"]);

function asMessage(entry, id) {
  return { id, role: entry.role, text: entry.content, at: entry.at, who: entry.role === "person" ? entry.agent : null };
}

/** All lines of a conversation that is resumed. */
export function fromHistory(history) {
  return history.filter((entry) => SHOWN.has(entry.role) && entry.content).map(asMessage);
}

/** Take the line that repeats one of ours off the list. Text may be redacted on the server, so the oldest of the role counts else. */
function takeOwn(own, entry) {
  const exact = own.findIndex((line) => line.role === entry.role && line.text === entry.content);
  const index = exact >= 0 ? exact : own.findIndex((line) => line.role === entry.role);
  if (index < 0) return null;
  return own.filter((_line, position) => position !== index);
}

/** `{messages, seen, own}` after reading `history`: lines of others are added, our own are not shown twice. */
export function mergeHistory(state, history) {
  let own = state.own;
  const messages = [...state.messages];
  for (const entry of history.slice(state.seen)) {
    if (!SHOWN.has(entry.role) || !entry.content) continue;
    const rest = takeOwn(own, entry);
    if (rest) own = rest;
    else messages.push(asMessage(entry, messages.length));
  }
  return { messages, seen: Math.max(state.seen, history.length), own };
}
