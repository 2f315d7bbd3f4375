/** The client of one account: its connection and its state. */

import { type AccountId, type Auth, Credentials } from "./credentials.js";
import { callSafely, Events } from "./events.js";
import { Live } from "./live.js";
import { MessageSender } from "./messages.js";
import type { ResolvedOptions } from "./options.js";
import { Outbox } from "./outbox.js";
import type { QueueItem } from "./queue_items.js";
import { type AuthProblem, Requests } from "./requests.js";
import type { RoomSnapshot } from "./room.js";
import { sharedMap } from "./sharing.js";
import { ChatSocket, type Connection } from "./socket.js";
import { openStorage, type Storage } from "./storage.js";
import type { SurveySnapshot } from "./survey_types.js";
import { Surveys } from "./surveys.js";
import type { ThreadListSnapshot } from "./thread_lists.js";
import type { UnreadTotals } from "./unread.js";

/** Everything a view shows. It is never changed: a change makes another one, which shares what stayed the same. */
export interface Snapshot {
  readonly account: AccountId;
  readonly connection: Connection;
  /** Why requests are not accepted: nobody is signed in any more, or somebody else; null while all is well. */
  readonly authRequired: AuthProblem | null;
  /** How many threads and messages are unread; null until it is known. */
  readonly unread: UnreadTotals | null;
  /** The lists of threads, by `listKey` of their query. */
  readonly lists: ReadonlyMap<string, ThreadListSnapshot>;
  /** The threads that were opened, by id. */
  readonly rooms: ReadonlyMap<number, RoomSnapshot>;
  /** The surveys that were opened, by id. */
  readonly surveys: ReadonlyMap<number, SurveySnapshot>;
  /** All that waits to be sent. */
  readonly queue: readonly QueueItem[];
}

/** Connecting, signing in and out, and the state that views subscribe to. */
export class ClientCore {
  protected readonly credentials: Credentials;
  protected readonly requests: Requests;
  protected readonly socket: ChatSocket;
  protected readonly storage: Promise<Storage>;
  protected readonly outbox: Outbox;
  protected readonly sender: MessageSender;
  protected readonly live: Live;
  protected readonly surveys: Surveys;
  readonly #events = new Events();
  readonly #listeners = new Set<() => void>();
  protected readonly owner: string;
  #connection: Connection = "connecting";
  #authRequired: AuthProblem | null = null;
  protected opened: number | null = null;
  #snapshot: Snapshot | null = null;
  #rooms: ReadonlyMap<number, RoomSnapshot> = new Map();
  #isNotifying = false;
  #isDestroyed = false;
  readonly #listening = new AbortController();

  /** `release` says whether nobody else uses the client; `isSignOut` ends it for all. */
  constructor(
    protected readonly options: ResolvedOptions,
    private readonly release: (isSignOut: boolean) => boolean,
  ) {
    const isSameOrigin = new URL(options.api).origin === globalThis.location?.origin;
    this.credentials = new Credentials(options.auth, isSameOrigin);
    this.owner = `${options.api} ${options.auth.account}`;
    this.requests = new Requests(options.api, this.credentials, options.fetch, (problem) =>
      this.#needsAuth(problem),
    );
    this.storage = openStorage(options.storage);
    const changed = () => this.changed();
    this.outbox = new Outbox(this.owner, this.storage, {
      changed: () => {
        changed();
        this.surveys.queueChanged();
      },
      expired: (items) => this.#events.emit("expired", items),
    });
    this.sender = new MessageSender(this.requests, this.outbox, (id, sent) => this.live.stored(id, sent));
    this.surveys = new Surveys(this.requests, this.outbox, this.account, changed);
    this.live = new Live(this.requests, this.account, this.#events, changed);
    this.socket = new ChatSocket(
      {
        url: () => this.#socketUrl(),
        event: (frame) => this.live.take(frame),
        aside: (frame) => this.live.takeAside(frame),
        heads: (ids, isFirst) => this.live.takeHeads(ids, isFirst),
        joined: (id) => this.live.joined(id),
        resync: (id) => this.live.resync(id),
        status: (status) => this.#setConnection(status),
        rejected: () => this.#rejected(),
        first: () => this.opened,
      },
      options.createSocket,
    );
    this.live.socket = this.socket;
    this.#listen();
    this.socket.open();
    this.outbox.resume();
  }

  get account(): AccountId {
    return this.options.auth.account;
  }

  // State

  /** Call `listener` after changes, once for all changes of a turn. Returns the function that stops it. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Return the state: the same object until something has changed. */
  getSnapshot = (): Snapshot => {
    this.#snapshot ??= this.#makeSnapshot();
    return this.#snapshot;
  };

  /** Call `listener` at each event of the name; see `ClientEvents`. Returns the function that stops it. */
  readonly on = this.#events.on;

  #makeSnapshot(): Snapshot {
    const queue = this.outbox.items;
    this.#rooms = sharedMap(this.#rooms, this.live.snapshot(queue));
    return {
      account: this.account,
      connection: this.#connection,
      authRequired: this.#authRequired,
      unread: this.live.threads.unread.totals,
      lists: this.live.threads.lists.snapshot,
      rooms: this.#rooms,
      surveys: this.surveys.snapshot(queue),
      queue,
    };
  }

