/** Loading again what could not be loaded, until it succeeds or the server refuses it. */

import { ApiError } from "./errors.js";
import { isAuthError } from "./requests.js";

interface Failed {
  readonly work: () => unknown;
  readonly failures: number;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

const WAIT_FIRST = 500;
const WAIT_LONGEST = 30_000;

export class Again {
  readonly #failed = new Map<string, Failed>();
  #isStopped = false;

  /**
   * Carry out the work of `key` later, because it failed. Without a sign-in, it waits for `now`; after any other
   * refusal, it is not repeated.
   */
  failed(key: string, error: unknown, work: () => unknown): void {
    const failures = this.#failed.get(key)?.failures ?? 0;
    this.succeeded(key);
    if (this.#isStopped || !(error instanceof ApiError)) return;
    if (!error.isTemporary && !isAuthError(error)) return;
    const longest = Math.min(WAIT_LONGEST, WAIT_FIRST * 2 ** failures);
    const pause = Math.max(longest * (0.5 + Math.random() / 2), (error.retryAfter ?? 0) * 1000);
    const timer = error.isTemporary ? setTimeout(work, pause) : undefined;
    this.#failed.set(key, { work, failures: failures + 1, timer });
  }

  /** The work of `key` need not be repeated. */
  succeeded(key: string): void {
    clearTimeout(this.#failed.get(key)?.timer);
    this.#failed.delete(key);
  }

  /** Carry out everything that waits: the server can be reached again. */
  now(): void {
    const all = [...this.#failed.values()];
    for (const { timer } of all) clearTimeout(timer);
    this.#failed.clear();
    for (const { work } of all) work();
  }

  /** Repeat nothing any more. */
  stop(): void {
    this.#isStopped = true;
    for (const key of [...this.#failed.keys()]) this.succeeded(key);
  }
}
