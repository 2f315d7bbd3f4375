/** Sending a request until the server answers. */

const FIRST = 500;
const LONGEST = 15_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Call `ask` until the server answers, with growing pauses. `wait` is called before each pause and returns whether to
 * continue. Throws permanent errors. A message with a `client_id` is stored once, however often it is sent.
 */
export async function retryUntilAnswered(ask, wait) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!error.isTemporary || !wait()) throw error;
      await pause(Math.min(LONGEST, FIRST * 2 ** attempt) * (0.5 + Math.random() / 2));
    }
  }
}

/** Return a new UUID. */
export function newUuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Pages without HTTPS have no `randomUUID`.
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}