  protected changed(): void {
    this.#snapshot = null;
    if (this.#isNotifying || this.#isDestroyed) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      if (this.#isDestroyed) return;
      for (const listener of [...this.#listeners]) callSafely(listener);
    });
  }

  /** Disconnect and stop. What is queued stays stored, and is sent when the account opens a page again. */
  destroy(): void {
    if (!this.#isDestroyed && this.release(false)) this.#end();
  }

  #end(): void {
    this.#isDestroyed = true;
    this.#listening.abort();
    this.socket.close();
    this.outbox.close();
    this.live.stop();
    this.#listeners.clear();
  }

  // Sign-in

  /** Go on after `authRequired`: with the same credentials, which work again, or with others of the same account. */
  resume(auth?: Auth): void {
    if (this.#isDestroyed) return;
    this.requests.resume(auth);
    this.#authRequired = null;
    this.changed();
    this.socket.close();
    this.socket.open();
    this.outbox.resume();
    void this.live.threads.reload();
  }

  /**
   * Forget what is stored of the account, and stop. Call it before signing out. While something is queued, nothing
   * happens and the result is false: ask the user, then call it with `discard`.
   */
  async signOut({ discard = false } = {}): Promise<boolean> {
    const isEmpty = (await (await this.storage).items(this.owner)).length === 0;
    if (!isEmpty && !discard) return false;
    await this.outbox.clear();
    if (!this.#isDestroyed && this.release(true)) this.#end();
    return true;
  }

  #needsAuth(problem: AuthProblem): void {
    if (this.#authRequired === problem || this.#isDestroyed) return;
    this.#authRequired = problem;
    this.outbox.pause();
    this.socket.close();
    this.#setConnection("signed-out");
    this.#events.emit("auth-required", problem);
  }

  async #rejected(): Promise<boolean> {
    // A request finds out what is wrong, and fetches rejected credentials again.
    await this.requests.request("GET", `accounts/${this.account}/unread`).catch(() => {});
    return this.#authRequired === null;
  }

  async #socketUrl(): Promise<string> {
    const url = new URL(this.options.socket);
    url.searchParams.set("account", String(this.account));
    if (this.credentials.usesToken) {
      const { ticket } = await this.requests.request<{ ticket: string }>("POST", "ws-ticket");
      url.searchParams.set("ticket", ticket);
    }
    return url.href;
  }

  #listen(): void {
    if (typeof document === "undefined") return;
    const { signal } = this.#listening;
    const wake = () => {
      if (document.hidden) return;
      this.socket.wake();
      if (!this.#authRequired) this.outbox.resume();
    };
    addEventListener("online", wake, { signal });
    addEventListener("pageshow", wake, { signal });
    document.addEventListener("visibilitychange", wake, { signal });
    addEventListener("offline", () => this.socket.lost(), { signal });
  }

  // Events

  #setConnection(connection: Connection): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    if (connection === "online" && !this.#authRequired) {
      this.outbox.resume();
      this.surveys.resume();
      // What the server refuses is no longer worth sending.
      void this.live.sendRead().catch(() => {});
    }
    this.changed();
  }
}
