/**
 * The socket: it comes back by itself, and hands on each event of a thread once and in order.
 *
 * It keeps, by thread, the number of the last event (`seq`). An event that leaves a gap, a heartbeat that names a higher
 * number, and a new connection are all answered by the command `catch_up`, which brings what is missing, in order.
 */

const SIGNED_OUT = 4401;
const TOO_MANY_CONNECTIONS = 4429;
const WAIT_FIRST = 500;
const WAIT_LONGEST = 30_000;
const CATCH_UP_THREADS = 100;
/** A heartbeat's number may be ahead of events that are on their way. */
const GRACE = 1_000;
const QUIET = 30_000;
const DEAD = 45_000;

export class ChatSocket {
  #url;
  #told;
  #socket = null;
  #seen = new Map();
  #catching = new Set();
  #failures = 0;
  #lastFrame = 0;
  #retry = 0;
  #watch = 0;
  #wasOpen = false;
  #closed = false;
  #comeBack = () => this.#connectNow();

  /**
   * `told` is whom everything is told: `event(frame)`, `aside(frame)` for what has no number, `heads(ids)` with the
   * threads of each heartbeat, `resync(thread)`, `status(text)`, `signedOut()`.
   */
  constructor(url, told) {
    this.#url = url;
    this.#told = told;
  }

  /** Connect, and stay connected. */
  open() {
    addEventListener("online", this.#comeBack);
    this.#watch = setInterval(() => this.#lookAfter(), 5_000);
    this.#connect();
  }

  /** End, for good. */
  close() {
    this.#closed = true;
    removeEventListener("online", this.#comeBack);
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  /** Send a command; false where there is no connection to send it over. */
  send(message, data) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify({ message, data }));
    return true;
  }

  /** Give the number of a thread's last event; 0 where it is not known. */
  seen(thread) {
    return this.#seen.get(thread) ?? 0;
  }

  /** Forget a thread that one is no longer in. */
  forget(thread) {
    this.#seen.delete(thread);
    this.#catching.delete(thread);
  }

  #connect() {
    this.#told.status(this.#wasOpen ? "reconnecting" : "connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#lastFrame = Date.now();
    this.#catching.clear();
    socket.onopen = () => this.#catchUp([...this.#seen.keys()]);
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    socket.onclose = ({ code }) => this.#ended(socket, code);
  }

  #ended(socket, code) {
    if (this.#closed || socket !== this.#socket) return;
    this.#socket = null;
    if (code === SIGNED_OUT) {
      this.close();
      this.#told.signedOut();
      return;
    }
    this.#told.status("waiting");
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), this.#pause(code));
  }

  /** Longer from time to time, and for each client another while: they must not all come back at once. */
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

  /** A connection may die without a word: ask, then give it up. */
  #lookAfter() {
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

  #take(frame) {
    this.#lastFrame = Date.now();
    if (frame.event) this.#takeEvent(frame);
    else if (frame.message === "heartbeat") this.#takeHeartbeat(frame.data.threads);
    else if (frame.message === "catch_up") this.#takeOutcome(frame.data);
    else if (frame.message === "error") this.#takeError(frame.data);
    else this.#told.aside(frame);
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
    this.#told.event(frame);
  }

  #takeHeartbeat(heads) {
    this.#failures = 0;
    this.#wasOpen = true;
    const threads = Object.keys(heads).map(Number);
    for (const thread of threads) {
      // What came before the page knew of the thread, it reads with the thread.
      if (!this.#seen.has(thread)) this.#seen.set(thread, heads[thread]);
    }
    this.#told.status("connected");
    this.#told.heads(threads);
    setTimeout(() => this.#catchUp(threads.filter((thread) => heads[thread] > this.seen(thread))), GRACE);
  }

  #takeOutcome({ thread, outcome, head }) {
    this.#catching.delete(thread);
    this.#seen.set(thread, Math.max(head, this.seen(thread)));
    if (outcome === "resync") this.#told.resync(thread);
  }

  #takeError(error) {
    if (error.command !== "catch_up") {
      console.warn("The socket refused a command", error);
    } else if (error.thread !== undefined) {
      this.forget(error.thread);
    } else {
      // Refused as a whole (too many commands): the next heartbeat tries again.
      this.#catching.clear();
    }
  }
}
