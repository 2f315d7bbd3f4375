/** The threads of the account, lists of them, and how many are unread. */

import type { AccountId } from "./credentials.js";
import { hasNext, type Page, resultsOf, type Thread } from "./documents.js";
import type { Requests } from "./requests.js";
import { isBefore } from "./times.js";

/** Which threads a list shows. */
export interface ThreadQuery {
  /** The type of the threads, for example `chat`. */
  readonly type: string;
  readonly unread?: boolean;
  readonly flagged?: boolean;
  /** `me`, `none` or the id of an account. */
  readonly assigned?: AccountId;
  /** States, separated by commas. */
  readonly state?: string;
  /** Words of titles, members and messages. */
  readonly q?: string;
}

/** A list of threads, most recently changed first. */
export interface ThreadListSnapshot {
  readonly query: ThreadQuery;
  readonly threads: readonly Thread[];
  readonly isLoaded: boolean;
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  readonly error: Error | null;
}

export interface UnreadTotals {
  readonly threads: number;
  readonly messages: number;
}

interface List {
  readonly query: ThreadQuery;
  ids: readonly number[];
  isLoaded: boolean;
  isLoading: boolean;
  hasMore: boolean;
  error: Error | null;
  snapshot: ThreadListSnapshot | null;
}

const PAGE = 50;
/** Keys without which a document of a frame does not show a thread (`WS_THREAD_FIELDS`). */
const NEEDED: readonly (keyof Thread)[] = ["type", "state", "updated", "unread", "permissions"];

