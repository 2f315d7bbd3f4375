/** Lists of threads, which follow the threads as they change. */

import type { Again } from "./again.js";
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

interface List {
  readonly query: ThreadQuery;
  ids: readonly number[];
  isLoaded: boolean;
  isLoading: boolean;
  hasMore: boolean;
  error: Error | null;
  snapshot: ThreadListSnapshot | null;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const PAGE = 50;
const SOON = 500;

/** Return the key of a list in the snapshot: the same for the same query. */
export function listKey(query: ThreadQuery): string {
  return JSON.stringify(Object.entries(query).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Where lists find the threads and keep those that they load. */
export interface ThreadSource {
  get(id: number): Thread | undefined;
  /** Return how many events have changed each thread. */
  revisions(): ReadonlyMap<number, number>;
  /** Take a document of a response, unless an event has changed the thread since `revision`. */
  takeResponse(thread: Thread, revision: number): void;
}

export class ThreadLists {
  readonly #lists = new Map<string, List>();
  #all: ReadonlyMap<string, ThreadListSnapshot> | null = null;

  constructor(
    private readonly requests: Requests,
    private readonly account: AccountId,
    private readonly threads: ThreadSource,
    private readonly changed: () => void,
    private readonly again: Again,
  ) {}

  /** The lists as they are now; the same map until one of them changes. */
  get snapshot(): ReadonlyMap<string, ThreadListSnapshot> {
    this.#all ??= new Map([...this.#lists].map(([key, list]) => [key, this.#shown(list)]));
    return this.#all;
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
    clearTimeout(this.#lists.get(listKey(query))?.timer);
    this.#lists.delete(listKey(query));
    this.#all = null;
    this.changed();
  }

  /** Load the first pages of all lists again. */
  async reload(): Promise<void> {
    await Promise.all([...this.#lists.values()].map((list) => this.#loadPage(list, 0)));
  }

  /** Ask the server for nothing more. */
  stop(): void {
    for (const list of this.#lists.values()) clearTimeout(list.timer);
  }

  /** Put a thread where it belongs, after it has changed. */
  place(thread: Thread): void {
    for (const list of this.#lists.values()) this.#place(list, thread);
  }

  /** Show a thread in the lists that have it. */
  refresh({ id }: Thread): void {
    for (const list of this.#lists.values()) if (list.ids.includes(id)) this.#dirty(list);
  }

  /** Take a thread out of all lists. */
  drop(id: number): void {
    for (const list of this.#lists.values()) {
      if (!list.ids.includes(id)) continue;
      list.ids = list.ids.filter((other) => other !== id);
      this.#dirty(list);
    }
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
        timer: undefined,
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
    const key = `list:${listKey(list.query)}`;
    const revisionsBefore = this.threads.revisions();
    try {
      const path = `accounts/${this.account}/threads/${encodeURIComponent(type)}`;
      const page = await this.requests.request<Page<Thread>>("GET", path, {
        query: { ...filters, limit: PAGE, offset },
      });
      const threads = resultsOf(page);
      for (const thread of threads) this.threads.takeResponse(thread, revisionsBefore.get(thread.id) ?? 0);
      const isLocal = this.#isLocal(list);
      const ids = [...(offset || isLocal ? list.ids : []), ...threads.map((thread) => thread.id)];
      // An event can have changed a thread since the page was made.
      const belonging = isLocal ? ids.filter((id) => this.#belongs(list, id)) : ids;
      list.ids = this.#sorted(list, [...new Set(belonging)]);
      list.hasMore = hasNext(page);
      list.isLoaded = true;
      list.error = null;
      if (!offset) this.again.succeeded(key);
    } catch (error) {
      list.error = error as Error;
      if (!offset) this.again.failed(key, error, () => this.#loadAgain(list));
    } finally {
      list.isLoading = false;
      this.#dirty(list);
      this.changed();
    }
  }

  async #loadAgain(list: List): Promise<void> {
    // A reconnection loads all lists, also those that had failed.
    if (this.#lists.get(listKey(list.query)) === list && !list.isLoading) await this.#loadPage(list, 0);
  }

  /** Whether it can be seen here, without the server, which threads belong to the list. */
  #isLocal({ query }: List): boolean {
    return query.q === undefined && query.flagged === undefined;
  }

  #belongs(list: List, id: number): boolean {
    const thread = this.threads.get(id);
    if (!thread || thread.type !== list.query.type) return false;
    const { unread, state, assigned } = list.query;
    return (
      (assigned === undefined || this.#isAssigned(thread, assigned)) &&
      (unread === undefined || unread === thread.unread > 0) &&
      (state === undefined || state.split(",").includes(thread.state))
    );
  }

  #isAssigned({ assigned_to }: Thread, assigned: AccountId): boolean {
    if (assigned === "none") return assigned_to === null;
    return String(assigned_to) === String(assigned === "me" ? this.account : assigned);
  }

  #place(list: List, thread: Thread): void {
    const isIn = list.ids.includes(thread.id);
    if (!this.#isLocal(list)) {
      if (isIn) this.#dirty(list);
      this.#reloadSoon(list);
      return;
    }
    const belongs = this.#belongs(list, thread.id);
    if (!isIn && (!belongs || !list.isLoaded)) return;
    // A thread beyond the loaded pages comes with its page.
    const last = this.threads.get(list.ids.at(-1) ?? -1);
    if (!isIn && list.hasMore && last && isBefore(thread.updated, last.updated)) return;
    const ids = list.ids.filter((id) => id !== thread.id);
    list.ids = belongs ? this.#sorted(list, [...ids, thread.id]) : ids;
    this.#dirty(list);
  }

  /** Ask the server again, once for all changes within a short while. */
  #reloadSoon(list: List): void {
    if (list.isLoading || !list.isLoaded) return;
    clearTimeout(list.timer);
    list.timer = setTimeout(() => void this.#loadPage(list, 0), SOON);
  }

  #sorted(list: List, ids: number[]): readonly number[] {
    if (!this.#isLocal(list)) return ids;
    const updated = (id: number) => this.threads.get(id)?.updated ?? "";
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
    const threads = list.ids.flatMap((id) => this.threads.get(id) ?? []);
    list.snapshot ??= { query, threads, isLoaded, isLoading, hasMore, error };
    return list.snapshot;
  }
}
