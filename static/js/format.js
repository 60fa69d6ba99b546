/** Money, days and times for eyes. Pure but for the browser's own locale data. */

export function money(cents, currency = "USD") {
  return new Intl.NumberFormat("en-US", { style: "currency", currency }).format(cents / 100);
}

/** A `YYYY-MM-DD` as "Sunday, November 29"; the year only where it is far away. */
export function day(iso, today = new Date()) {
  const [year, month, date] = iso.split("-").map(Number);
  const value = new Date(year, month - 1, date);
  const far = Math.abs(value - today) > 330 * 86400000;
  const options = { weekday: "long", month: "long", day: "numeric", ...(far && { year: "numeric" }) };
  return new Intl.DateTimeFormat("en-US", options).format(value);
}

/** An instant as "Monday, November 23 at 12:00 PM" in the customer's own zone. */
export function moment(iso) {
  const options = { weekday: "long", month: "long", day: "numeric", hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat("en-US", options).format(new Date(iso));
}

/** An instant as "Mon 12:00 PM". */
export function shortMoment(iso) {
  return new Intl.DateTimeFormat("en-US", { weekday: "short", hour: "numeric", minute: "2-digit" }).format(new Date(iso)).replace(",", "");
}

export function clockTime(iso) {
  return new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit" }).format(new Date(iso));
}

/** "482913077" as "482 913 077". */
export function grouped(number) {
  return number.replace(/\s/g, "").replace(/(\d{3})(?=\d)/g, "$1 ");
}

/** "482913077" as "4 8 2, 9 1 3, 0 7 7". */
export function spelled(number) {
  return grouped(number).split(" ").map((group) => [...group].join(" ")).join(", ");
}

export function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
