import { beforeEach, describe, expect, test, vi } from "vitest";
import { Again } from "../src/again.js";
import { UnreadNumbers, unreadOf } from "../src/elements/badges.js";
import type { Snapshot } from "../src/index.js";
import type { Requests } from "../src/requests.js";
import { Unread, type UnreadTotals } from "../src/unread.js";

const TOTALS: UnreadTotals = {
  threads: 3,
  messages: 6,
  types: { chat: { threads: 2, messages: 5 }, support: { threads: 1, messages: 1 } },
};
const request = vi.fn(async () => TOTALS);
let unread: Unread;

beforeEach(async () => {
  vi.useFakeTimers();
  request.mockClear();
  unread = new Unread({ request } as unknown as Requests, 1, new Again(), () => {});
  await unread.load();
});

describe("a change of a thread", () => {
  test("changes the numbers of its type and those of all", () => {
    unread.count(1, 0, "support");
    unread.count(0, 2, "tracker");
    expect(unread.totals).toEqual({
      threads: 3,
      messages: 7,
      types: {
        chat: { threads: 2, messages: 5 },
        support: { threads: 0, messages: 0 },
        tracker: { threads: 1, messages: 2 },
      },
    });
  });

  test("asks the server nothing, long after a response", async () => {
    await vi.advanceTimersByTimeAsync(61_000);
    unread.count(1, 0, "support");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(request).toHaveBeenCalledTimes(1);
  });
});

describe("the numbers of an element", () => {
  test("are those of its type", () => {
    const snapshot = { unread: TOTALS } as unknown as Snapshot;
    expect(unreadOf(snapshot, "support")).toEqual({ threads: 1, messages: 1 });
    expect(unreadOf(snapshot, "tracker")).toEqual({ threads: 0, messages: 0 });
    expect(unreadOf({ unread: null } as Snapshot, "support")).toBeNull();
  });

  test("notify it only when they change", async () => {
    const changed = vi.fn();
    const numbers = new UnreadNumbers(changed);
    for (const messages of [1, 1, 2]) numbers.take({ threads: 1, messages });
    numbers.take(null);
    numbers.take({ threads: 1, messages: 2 });
    await Promise.resolve();
    expect(changed.mock.calls.map(([counts]) => counts.messages)).toEqual([1, 2, 2]);
  });
});
