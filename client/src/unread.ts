/** How many threads and messages the account has not read. */

import type { AccountId } from "./credentials.js";
import type { Requests } from "./requests.js";

export interface UnreadTotals {
  readonly threads: number;
  readonly messages: number;
}

const SOON = 300;

export class Unread {
  /** Null until it is known. */
  totals: UnreadTotals | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLoading = false;
  #isStopped = false;

  constructor(
    private readonly requests: Requests,
    private readonly account: AccountId,
    private readonly changed: () => void,
  ) {}

  /** Note that a thread had `before` unread messages, and has `now`. */
  count(before: number, now: number): void {
    if (before === now || this.totals === null) return;
    const { threads, messages } = this.totals;
    this.totals = {
      threads: threads + Number(now > 0) - Number(before > 0),
      messages: messages + now - before,
    };
    // The response can be from before or after this change.
    if (this.#isLoading) this.loadSoon();
  }

  /** Load the totals, once for all changes within a short while. */
  loadSoon(): void {
    if (this.#isStopped) return;
    // The first change sets the time: a busy account must not put it off for ever.
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, SOON);
  }

  /** Load how many threads and messages are unread. */
  async load(): Promise<void> {
    this.#isLoading = true;
    try {
      const totals = await this.requests.request<UnreadTotals>("GET", `accounts/${this.account}/unread`);
      if (totals.threads !== this.totals?.threads || totals.messages !== this.totals.messages) {
        this.totals = totals;
        this.changed();
      }
    } catch {
      // Loaded again at the next change, or when the connection is back.
    } finally {
      this.#isLoading = false;
    }
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }
}
