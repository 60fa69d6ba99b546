/** Text helpers for speech: sentences to be spoken one by one, and the guard against hearing oneself. Pure. */

/** Cut a reply into sentences that join back to exactly the same text, so that spoken characters can be counted. */
export function sentences(text) {
  return text.match(/[^.!?…]*(?:[.!?…]+(?!\s|$)[^.!?…]*)*(?:[.!?…]+\s*|$)/g)?.filter((part) => part !== "") ?? [];
}

function words(text) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}\s]/gu, "").split(/\s+/).filter(Boolean);
}

function pairs(list) {
  return list.slice(1).map((word, index) => `${list[index]} ${word}`);
}

/**
 * Whether `heard` is the assistant's own voice coming back: four words or more of which four fifths of the
 * neighbouring pairs were just spoken; or, `soon` after playback, two words or more that end the spoken sentence.
 * An answer that repeats a choice ("the blue pillows") is shorter, or breaks the pairs, and stays a turn.
 */
export function isEcho(heard, spoken, soon = false) {
  const said = words(heard);
  const played = words(spoken);
  if (soon && said.length >= 2 && played.slice(-said.length).join(" ") === said.join(" ")) return true;
  if (said.length < 4) return false;
  const known = new Set(pairs(played));
  const own = pairs(said);
  return own.filter((pair) => known.has(pair)).length >= 0.8 * own.length;
}
