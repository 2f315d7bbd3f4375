/** Items of the queue: how they look, and how they are sent. */

import type { ApiError } from "./errors.js";
import type { StoredItem } from "./storage.js";

/** An item of the queue as the snapshot shows it. */
export interface QueueItem<Data = unknown> {
  readonly id: string;
  readonly kind: string;
  readonly lane: string;
  readonly data: Data;
  readonly created: number;
  /**
   * `queued`: it waits for its turn or for the connection. `sending`: it is on its way. `confirm`: the question that it
   * answers has moved on, and the user decides. `refused`: the server does not accept it.
   */
  readonly state: "queued" | "sending" | "confirm" | "refused";
  readonly refusal: { readonly status: number; readonly body: unknown } | null;
  /** The sent part of its files, from 0 to 1. */
  readonly progress: number;
}

/** How items of a kind are sent. */
export interface Sender {
  send(
    item: StoredItem,
    options: { signal: AbortSignal; onProgress: (part: number) => void },
  ): Promise<unknown>;
  /** The server has stored the item. Called in every tab. */
  stored(item: StoredItem, result: unknown): void;
  /** Whether a refused item answers a question that has moved on. */
  hasMovedOn(item: StoredItem, error: ApiError): boolean;
}

/** What is being sent. */
export interface CurrentSending {
  readonly id: string;
  readonly progress: number;
  readonly controller: AbortController;
}

export class QueueViews {
  #views = new Map<string, QueueItem>();

  /** Return the items as the snapshot shows them; an item that looks the same keeps its identity. */
  show(items: readonly StoredItem[], current: CurrentSending | null): readonly QueueItem[] {
    const known = this.#views;
    this.#views = new Map();
    for (const item of items) {
      const isSending = item.id === current?.id;
      const state = isSending ? "sending" : item.state;
      const progress = isSending ? current.progress : 0;
      const view = known.get(item.id);
      const isSame = view?.state === state && view.progress === progress;
      this.#views.set(item.id, isSame ? view : { ...item, state, progress });
    }
    return [...this.#views.values()];
  }
}
