/**
 * The page's side of the HTTP contract: one session, its bearer in memory and sessionStorage only, and turns that are
 * repeated once with the same `turn_id`, so that nothing happens twice. No DOM.
 */

const KEY = "returnflow.session";
const TIMEOUT_MS = 15000;
const RETRY_AFTER_MS = 700;

/** A problem+json answer, or no answer at all (`code` is then `network` or `offline`, `status` 0). */
export class ApiError extends Error {
  constructor({ status = 0, code = "network", detail = "", reference = "", retryAfter = 0 }) {
    super(detail || code);
    Object.assign(this, { status, code, detail, reference, retryAfter });
  }

  /** Whether the same request may be sent again: no answer, our fault, or a lost race. */
  get retryable() {
    return this.code === "network" || this.status >= 500 || this.code === "turn_conflict";
  }
}

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  return new ApiError({
    status: response.status,
    code: body.code ?? `http_${response.status}`,
    detail: body.detail ?? "",
    reference: body.reference ?? "",
    retryAfter: Number(response.headers.get("Retry-After")) || 0,
  });
}

/** 22 characters of randomness; `crypto.randomUUID` is missing on insecure origins, where typing must still work. */
export function newTurnId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export class Api {
  #session = null;
  #etag = null;
  #storage;
  #online;

  /** `storage` is sessionStorage or alike; `online()` says whether the device has a network. */
  constructor({ storage, online = () => navigator.onLine }) {
    this.#storage = storage;
    this.#online = online;
    this.#session = this.#restore();
  }

  get session() {
    return this.#session;
  }

  async start({ mode = "typed", orderNumber = null, language = "en" } = {}) {
    const body = { channel: "web", lang: language, mode };
    if (orderNumber) body.order_number = orderNumber;
    const answer = await this.#request("POST", "/api/sessions", { body });
    this.#session = { id: answer.session_id, token: answer.session_token, mode };
    this.#etag = null;
    this.#keep();
    return answer;
  }

  /** Send one turn; `body.turn_id` must be set. Tries twice, the same bytes both times. */
  async turn(body) {
    const send = () => this.#request("POST", `${this.#path()}/turns`, { body });
    try {
      return await send();
    } catch (error) {
      if (!error.retryable) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      return send();
    }
  }

  /** The conversation as it stands, or null when nothing changed since the last read. */
  async read({ fresh = false } = {}) {
    const headers = this.#etag && !fresh ? { "If-None-Match": this.#etag } : {};
    return this.#request("GET", this.#path(), { headers, remember: true });
  }

  async end() {
    return this.#request("POST", `${this.#path()}/end`, { body: {} });
  }

  /** Remember how the customer talks, so that a reload resumes the same way. */
  rememberMode(mode) {
    if (!this.#session) return;
    this.#session = { ...this.#session, mode };
    this.#keep();
  }

  forget() {
    this.#session = null;
    this.#etag = null;
    this.#storage.removeItem(KEY);
  }

  #path() {
    return `/api/sessions/${encodeURIComponent(this.#session.id)}`;
  }

  async #request(method, path, { body, headers = {}, remember = false }) {
    const init = { method, headers: { Accept: "application/json", ...headers }, cache: "no-store" };
    init.signal = AbortSignal.timeout(TIMEOUT_MS);
    if (this.#session) init.headers.Authorization = `Bearer ${this.#session.token}`;
    if (body !== undefined) {
      init.headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    let response;
    try {
      response = await fetch(path, init);
    } catch {
      throw new ApiError({ code: this.#online() ? "network" : "offline" });
    }
    if (response.status === 304) return null;
    if (!response.ok) throw await problem(response);
    if (remember) this.#etag = response.headers.get("ETag");
    return response.status === 204 ? null : response.json();
  }

  #restore() {
    try {
      const stored = JSON.parse(this.#storage.getItem(KEY) ?? "null");
      return stored?.id && stored?.token ? stored : null;
    } catch {
      return null;
    }
  }

  #keep() {
    this.#storage.setItem(KEY, JSON.stringify(this.#session));
  }
}
