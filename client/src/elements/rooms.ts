/** What several elements of a page show: it is closed when none of them shows it any more. */

import type { ChatClient } from "../index.js";

const users = new WeakMap<ChatClient, Map<string, number>>();

/** Open something of a client, which `key` names. Returns the function that ends it. */
export function showing(client: ChatClient, key: string, open: () => unknown, close: () => void): () => void {
  const known = users.get(client) ?? new Map<string, number>();
  users.set(client, known);
  known.set(key, (known.get(key) ?? 0) + 1);
  open();
  return () => {
    const rest = (known.get(key) ?? 1) - 1;
    known.set(key, rest);
    if (rest === 0) close();
  };
}
