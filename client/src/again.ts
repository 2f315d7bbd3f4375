/** Loading again what could not be loaded, until it succeeds or the server refuses it. */

import { pauseAfter } from "./backoff.js";
import { ApiError } from "./errors.js";
import { isAuthError } from "./requests.js";

interface Failed {
  readonly work: () => unknown;
  readonly failures: number;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

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
    const pause = Math.max(pauseAfter(failures), (error.retryAfter ?? 0) * 1000);
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
    for (const [key, { work }] of [...this.#failed]) {
      this.succeeded(key);
      work();
    }
  }

  /** Repeat nothing any more. */
  stop(): void {
    this.#isStopped = true;
    for (const key of this.#failed.keys()) this.succeeded(key);
  }
}
