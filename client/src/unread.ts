/** How many threads and messages the account has not read. */

import type { Again } from "./again.js";
import type { AccountId } from "./credentials.js";
import type { Requests } from "./requests.js";

export interface UnreadCounts {
  readonly threads: number;
  readonly messages: number;
}

export interface UnreadTotals extends UnreadCounts {
  /** The numbers for each type of thread; a type without unread messages can be missing. */
  readonly types: Readonly<Record<string, UnreadCounts>>;
}

const SOON = 300;
/** So long after a response can events arrive that it counts already. */
const UNSURE = 60_000;
const CONFIRM = 3_000;

export class Unread {
  /** Null until it is known. */
  totals: UnreadTotals | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #confirming: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;
  #loading: Promise<void> | null = null;
  #isStale = false;
  #loaded = 0;

  constructor(
    private readonly requests: Requests,
    private readonly account: AccountId,
    private readonly again: Again,
    private readonly changed: () => void,
  ) {}

  /** Note that a thread of a type had `before` unread messages, and has `now`. */
  count(before: number, now: number, type: string): void {
    if (before === now || this.totals === null) return;
    const counted = ({ threads, messages } = { threads: 0, messages: 0 } as UnreadCounts) => ({
      // The totals can be newer than the thread, and count the change already.
      threads: Math.max(0, threads + Number(now > 0) - Number(before > 0)),
      messages: Math.max(0, messages + now - before),
    });
    const { types } = this.totals;
    this.totals = {
      ...counted(this.totals),
      types: { ...types, [type]: counted(types[type]) },
    };
    // A response can be from before or after this change.
    if (this.#loading) this.loadSoon();
    else if (Date.now() - this.#loaded < UNSURE) this.#confirmSoon();
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

  /** Load the totals when nothing has changed for a while. */
  #confirmSoon(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#confirming);
    this.#confirming = setTimeout(() => void this.load(), CONFIRM * (0.5 + Math.random() / 2));
  }

  /** Load how many threads and messages are unread. Simultaneous calls share the requests. */
  load(): Promise<void> {
    this.#isStale = true;
    this.#loading ??= this.#loadWhileStale().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #loadWhileStale(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      await this.#load();
    }
  }

  async #load(): Promise<void> {
    try {
      const totals = await this.requests.request<UnreadTotals>("GET", `accounts/${this.account}/unread`);
      this.again.succeeded("unread");
      this.#loaded = Date.now();
      if (JSON.stringify(totals) !== JSON.stringify(this.totals)) {
        this.totals = totals;
        this.changed();
      }
    } catch (error) {
      this.again.failed("unread", error, () => this.#loading ?? this.load());
    }
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#confirming);
  }
}
