/** Threads that several elements of a page show: one is closed when none of them shows it any more. */

import type { ChatClient } from "../index.js";

const shown = new WeakMap<ChatClient, Map<number, number>>();

/** Open a thread of a client. Returns the function that ends it. */
export function showThread(client: ChatClient, thread: number): () => void {
  const counts = shown.get(client) ?? new Map<number, number>();
  shown.set(client, counts);
  counts.set(thread, (counts.get(thread) ?? 0) + 1);
  void client.openThread(thread);
  return () => {
    const rest = (counts.get(thread) ?? 1) - 1;
    counts.set(thread, rest);
    if (rest === 0) client.closeThread(thread);
  };
}