/** Return the key of a list in the snapshot: the same for the same query. */
export function listKey(query: ThreadQuery): string {
  return JSON.stringify(Object.entries(query).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export class Threads {
  readonly #threads = new Map<number, Thread>();
  readonly #lists = new Map<string, List>();
  /** How often events have changed a thread: a response that was requested before is older. */
  readonly #revisions = new Map<number, number>();
  readonly #refreshing = new Map<number, Promise<void>>();
  #unread: UnreadTotals | null = null;
  #unreadTimer: ReturnType<typeof setTimeout> | undefined;
  #isLoadingUnread = false;
  #all: ReadonlyMap<string, ThreadListSnapshot> | null = null;

  constructor(
    private readonly requests: Requests,
    private readonly account: AccountId,
    private readonly changed: () => void,
    private readonly dropped: (thread: number) => void,
  ) {}

  get(id: number): Thread | undefined {
    return this.#threads.get(id);
  }

  get known(): Iterable<number> {
    return this.#threads.keys();
  }

  get unread(): UnreadTotals | null {
    return this.#unread;
  }

  /** The lists as they are now; the same map until one of them changes. */
  get snapshot(): ReadonlyMap<string, ThreadListSnapshot> {
    this.#all ??= new Map([...this.#lists].map(([key, list]) => [key, this.#shown(list)]));
    return this.#all;
  }

  /** Take a document of an event; keys that it leaves out keep their values. */
  take(document: Partial<Thread> & { readonly id: number }): void {
    const { id } = document;
    this.#revisions.set(id, this.revision(id) + 1);
    const known = this.#threads.get(id);
    const merged = { ...known, ...document } as Thread;
    if (NEEDED.some((key) => merged[key] === undefined)) void this.refresh(id);
    else if (!known || !isBefore(merged.updated, known.updated)) this.#put(merged);
  }

  /** Take a document of a response, unless an event has changed the thread since the request at `revision`. */
  takeResponse(document: Thread, revision: number): void {
    const known = this.#threads.get(document.id);
    const isOlder =
      known &&
      (this.revision(document.id) !== revision
        ? !isBefore(known.updated, document.updated)
        : isBefore(document.updated, known.updated));
    if (!isOlder) this.#put(document);
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
    else this.loadUnreadSoon();
  }

  /** Load a thread again; drop it if the account can no longer read it. Simultaneous calls share one request. */
  refresh(id: number): Promise<void> {
    const running = this.#refreshing.get(id);
    if (running) return running;
    const started = this.#refresh(id).finally(() => this.#refreshing.delete(id));
    this.#refreshing.set(id, started);
    return started;
  }

  async #refresh(id: number): Promise<void> {
    // Events in the same turn are covered by the request.
    await Promise.resolve();
    for (;;) {
      const revision = this.revision(id);
      try {
        const thread = await this.requests.request<Thread>("GET", `threads/${id}`);
        if (revision === this.revision(id)) {
          this.#put(thread);
          return;
        }
      } catch (error) {
        const { status, code } = error as { status?: number; code?: string };
        if (
          status === 404 ||
          status === 410 ||
          (status === 403 && code !== "OTHER_ACCOUNT" && code !== "NOT_AUTHENTICATED")
        )
          this.drop(id);
        return;
      }
    }
  }

  /** Forget a thread that the account can no longer read. */
  drop(id: number): void {
    const known = this.#threads.get(id);
    this.#threads.delete(id);
    for (const list of this.#lists.values()) {
      if (!list.ids.includes(id)) continue;
      list.ids = list.ids.filter((other) => other !== id);
      this.#dirty(list);
    }
    if (known?.unread) this.loadUnreadSoon();
    this.dropped(id);
    this.changed();
  }

  /** Load the first page of a list. The list follows events from now on. */
  async load(query: ThreadQuery): Promise<void> {
    const list = this.#listOf(query);
    await this.#loadPage(list, 0);
  }

  /** Load the next page of a list. */
  async loadMore(query: ThreadQuery): Promise<void> {
    const list = this.#listOf(query);
    if (list.hasMore && !list.isLoading) await this.#loadPage(list, list.ids.length);
  }

  /** Forget a list; its threads stay known. */
  close(query: ThreadQuery): void {
    this.#lists.delete(listKey(query));
    this.#all = null;
    this.changed();
  }

  /** Load again what events may have changed unseen: all lists and the totals. */
  async reload(): Promise<void> {
    await Promise.all([
      this.loadUnread(),
      ...[...this.#lists.values()].map((list) => this.#loadPage(list, 0)),
    ]);
  }

  #listOf(query: ThreadQuery): List {
    const key = listKey(query);
    let list = this.#lists.get(key);
    if (!list) {
      list = {
        query,
        ids: [],
        isLoaded: false,
        isLoading: false,
        hasMore: false,
        error: null,
        snapshot: null,
      };
      this.#lists.set(key, list);
      this.#all = null;
    }
    return list;
  }

  async #loadPage(list: List, offset: number): Promise<void> {
    list.isLoading = true;
    this.#dirty(list);
    const { type, ...filters } = list.query;
    const revisions = new Map(this.#revisions);
    try {
      const path = `accounts/${this.account}/threads/${encodeURIComponent(type)}`;
      const page = await this.requests.request<Page<Thread>>("GET", path, {
        query: { ...filters, limit: PAGE, offset },
      });
      const threads = resultsOf(page);
      for (const thread of threads) this.takeResponse(thread, revisions.get(thread.id) ?? 0);
      const ids = threads.map((thread) => thread.id);
      const kept = offset
        ? list.ids
        : this.#isLocal(list)
          ? list.ids.filter((id) => this.#belongs(list, id))
          : [];
      list.ids = this.#sorted(list, [...new Set([...kept, ...ids])]);
      list.hasMore = hasNext(page);
      list.isLoaded = true;
      list.error = null;
    } catch (error) {
      list.error = error as Error;
    } finally {
      list.isLoading = false;
      this.#dirty(list);
      this.changed();
    }
  }

  #put(thread: Thread): void {
    const known = this.#threads.get(thread.id);
    this.#threads.set(thread.id, thread);
    if (known === undefined) this.loadUnreadSoon();
    else this.#countUnread(known.unread, thread.unread);
    for (const list of this.#lists.values()) this.#place(list, thread);
    this.changed();
  }

  #countUnread(before: number, now: number): void {
    if (before === now || this.#unread === null) return;
    const { threads, messages } = this.#unread;
    this.#unread = {
      threads: threads + Number(now > 0) - Number(before > 0),
      messages: messages + now - before,
    };
    if (this.#isLoadingUnread) this.loadUnreadSoon();
  }

  /** Whether it can be seen here, without the server, which threads belong to the list. */
  #isLocal({ query }: List): boolean {
    return query.q === undefined && query.flagged === undefined && query.assigned === undefined;
  }

  #belongs(list: List, id: number): boolean {
    const thread = this.#threads.get(id);
    if (!thread || thread.type !== list.query.type) return false;
    const { unread, state } = list.query;
    return (
      (unread === undefined || unread === thread.unread > 0) &&
      (state === undefined || state.split(",").includes(thread.state))
    );
  }

  #place(list: List, thread: Thread): void {
    const isIn = list.ids.includes(thread.id);
    if (!this.#isLocal(list)) {
      if (isIn) this.#dirty(list);
      return;
    }
    const belongs = this.#belongs(list, thread.id);
    if (!isIn && (!belongs || !list.isLoaded)) return;
    // A thread beyond the loaded pages comes with its page.
    const last = this.#threads.get(list.ids.at(-1) ?? -1);
    if (!isIn && list.hasMore && last && isBefore(thread.updated, last.updated)) return;
    const ids = list.ids.filter((id) => id !== thread.id);
    list.ids = belongs ? this.#sorted(list, [...ids, thread.id]) : ids;
    this.#dirty(list);
  }

  #sorted(list: List, ids: number[]): readonly number[] {
    if (!this.#isLocal(list)) return ids;
    const updated = (id: number) => this.#threads.get(id)?.updated ?? "";
    return ids.sort((one, other) =>
      isBefore(updated(one), updated(other)) ? 1 : isBefore(updated(other), updated(one)) ? -1 : other - one,
    );
  }

  #dirty(list: List): void {
    list.snapshot = null;
    this.#all = null;
    this.changed();
  }

  #shown(list: List): ThreadListSnapshot {
    const { query, isLoaded, isLoading, hasMore, error } = list;
    const threads = list.ids.flatMap((id) => this.#threads.get(id) ?? []);
    list.snapshot ??= { query, threads, isLoaded, isLoading, hasMore, error };
    return list.snapshot;
  }

  /** Load the totals, once for all changes within a short while. */
  loadUnreadSoon(): void {
    clearTimeout(this.#unreadTimer);
    this.#unreadTimer = setTimeout(() => void this.loadUnread(), 300);
  }

  /** Load how many threads and messages are unread. */
  async loadUnread(): Promise<void> {
    this.#isLoadingUnread = true;
    try {
      const totals = await this.requests.request<UnreadTotals>("GET", `accounts/${this.account}/unread`);
      if (totals.threads !== this.#unread?.threads || totals.messages !== this.#unread.messages) {
        this.#unread = totals;
        this.changed();
      }
    } catch {
      // Loaded again at the next change, or when the connection is back.
    } finally {
      this.#isLoadingUnread = false;
    }
  }

  stop(): void {
    clearTimeout(this.#unreadTimer);
  }
}
