/** Which row of the error table a failed request is. Pure; the sentences are in copy.js. */

/** Faults after which the very same turn may be sent again. */
export const KEPT = new Set(["offline", "busy", "turn_failed"]);

/** The fault of a conversation that could not be started or resumed. */
export function startFault(error) {
  if (error.code === "offline") return { cause: "offline" };
  if (error.status === 401) return { cause: "expired" };
  if (error.status === 429) return { cause: "busy_start", seconds: error.retryAfter || 10 };
  return { cause: "start_failed", reference: error.reference };
}

/** The fault of a turn that did not go through. */
export function turnFault(error) {
  if (error.code === "offline") return { cause: "offline" };
  if (error.status === 401 || error.status === 404) return { cause: "expired" };
  if (error.status === 429) return { cause: "busy", seconds: error.retryAfter || 2 };
  if (error.status >= 400 && error.status < 500 && error.code !== "turn_conflict") return { cause: "turn_refused", detail: error.detail };
  return { cause: "turn_failed", reference: error.reference };
}
