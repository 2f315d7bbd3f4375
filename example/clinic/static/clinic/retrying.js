/** Sending something until there is an answer to it. */

const FIRST = 500;
const LONGEST = 15_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Call `ask` until the server answers it, with longer and longer pauses; `wait` is called before each of them and says
 * whether to go on. Throws what will not pass. Sent with a `client_id`, a message is stored once all the same.
 */
export async function untilAnswered(ask, wait) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!error.isPassing || !wait()) throw error;
      await pause(Math.min(LONGEST, FIRST * 2 ** attempt) * (0.5 + Math.random() / 2));
    }
  }
}

/** Make a UUID. */
export function freshUuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Pages without HTTPS have no `randomUUID`.
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}
