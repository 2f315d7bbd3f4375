/** The threads of the account that are known. */

import type { Again } from "./again.js";
import type { AccountId } from "./credentials.js";
import type { Thread } from "./documents.js";
import { ApiError } from "./errors.js";
import { isAuthError, type Requests } from "./requests.js";
import type { ChatSocket } from "./socket.js";
import { ThreadLists } from "./thread_lists.js";
import { isBefore } from "./times.js";
import { Unread } from "./unread.js";

/** Keys without which a thread of a frame does not say what changed (`WS_THREAD_FIELDS`). */
const NEEDED: readonly (keyof Thread)[] = [
  "type",
  "state",
  "updated",
  "unread",
  "permissions",
  "related_message",
  "last_message_data",
];
/** So often is a thread loaded again at once that changes during each request; from then on, once a second. */
const AT_ONCE = 3;
const PAUSE = 1_000;

/** What decides about the place of a thread in lists. */
const SHOWN_IN_LISTS: readonly (keyof Thread)[] = ["type", "state", "updated", "unread", "assigned_to"];

/** Whether the account can no longer read what it asked for; a problem with the sign-in says nothing about that. */
function isOutOfReach(error: unknown): boolean {
  return error instanceof ApiError && [403, 404, 410].includes(error.status) && !isAuthError(error);
}

export interface ThreadHandlers {
  readonly changed: () => void;
  readonly socket: Pick<ChatSocket, "seen" | "covers">;
  /** The account can no longer read the thread. */
  dropped(thread: number): void;
}

export class Threads {
  readonly #threads = new Map<number, Thread>();
  /** How often events have changed a thread: a response that was requested before is older. */
  readonly #revisions = new Map<number, number>();
  readonly #refreshing = new Map<number, Promise<void>>();
  /** Threads that the account could no longer read when it was last seen. */
  readonly #left = new Set<number>();
  #isStopped = false;

  readonly lists: ThreadLists;
  readonly unread: Unread;

  constructor(
    private readonly requests: Requests,
    account: AccountId,
    private readonly handlers: ThreadHandlers,
    private readonly again: Again,
  ) {
    this.lists = new ThreadLists(requests, account, this, handlers.changed, again);
    this.unread = new Unread(requests, account, again, handlers.changed);
  }

  get(id: number): Thread | undefined {
    return this.#threads.get(id);
  }

  get known(): Iterable<number> {
    return this.#threads.keys();
  }

  /** Take a thread of an event; keys that it leaves out keep their values. */
  take(thread: Partial<Thread> & { readonly id: number }): void {
    const { id } = thread;
    this.#revisions.set(id, this.revision(id) + 1);
    const known = this.#threads.get(id);
    const isWhole = NEEDED.every((key) => thread[key] !== undefined);
    if (!isWhole) void this.refresh(id);
    if (!isWhole && !known) return;
    const merged = { ...known, ...thread } as Thread;
    if (!known || !isBefore(merged.updated, known.updated)) this.#put(merged);
  }

  /** Take a thread of a response, unless an event has changed the thread since the request at `revision`. */
  takeResponse(thread: Thread, revision: number): void {
    const { id } = thread;
    const known = this.#threads.get(id);
    const hasChanged = this.revision(id) !== revision;
    if (!known && hasChanged && this.#left.has(id)) return;
    const isOlder =
      known &&
      (hasChanged ? !isBefore(known.updated, thread.updated) : isBefore(thread.updated, known.updated));
    if (!isOlder) this.#put(thread);
  }

  revisions(): ReadonlyMap<number, number> {
    return new Map(this.#revisions);
  }

  /** Return the number of events that have changed the thread. */
  revision(id: number): number {
    return this.#revisions.get(id) ?? 0;
  }

  /** Note how many messages of a thread the account has not read. */
  noteUnread(id: number, unread: number): void {
    this.#revisions.set(id, this.revision(id) + 1);
    const known = this.#threads.get(id);
    if (known) this.#put({ ...known, unread });
    else this.unread.loadSoon();
  }

  /** Load a thread again; drop it if the account can no longer read it. Calls within a turn share one request. */
  refresh(id: number): Promise<void> {
    const running = this.#refreshing.get(id);
    if (running) {
      // A request that is on its way can be older than what this call is for.
      this.#revisions.set(id, this.revision(id) + 1);
      return running;
    }
    const started = this.#refresh(id).finally(() => this.#refreshing.delete(id));
    this.#refreshing.set(id, started);
    return started;
  }

  async #refresh(id: number): Promise<void> {
    // Events in the same turn are covered by the request.
    await Promise.resolve();
    for (let count = 1; !this.#isStopped; count += 1) {
      const revision = this.revision(id);
      const known = this.handlers.socket.seen(id);
      let head: number | undefined;
      try {
        const thread = await this.requests.request<Thread>("GET", `threads/${id}`, {
          onHead: (seq) => (head = seq),
        });
        if (this.handlers.socket.covers(id, head, known) && revision === this.revision(id)) {
          this.again.succeeded(`thread:${id}`);
          this.#put(thread);
          return;
        }
        this.takeResponse(thread, revision);
        if (count >= AT_ONCE) await new Promise((resolve) => setTimeout(resolve, PAUSE));
      } catch (error) {
        if (isOutOfReach(error)) this.drop(id);
        else this.again.failed(`thread:${id}`, error, () => this.refresh(id));
        return;
      }
    }
  }

  /** Forget a thread that the account can no longer read. */
  drop(id: number): void {
    this.#revisions.set(id, this.revision(id) + 1);
    this.#left.add(id);
    const known = this.#threads.get(id);
    this.#threads.delete(id);
    this.lists.drop(id);
    this.again.succeeded(`thread:${id}`);
    if (known?.unread) this.unread.loadSoon();
    this.handlers.dropped(id);
    this.handlers.changed();
  }

  /** Load again what events may have changed unseen: all lists and the totals. */
  async reload(): Promise<void> {
    await Promise.all([this.unread.load(), this.lists.reload()]);
  }

  #put(thread: Thread): void {
    const known = this.#threads.get(thread.id);
    this.#threads.set(thread.id, thread);
    this.#left.delete(thread.id);
    if (known === undefined) this.unread.loadSoon();
    else this.unread.count(known.unread, thread.unread, thread.type);
    // A response can show what is known already: then no list has to ask the server again.
    if (known === undefined || SHOWN_IN_LISTS.some((key) => known[key] !== thread[key]))
      this.lists.place(thread);
    else this.lists.refresh(thread);
    this.handlers.changed();
  }

  /** Ask the server for nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.unread.stop();
    this.lists.stop();
  }
}
