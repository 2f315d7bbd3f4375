/**
 * The socket: it reconnects by itself, and passes on each event of a thread once and in order.
 *
 * It keeps the number of the last event (`seq`) of each thread. After a gap, a heartbeat with a higher number or a
 * reconnection it sends the command `catch_up`, and the server sends the missing events in order.
 */

import { pauseAfter } from "./backoff.js";
import type { EventFrame, Frame } from "./frames.js";

/** The state of the connection to the server. */
export type Connection = "connecting" | "online" | "waiting" | "offline" | "signed-out";

export interface SocketHandlers {
  /** The URL for the next connection: with a ticket if the credentials are a token. */
  url(): Promise<string>;
  event(frame: EventFrame): void;
  /** A frame without a number. */
  aside(frame: Frame): void;
  /** The threads of each heartbeat; `isFirst` of a connection. */
  heads(threads: readonly number[], isFirst: boolean): void;
  /** This event of the thread is the first that is known: what was loaded before may lack earlier ones. */
  joined(thread: number): void;
  /** Events of the thread are lost: load it again. */
  resync(thread: number): void;
  status(status: Connection): void;
  /** The server does not accept the credentials. Resolves with whether to try once more. */
  rejected(): Promise<boolean>;
  /** The thread that catches up first. */
  first(): number | null;
}

const SIGNED_OUT = 4401;
const TOO_MANY_CONNECTIONS = 4429;
/** The first pause where too many clients connect. */
const CROWDED = 4_000;
const CATCH_UP_THREADS = 100;
/** The number in a heartbeat can be ahead of events that are still being delivered. */
const GRACE = 1_000;
const PING_AFTER = 20_000;
const PONG_WITHIN = 8_000;
const CHECK_EVERY = 4_000;
/** A connection that stood for so long was a good one: the next failure is a first one. */
const STEADY = 10_000;

export class ChatSocket {
  #socket: WebSocket | null = null;
  readonly #seen = new Map<number, number>();
  /** Threads whose events were requested and did not come yet. */
  readonly #requested = new Set<number>();
  /** Threads that are behind and wait for their turn. */
  readonly #waiting = new Set<number>();
  #failures = 0;
  #lastFrame = 0;
  #pinged = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #isRunning = false;
  #hasHeartbeat = false;
  /** When the first heartbeat of the connection came; 0 without one. */
  #stands = 0;

  constructor(
    private readonly handlers: SocketHandlers,
    private readonly create: (url: string) => WebSocket,
  ) {}

  /** Connect, and stay connected. */
  open(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#failures = 0;
    this.#watch = setInterval(() => this.#check(), CHECK_EVERY);
    void this.#connect();
  }

  /** Close, until `open` is called again. */
  close(): void {
    this.#isRunning = false;
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** Send a command; return false without a connection. */
  send(message: string, data: object): boolean {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify({ message, data }));
    return true;
  }

  /** Return the number of the thread's last event; undefined before the first heartbeat. */
  seen(thread: number): number | undefined {
    return this.#seen.get(thread);
  }

