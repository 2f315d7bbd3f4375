/** Waiting for what the client does, without waiting for time to pass. */

import { vi } from "vitest";

/** Fake the clock. Tasks of the fake database still run: they use `setImmediate`. */
export function fakeClock(): void {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
    now: Date.parse("2026-01-05T12:00:00Z"),
  });
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Wait until the condition holds; the test's time limit ends it. */
export async function until(holds: () => unknown): Promise<void> {
  while (!holds()) await turn();
}

/** Let everything run that waits for no timer and no response. */
export async function settle(turns = 60): Promise<void> {
  for (let at = 0; at < turns; at += 1) await turn();
}

/** Let the fake clock go on, and everything run that follows. */
export async function pass(milliseconds: number): Promise<void> {
  await settle(20);
  await vi.advanceTimersByTimeAsync(milliseconds);
  await settle(20);
}

/** A promise and what settles it. */
export class Gate<T = void> {
  open!: (value: T) => void;
  fail!: (error: unknown) => void;
  readonly passed = new Promise<T>((resolve, reject) => {
    this.open = resolve;
    this.fail = reject;
  });
}
