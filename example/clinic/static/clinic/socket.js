/**
 * The socket: it reconnects by itself, and passes on each event of a thread once and in order.
 *
 * It stores the number of the last event (`seq`) per thread. After a gap between events, a heartbeat with a higher number,
 * or a reconnection it sends the command `catch_up`, which returns the missing events in order.
 */

const SIGNED_OUT = 4401;
const TOO_MANY_CONNECTIONS = 4429;
const WAIT_FIRST = 500;
const WAIT_LONGEST = 30_000;
const CATCH_UP_THREADS = 100;
/** The number in a heartbeat can be ahead of events that are still being delivered. */
const GRACE = 1_000;
const QUIET = 30_000;
const DEAD = 45_000;

export class ChatSocket {
  #url;
  #handlers;
  #socket = null;
  #seen = new Map();
  #catching = new Set();
  #failures = 0;
  #lastFrame = 0;
  #retry = 0;
  #watch = 0;
  #wasOpen = false;
  #closed = false;
  #onOnline = () => this.#connectNow();

  /**
   * `handlers` are functions: `event(frame)`, `aside(frame)` for frames without a number, `heads(ids)` with the threads
   * of each heartbeat, `resync(thread)`, `status(text)`, `signedOut()`.
   */
  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  /** Connect, and stay connected. */
  open() {
    addEventListener("online", this.#onOnline);
    this.#watch = setInterval(() => this.#checkConnection(), 5_000);
    this.#connect();
  }

  /** Close, permanently. */
  close() {
    this.#closed = true;
    removeEventListener("online", this.#onOnline);
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  /** Send a command; return false without a connection. */
  send(message, data) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify({ message, data }));
    return true;
  }

  /** Return the number of a thread's last event; 0 if it is unknown. */
  seen(thread) {
    return this.#seen.get(thread) ?? 0;
  }

  /** Forget a thread that the user has left. */
  forget(thread) {
    this.#seen.delete(thread);
    this.#catching.delete(thread);
  }

  #connect() {
    this.#handlers.status(this.#wasOpen ? "reconnecting" : "connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#lastFrame = Date.now();
    this.#catching.clear();
    socket.onopen = () => this.#catchUp([...this.#seen.keys()]);
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => this.#ended(socket, code);
  }

  #ended(socket, code) {
    if (this.#closed || socket !== this.#socket) return;
    this.#socket = null;
    if (code === SIGNED_OUT) {
      this.close();
      this.#handlers.signedOut();
      return;
    }
    this.#handlers.status("waiting");
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), this.#pause(code));
  }

  /** Return a growing, random delay: clients must not all reconnect at the same time. */
  #pause(code) {
    const first = code === TOO_MANY_CONNECTIONS ? WAIT_FIRST * 8 : WAIT_FIRST;
    const longest = Math.min(WAIT_LONGEST, first * 2 ** this.#failures);
    this.#failures += 1;
    return longest * (0.5 + Math.random() / 2);
  }

  #connectNow() {
    if (this.#closed || this.#socket) return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  /** A connection can die silently: send a ping, then give it up. */
  #checkConnection() {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    const quiet = Date.now() - this.#lastFrame;
    if (quiet > DEAD) {
      const dead = this.#socket;
      dead.close();
      this.#ended(dead, 1006);
    } else if (quiet > QUIET) {
      this.send("ping", {});
    }
  }

  #catchUp(threads) {
    const behind = threads.filter((thread) => this.#seen.has(thread) && !this.#catching.has(thread));
    for (let at = 0; at < behind.length; at += CATCH_UP_THREADS) {
      const part = behind.slice(at, at + CATCH_UP_THREADS);
      const sent = this.send("catch_up", {
        threads: Object.fromEntries(part.map((thread) => [thread, this.#seen.get(thread)])),
      });
      if (sent) part.forEach((thread) => this.#catching.add(thread));
    }
  }

  #receive(frame) {
    this.#lastFrame = Date.now();
    if (frame.event) this.#takeEvent(frame);
    else if (frame.message === "heartbeat") this.#takeHeartbeat(frame.data.threads);
    else if (frame.message === "catch_up") this.#takeOutcome(frame.data);
    else if (frame.message === "error") this.#takeError(frame.data);
    else this.#handlers.aside(frame);
  }

  #takeEvent(frame) {
    const { thread, seq } = frame.event;
    const seen = this.#seen.get(thread);
    if (seen !== undefined && seq <= seen) return;
    if (seen !== undefined && seq > seen + 1) {
      this.#catchUp([thread]);
      return;
    }
    this.#seen.set(thread, seq);
    this.#handlers.event(frame);
  }

  #takeHeartbeat(heads) {
    this.#failures = 0;
    this.#wasOpen = true;
    const threads = Object.keys(heads).map(Number);
    for (const thread of threads) {
      // Earlier events are covered by loading the thread.
      if (!this.#seen.has(thread)) this.#seen.set(thread, heads[thread]);
    }
    this.#handlers.status("connected");
    this.#handlers.heads(threads);
    setTimeout(() => this.#catchUp(threads.filter((thread) => heads[thread] > this.seen(thread))), GRACE);
  }

  #takeOutcome({ thread, outcome, head }) {
    this.#catching.delete(thread);
    this.#seen.set(thread, Math.max(head, this.seen(thread)));
    if (outcome === "resync") this.#handlers.resync(thread);
  }

  #takeError(error) {
    if (error.command !== "catch_up") {
      console.warn("The socket rejected a command", error);
    } else if (error.thread !== undefined) {
      this.forget(error.thread);
    } else {
      // Rejected as a whole (too many commands): the next heartbeat triggers a retry.
      this.#catching.clear();
    }
  }
}
