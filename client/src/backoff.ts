/** When to try again. */

const WAIT_FIRST = 500;
const WAIT_LONGEST = 30_000;
/** So many milliseconds is a `Retry-After` respected at most: timers cannot wait for weeks. */
const RETRY_AFTER_MAX = 60 * 60 * 1000;

/**
 * Return how many milliseconds to wait after so many failures in a row: longer each time, and by chance, because clients
 * that lost the same server must not all come back together.
 */
export function pauseAfter(failures: number, first = WAIT_FIRST): number {
  return Math.min(WAIT_LONGEST, first * 2 ** failures) * (0.5 + Math.random() / 2);
}

export class Backoff {
  #waits = 0;
  /** Before this time the server wants no request. */
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly retry: () => void) {}

  /** Something has worked: the next pause is short again. */
  reset(): void {
    this.#waits = 0;
  }

  /** Do not try again by itself. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Return whether a request may be sent now; else it is tried again when it may. */
  isOver(): boolean {
    this.stop();
    const pause = this.#notBefore - Date.now();
    if (pause > 0) this.#timer = setTimeout(this.retry, pause);
    return pause <= 0;
  }

  /** Try again after a growing, random pause, and after the `Retry-After` of the server, in seconds. */
  later(retryAfter: number | null): void {
    const pause = pauseAfter(this.#waits);
    this.#waits += 1;
    const wanted = Math.min((retryAfter ?? 0) * 1000, RETRY_AFTER_MAX);
    if (wanted) this.#notBefore = Date.now() + wanted;
    this.stop();
    this.#timer = setTimeout(this.retry, Math.max(pause, wanted));
  }
}
