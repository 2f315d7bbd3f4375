/** Events that are no state: they happen once. Also how listeners are called. */

import type { CorrectionFrame, FlagFrame, Frame } from "./frames.js";
import type { QueueItem } from "./queue_items.js";
import type { AuthProblem } from "./requests.js";

export interface ClientEvents {
  /** The server accepts no request of the account until `resume`. Drafts and the queue are kept. */
  "auth-required": AuthProblem;
  /** Queued items were older than seven days, and are gone. */
  expired: readonly QueueItem[];
  /** A flag was raised by an answer. */
  flag: FlagFrame["data"];
  /** Answers of a run were corrected. */
  correction: CorrectionFrame["data"];
  /** A frame of the host, or an error of a command. */
  frame: Frame;
}

/** Call a listener; its error is reported as an uncaught one, and stops nobody else. */
export function callSafely(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    if (typeof reportError === "function") reportError(error);
    else console.error(error);
  }
}

type Listener<Name extends keyof ClientEvents> = (detail: ClientEvents[Name]) => void;

export class Events {
  readonly #listeners = new Map<keyof ClientEvents, Set<(detail: never) => void>>();

  /** Call `listener` at each event of the name. Returns the function that stops it. */
  on = <Name extends keyof ClientEvents>(name: Name, listener: Listener<Name>): (() => void) => {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener as (detail: never) => void);
    return () => listeners.delete(listener as (detail: never) => void);
  };

  emit<Name extends keyof ClientEvents>(name: Name, detail: ClientEvents[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])])
      callSafely(() => (listener as Listener<Name>)(detail));
  }
}
