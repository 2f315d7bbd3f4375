/** How a test compares the state of a client with what the server says. Used in node and in the browser. */

export const PATIENCE = 120_000;

/** Resolve with the value of `read` as soon as it is neither null nor false; `read` is called after each change. */
export function until(client, read, what = String(read)) {
  return new Promise((resolve, reject) => {
    const end = (settle, value) => {
      clearTimeout(timer);
      stop();
      settle(value);
    };
    const look = () => {
      let value;
      try {
        value = read(client.getSnapshot());
      } catch (error) {
        return end(reject, error);
      }
      if (value !== null && value !== undefined && value !== false) end(resolve, value);
    };
    const stop = client.subscribe(look);
    const timer = setTimeout(() => end(reject, new Error(`Not so in time: ${what}`)), PATIENCE);
    look();
  });
}

/** Load every message of an open thread, and return the state of the client that a test compares. */
export async function stateOf(client, threads, plainText) {
  for (const id of threads) {
    await until(client, ({ rooms }) => rooms.get(id)?.isLoaded && !rooms.get(id).isLoading, `thread ${id} loads`);
    while (client.getSnapshot().rooms.get(id)?.hasEarlier) await client.loadEarlier(id);
  }
  const { rooms, unread, queue } = client.getSnapshot();
  const messages = (id) =>
    rooms.get(id).messages.map((message) => ({ id: message.id, sender: message.sender, text: plainText(message) }));
  return {
    queue: queue.length,
    unread,
    threads: Object.fromEntries(threads.map((id) => [id, rooms.get(id).thread])),
    messages: Object.fromEntries(threads.map((id) => [id, messages(id)])),
  };
}

/** Sort the keys, so that equal objects have equal texts. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

/** Return the first difference of two values as a text; empty if they are equal. */
export function difference(is, expected, path = "") {
  if (JSON.stringify(sorted(is)) === JSON.stringify(sorted(expected))) return "";
  const areObjects = [is, expected].every((value) => typeof value === "object" && value !== null);
  if (!areObjects) return `${path}: ${JSON.stringify(is)} instead of ${JSON.stringify(expected)}`;
  for (const key of new Set([...Object.keys(is), ...Object.keys(expected)])) {
    const found = difference(is[key], expected[key], `${path}/${key}`);
    if (found) return found;
  }
  return `${path}: order of keys`;
}

/** Wait until the state of the client is as expected; reject with the first difference if it stays another one. */
export async function settles(client, expected, plainText, patience = PATIENCE) {
  const threads = Object.keys(expected.threads).map(Number);
  const limit = AbortSignal.timeout(patience);
  for (;;) {
    const found = difference(await stateOf(client, threads, plainText), expected);
    if (!found) return;
    await new Promise((resolve, reject) => {
      const stop = client.subscribe(() => {
        stop();
        limit.onabort = null;
        resolve();
      });
      limit.onabort = () => reject(new Error(found));
      if (limit.aborted) reject(new Error(found));
    });
  }
}
