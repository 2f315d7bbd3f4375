/** The chosen thread in the address of the page: `#/thread/7`. */

import { onNotification } from "./push.js";

export class HashRoute {
  constructor(private readonly changed: (thread: number | null) => void) {}

  /** Show what the address names, and follow it until the signal is aborted; go to what a notification names. */
  start(signal: AbortSignal): void {
    onNotification((thread) => this.go(thread), signal);
    addEventListener("popstate", this.#follow, { signal });
    addEventListener("hashchange", this.#follow, { signal });
    if (this.#named !== null) this.#follow();
  }

  get #named(): number | null {
    const [, id] = /^#\/thread\/(\d+)$/.exec(location.hash) ?? [];
    return id ? Number(id) : null;
  }

  /** Go to a thread; null goes to the list. */
  go(thread: number | null): void {
    if (thread !== this.#named)
      history.pushState({ dca: true }, "", thread === null ? "#/" : `#/thread/${thread}`);
    this.changed(thread);
  }

  /** Go back to the list: the same as the back button of the browser, where that leads there. */
  back(): void {
    if ((history.state as { dca?: boolean } | null)?.dca) history.back();
    else this.leave();
  }

  /** Show the list in place of the thread: it is not one to come back to. */
  leave(): void {
    history.replaceState(null, "", "#/");
    this.changed(null);
  }

  readonly #follow = () => this.changed(this.#named);
}
