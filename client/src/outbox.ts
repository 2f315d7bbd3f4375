/**
 * The queue of what the user has sent: stored before it is sent, and removed after the server has stored it, so that
 * neither a lost connection nor a closed page loses anything. One tab of the account sends at a time.
 */

import { Backoff } from "./backoff.js";
import { ApiError } from "./errors.js";
import { withLock } from "./locks.js";
import { type CurrentSending, type QueueItem, QueueViews, type Sender } from "./queue_items.js";
import type { Storage, StoredItem } from "./storage.js";

export interface OutboxHandlers {
  changed(): void;
  /** Items were too old to be sent, and are gone. */
  expired(items: readonly QueueItem[]): void;
}

interface Waiter {
  readonly key: string;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

type Note =
  | { readonly type: "changed" }
  | { readonly type: "stored"; readonly item: StoredItem; readonly result: unknown };

const EXPIRES_AFTER = 7 * 24 * 60 * 60 * 1000;
/** So often is a request repeated that the server itself fails on. */
const FAILURES_MAX = 8;

function aborted(reason: string): DOMException {
  return new DOMException(reason, "AbortError");
}

export class Outbox {
  readonly #senders = new Map<string, Sender>();
  readonly #waiters = new Map<string, Waiter>();
  readonly #failures = new Map<string, number>();
  /** Items of this page that have waited for nothing yet: whoever sent them gets a refusal at once. */
  readonly #fresh = new Set<string>();
  /** Items that are being stored. */
  readonly #adding = new Map<string, Promise<void>>();
  readonly #backoff = new Backoff(() => this.flush());
  #items: StoredItem[] = [];
  #shown: readonly QueueItem[] | null = null;
  readonly #views = new QueueViews();
  #sending: CurrentSending | null = null;
  #isPaused = true;
  #isFlushing = false;
  #again = false;
  #channel: BroadcastChannel | null = null;
  #ready: Promise<void>;

  constructor(
    private readonly owner: string,
    private readonly storage: Promise<Storage>,
    private readonly handlers: OutboxHandlers,
  ) {
    this.#ready = this.#load();
    // Nothing can be read: what is sent from now on is kept by the page alone.
    this.#ready.catch(() => {});
    if (typeof BroadcastChannel !== "undefined") {
      this.#channel = new BroadcastChannel(`django-chat-api ${owner}`);
      this.#channel.onmessage = ({ data }: MessageEvent<Note>) => void this.#heard(data).catch(() => {});
    }
  }

  /** Set how items of a kind are sent. */
  register(kind: string, sender: Sender): void {
    this.#senders.set(kind, sender);
  }

  /** The items, in order; the same list until one of them changes. */
  get items(): readonly QueueItem[] {
    this.#shown ??= this.#views.show(this.#items, this.#sending);
    return this.#shown;
  }