  /**
   * The thread was loaded with its events up to `head`; before that, `known` was the number of its last event. Before
   * the first heartbeat, events count from `head` on. Returns false if some are missing, and it is to be loaded again.
   */
  covers(thread: number, head: number | undefined, known: number | undefined): boolean {
    const seen = this.#seen.get(thread);
    if (known !== undefined) return true;
    if (seen !== undefined) return (head ?? -1) >= seen;
    // Later, a thread without a number is not the user's: nothing comes of it.
    if (head !== undefined && !this.#hasHeartbeat) this.#seen.set(thread, head);
    return true;
  }

  /** Forget a thread that the user has left. */
  forget(thread: number): void {
    this.#seen.delete(thread);
    this.#requested.delete(thread);
    this.#waiting.delete(thread);
  }

  /** The browser has lost its network: do not wait for a missed pong. */
  lost(): void {
    if (!this.#isRunning) return;
    this.#drop();
    clearTimeout(this.#retry);
    this.handlers.status("offline");
  }

  /** The network is back, or the page is visible again: connect now, or see whether the connection still works. */
  wake(): void {
    if (!this.#isRunning) return;
    if (this.#socket === null) {
      this.#failures = 0;
      clearTimeout(this.#retry);
      void this.#connect();
    } else if (this.#socket.readyState === 1 && !this.#pinged) {
      this.#ping();
    }
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (this.#stands && Date.now() - this.#stands >= STEADY) this.#failures = 0;
    this.#stands = 0;
    this.#hasHeartbeat = false;
    this.#requested.clear();
    this.#waiting.clear();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  #opening = false;

  async #connect(): Promise<void> {
    if (this.#opening || this.#socket) return;
    this.#opening = true;
    this.handlers.status("connecting");
    let socket: WebSocket;
    try {
      const url = await this.handlers.url();
      if (!this.#isRunning || this.#socket) return;
      socket = this.create(url);
    } catch {
      return this.#later(0);
    } finally {
      this.#opening = false;
    }
    this.#socket = socket;
    this.#lastFrame = Date.now();
    this.#pinged = 0;
    socket.onmessage = ({ data }: MessageEvent<string>) => this.#receive(JSON.parse(data) as Frame);
    socket.onclose = ({ code }) => void this.#ended(code);
    socket.onerror = () => {};
  }

  async #ended(code: number): Promise<void> {
    this.#drop();
    if (!this.#isRunning) return;
    if (code === SIGNED_OUT && !(await this.handlers.rejected())) {
      this.close();
      return;
    }
    this.#later(code);
  }

  #later(code: number): void {
    if (!this.#isRunning || this.#socket) return;
    this.handlers.status("waiting");
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), this.#pause(code));
  }

  #pause(code: number): number {
    const pause = pauseAfter(this.#failures, code === TOO_MANY_CONNECTIONS ? CROWDED : undefined);
    this.#failures += 1;
    return pause;
  }

  /** A connection can die silently: send a ping, then give the connection up. */
  #check(): void {
    const socket = this.#socket;
    if (!socket) return;
    const now = Date.now();
    const isSilent = now - this.#lastFrame > PING_AFTER;
    const isUnanswered = this.#pinged && now - this.#pinged > PONG_WITHIN;
    if (isUnanswered || (isSilent && socket.readyState !== 1)) void this.#ended(1006);
    else if (isSilent && !this.#pinged) this.#ping();
  }

  #ping(): void {
    if (this.send("ping", {})) this.#pinged = Date.now();
  }

  /** Request the events of threads that are behind: at most 100 at once, the open one first. */
  #catchUp(threads: Iterable<number>): void {
    for (const thread of threads) {
      if (this.#seen.has(thread) && !this.#requested.has(thread)) this.#waiting.add(thread);
    }
    if (this.#requested.size || !this.#waiting.size) return;
    const first = this.handlers.first();
    const turn =
      first !== null && this.#waiting.has(first) ? [first] : [...this.#waiting].slice(0, CATCH_UP_THREADS);
    const numbers = Object.fromEntries(turn.map((thread) => [thread, this.#seen.get(thread) ?? 0]));
    if (!this.send("catch_up", { threads: numbers })) return;
    for (const thread of turn) {
      this.#waiting.delete(thread);
      this.#requested.add(thread);
    }
  }

  #receive(frame: Frame): void {
    this.#lastFrame = Date.now();
    this.#pinged = 0;
    if ("event" in frame) this.#takeEvent(frame);
    else if (frame.message === "heartbeat") this.#takeHeartbeat(frame.data.threads);
    else if (frame.message === "catch_up") this.#takeOutcome(frame.data);
    else if (frame.message === "error") this.#takeError(frame.data);
    else this.handlers.aside(frame);
  }

  #takeEvent(frame: EventFrame): void {
    const { thread, seq } = frame.event;
    const seen = this.#seen.get(thread);
    if (seen !== undefined && seq <= seen) return;
    if (seen !== undefined && seq > seen + 1) {
      this.#catchUp([thread]);
      return;
    }
    this.#seen.set(thread, seq);
    this.handlers.event(frame);
    if (seen === undefined) this.handlers.joined(thread);
  }

  #takeHeartbeat(heads: Readonly<Record<string, number>>): void {
    const isFirst = !this.#hasHeartbeat;
    if (isFirst) this.#stands = Date.now();
    this.#hasHeartbeat = true;
    const threads = Object.keys(heads).map(Number);
    const isBehind = (thread: number) => (heads[thread] ?? 0) > (this.#seen.get(thread) ?? Infinity);
    // A restored database counts from a lower number; the server then has the threads loaded again.
    const isAhead = (thread: number) => (heads[thread] ?? 0) < (this.#seen.get(thread) ?? 0);
    const behind = threads.filter((thread) => isBehind(thread) || (isFirst && isAhead(thread)));
    if (isFirst) this.handlers.status("online");
    // Which threads are new is for the handler to see, before they get a number.
    this.handlers.heads(threads, isFirst);
    for (const thread of threads) {
      if (!this.#seen.has(thread)) this.#seen.set(thread, heads[thread] ?? 0);
    }
    if (isFirst) {
      this.#catchUp(behind);
    } else if (behind.length) {
      const socket = this.#socket;
      setTimeout(() => {
        if (socket === this.#socket) this.#catchUp(behind.filter(isBehind));
      }, GRACE);
    }
  }

  #takeOutcome({ thread, outcome, head }: { thread: number; outcome: string; head: number }): void {
    this.#requested.delete(thread);
    const isResync = outcome === "resync";
    this.#seen.set(thread, isResync ? head : Math.max(head, this.#seen.get(thread) ?? 0));
    if (isResync) this.handlers.resync(thread);
    this.#catchUp([]);
  }

  #takeError(error: { code: string; command: string | null; thread?: number | undefined }): void {
    if (error.command !== "catch_up") {
      this.handlers.aside({ message: "error", data: error } as Frame);
    } else if (error.thread !== undefined) {
      this.forget(error.thread);
      this.#catchUp([]);
    } else {
      // Rejected as a whole, as too many commands are: the next heartbeat finds what is behind.
      this.#requested.clear();
      this.#waiting.clear();
    }
  }
}