  /**
   * Store an item and send it. Resolves with the response when the server has stored it, or with null when a later item
   * with the same key has replaced it; rejects if the server refuses it or it is discarded.
   */
  async add<T>(item: Pick<StoredItem, "id" | "kind" | "lane" | "key" | "data">): Promise<T> {
    await this.#ready.catch(() => {});
    const stored: StoredItem = {
      ...item,
      owner: this.owner,
      created: Date.now(),
      order: 0,
      state: "queued",
      refusal: null,
    };
    const answer = new Promise<T>((resolve, reject) => {
      this.#waiters.set(item.id, { key: item.key, resolve: resolve as (result: unknown) => void, reject });
    });
    this.#fresh.add(item.id);
    const adding = this.storage.then((storage) => storage.add(stored)).then(() => this.#reload());
    this.#adding.set(item.id, adding);
    try {
      await adding;
    } catch (error) {
      this.#waiters.delete(item.id);
      throw error;
    } finally {
      this.#adding.delete(item.id);
    }
    // This one stands for earlier ones with the same key; what is on its way can still be stored.
    for (const [id, { key }] of this.#waiters) {
      if (id === item.id) break;
      if (!item.key || key !== item.key || id === this.#sending?.id || this.#has(id)) continue;
      this.#settle(id, (waiter) => waiter.resolve(null));
    }
    this.#announce({ type: "changed" });
    this.flush();
    return answer;
  }

  /** Remove an item, and stop sending it. */
  async discard(id: string): Promise<void> {
    await this.#ready.catch(() => {});
    await this.#adding.get(id)?.catch(() => {});
    const item = this.#items.find((other) => other.id === id);
    if (!item) return;
    if (this.#sending?.id === id) this.#sending.controller.abort(aborted("Discarded"));
    await this.#remove(item);
    this.#settle(id, (waiter) => waiter.reject(aborted("Discarded")));
    this.#announce({ type: "changed" });
  }

  /** Send what is queued, now. */
  resume(): void {
    this.#isPaused = false;
    this.#backoff.reset();
    this.flush();
  }

  /** Send nothing until `resume`. */
  pause(): void {
    this.#isPaused = true;
    this.#fresh.clear();
    this.#backoff.stop();
  }

  /** Forget all items of the account. */
  async clear(): Promise<void> {
    this.pause();
    this.#sending?.controller.abort(aborted("Discarded"));
    await (await this.storage).clear(this.owner);
    await this.#reload();
    for (const id of [...this.#waiters.keys()]) {
      this.#settle(id, (waiter) => waiter.reject(aborted("Discarded")));
    }
    this.#announce({ type: "changed" });
  }

  close(): void {
    this.pause();
    this.#sending?.controller.abort(aborted("Closed"));
    this.#channel?.close();
    // What was added just now is kept.
    void this.#ready
      .catch(() => {})
      .then(() => Promise.allSettled(this.#adding.values()))
      .then(async () => (await this.storage).close());
  }

  /** Send what is queued, unless that happens already. */
  flush(): void {
    if (this.#isPaused) return;
    if (this.#isFlushing) {
      this.#again = true;
      return;
    }
    if (!this.#backoff.isOver()) return;
    this.#isFlushing = true;
    // The storage has failed: everything is still there.
    const flushed = withLock(`django-chat-api ${this.owner}`, () => this.#flush()).catch(() =>
      this.#later(null),
    );
    void flushed.finally(() => {
      this.#isFlushing = false;
      if (this.#again) {
        this.#again = false;
        this.flush();
      }
    });
  }

  async #flush(): Promise<void> {
    // Once it has been loaded, so that items expire once.
    await this.#ready.catch(() => {});
    await this.#load();
    const failing = new Set<string>();
    for (;;) {
      const item = this.#items.find(({ state, lane }) => state === "queued" && !failing.has(lane));
      if (!item || this.#isPaused) return;
      const outcome = await this.#send(item);
      if (outcome === "stop") return;
      if (outcome === "skip") failing.add(item.lane);
    }
  }

  /** Send one item. Return whether to go on with the next, with those of other lanes, or not at all. */
  async #send(item: StoredItem): Promise<"next" | "skip" | "stop"> {
    const sender = this.#senders.get(item.kind);
    if (!sender) return this.#refuse(item, new ApiError(400, null), false);
    const controller = new AbortController();
    this.#sending = { id: item.id, progress: 0, controller };
    this.#changed();
    const onProgress = (progress: number) => {
      if (this.#sending?.controller !== controller) return;
      this.#sending = { id: item.id, progress, controller };
      this.#changed();
    };
    let result: unknown;
    try {
      result = await sender.send(item, { signal: controller.signal, onProgress });
    } catch (error) {
      this.#sending = null;
      this.#changed();
      return this.#failed(item, error, sender);
    }
    this.#sending = null;
    this.#backoff.reset();
    sender.stored(item, result);
    await this.#remove(item);
    this.#settle(item.id, (waiter) => waiter.resolve(result));
    this.#announce({ type: "stored", item, result });
    return "next";
  }

  async #failed(item: StoredItem, error: unknown, sender: Sender): Promise<"next" | "skip" | "stop"> {
    if (!(error instanceof ApiError)) {
      // It was discarded or the page closes; anything else would fail again.
      const isAborted = (error as Error | null)?.name === "AbortError";
      if (isAborted) return this.#isPaused ? "stop" : "next";
      return this.#refuse(item, new ApiError(400, String(error)), false);
    }
    // Without a sign-in, everything waits.
    if (this.#isPaused) return "stop";
    const failures = (this.#failures.get(item.id) ?? 0) + 1;
    this.#failures.set(item.id, failures);
    const isBroken = error.status === 500 && failures >= FAILURES_MAX;
    if (!error.isTemporary || isBroken) return this.#refuse(item, error, sender.hasMovedOn(item, error));
    // A later item with the same key came meanwhile, and stands for it.
    if (!this.#has(item.id)) {
      this.#failures.delete(item.id);
      this.#settle(item.id, (waiter) => waiter.resolve(null));
    }
    this.#later(error.retryAfter);
    // It can be this request alone that the server fails on.
    return error.status >= 500 && error.retryAfter === null ? "skip" : "stop";
  }

  /** Keep a refused item for the user to decide, unless the page that sends it gets the error at once. */
  async #refuse(item: StoredItem, error: ApiError, hasMovedOn: boolean): Promise<"next"> {
    if (this.#fresh.has(item.id)) {
      await this.#remove(item);
    } else {
      const { status, body } = error;
      await (
        await this.storage
      ).update({ ...item, state: hasMovedOn ? "confirm" : "refused", refusal: { status, body } });
      await this.#reload();
    }
    this.#settle(item.id, (waiter) => waiter.reject(error));
    this.#announce({ type: "changed" });
    return "next";
  }

  #later(retryAfter: number | null): void {
    this.#fresh.clear();
    if (!this.#isPaused) this.#backoff.later(retryAfter);
  }

  async #load(): Promise<void> {
    const storage = await this.storage;
    const isOld = ({ created }: StoredItem) => created < Date.now() - EXPIRES_AFTER;
    const items = await storage.items(this.owner);
    const old = items.filter(isOld);
    for (const item of old) await storage.remove(item);
    this.#items = items.filter((item) => !isOld(item));
    this.#changed();
    if (old.length) this.handlers.expired(old.map((item) => ({ ...item, progress: 0 })));
  }

  async #reload(): Promise<void> {
    this.#items = await (await this.storage).items(this.owner);
    for (const { id, refusal } of this.#items) {
      // Another tab has sent it.
      if (refusal) this.#settle(id, (waiter) => waiter.reject(new ApiError(refusal.status, refusal.body)));
    }
    this.#changed();
  }

  async #remove(item: StoredItem): Promise<void> {
    this.#failures.delete(item.id);
    this.#fresh.delete(item.id);
    await (await this.storage).remove(item);
    this.#items = this.#items.filter(({ id }) => id !== item.id);
    this.#changed();
  }

  #has(id: string): boolean {
    return this.#items.some((item) => item.id === id);
  }

  #settle(id: string, settle: (waiter: Waiter) => void): void {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    if (waiter) settle(waiter);
  }

  #announce(note: Note): void {
    this.#channel?.postMessage(note);
  }

  async #heard(note: Note): Promise<void> {
    if (note.type === "stored") {
      this.#senders.get(note.item.kind)?.stored(note.item, note.result);
      this.#settle(note.item.id, (waiter) => waiter.resolve(note.result));
    }
    await this.#reload();
    this.flush();
  }

  #changed(): void {
    this.#shown = null;
    this.handlers.changed();
  }
}
