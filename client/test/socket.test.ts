import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EventFrame, Frame } from "../src/frames.js";
import { ChatSocket, type Connection } from "../src/socket.js";
import { FakeServer } from "./support/server.js";
import { fakeClock, Gate, pass, settle } from "./support/waiting.js";

class Harness {
  readonly server = new FakeServer();
  readonly events: [number, number][] = [];
  readonly asides: Frame[] = [];
  readonly joined: number[] = [];
  readonly resynced: number[] = [];
  readonly statuses: Connection[] = [];
  readonly url = vi.fn(async () => `wss://chat.example/${this.url.mock.calls.length}`);
  readonly rejected = vi.fn(async () => true);
  first: number | null = null;
  readonly socket = new ChatSocket(
    {
      url: () => this.url(),
      event: ({ event }: EventFrame) => this.events.push([event.thread, event.seq]),
      aside: (frame) => this.asides.push(frame),
      heads: () => {},
      joined: (thread) => this.joined.push(thread),
      resync: (thread) => this.resynced.push(thread),
      status: (status) => this.statuses.push(status),
      rejected: () => this.rejected(),
      first: () => this.first,
    },
    this.server.createSocket,
  );

  async open(heads: Readonly<Record<number, number>> = {}): Promise<void> {
    this.socket.open();
    await settle(5);
    this.server.socket.connect(heads);
  }

  event(thread: number, seq: number): void {
    this.server.socket.event(thread, seq, "thread_updated", { id: thread });
  }

  outcome(thread: number, outcome: string, head: number): void {
    this.server.socket.frame({ message: "catch_up", data: { thread, outcome, head } });
  }

  /** The threads of each `catch_up` of the newest socket. */
  get catchUps(): Record<string, number>[] {
    return this.server.socket.commands("catch_up").map((data) => data["threads"] as Record<string, number>);
  }

  /** End the connection, and open the next one. */
  async reconnect(heads: Readonly<Record<number, number>>, code = 1006): Promise<void> {
    const before = this.server.sockets.length;
    this.server.socket.end(code);
    while (this.server.sockets.length === before) await pass(250);
    this.server.socket.connect(heads);
  }
}

let harness: Harness;
beforeEach(() => {
  fakeClock();
  harness = new Harness();
});
afterEach(() => harness.socket.close());

describe("events", () => {
  test("come once and in order", async () => {
    await harness.open({ 7: 3, 8: 0 });
    for (const [thread, seq] of [
      [7, 3],
      [7, 4],
      [7, 4],
      [8, 1],
      [7, 5],
      [7, 2],
    ] as const)
      harness.event(thread, seq);
    expect(harness.events).toEqual([
      [7, 4],
      [8, 1],
      [7, 5],
    ]);
    expect(harness.catchUps).toEqual([]);
  });

  test("after a gap, the missing ones are requested once and come first", async () => {
    await harness.open({ 7: 3 });
    harness.event(7, 6);
    harness.event(7, 7);
    expect(harness.catchUps).toEqual([{ 7: 3 }]);
    for (const seq of [4, 5, 6, 7]) harness.event(7, seq);
    harness.outcome(7, "replayed", 7);
    harness.event(7, 8);
    expect(harness.events.map(([, seq]) => seq)).toEqual([4, 5, 6, 7, 8]);
    expect(harness.catchUps).toHaveLength(1);
    expect(harness.resynced).toEqual([]);
  });

  test("that the server has no longer are resynced, and the next ones follow", async () => {
    await harness.open({ 7: 3 });
    harness.event(7, 900);
    harness.outcome(7, "resync", 900);
    harness.event(7, 901);
    expect(harness.resynced).toEqual([7]);
    expect(harness.events).toEqual([[7, 901]]);
  });

  test("of a thread that the user has just joined begin with the first that comes", async () => {
    await harness.open({});
    harness.event(9, 12);
    harness.event(9, 13);
    expect(harness.events).toEqual([
      [9, 12],
      [9, 13],
    ]);
    expect(harness.joined).toEqual([9]);
  });

  test("that skipped ones stand for are passed on too", async () => {
    await harness.open({ 7: 1 });
    harness.server.socket.event(7, 2, "skipped", {});
    harness.event(7, 3);
    expect(harness.catchUps).toEqual([]);
  });
});

describe("heartbeats", () => {
  test("with a higher number request what is missing after a grace", async () => {
    await harness.open({ 7: 3, 8: 5 });
    harness.server.socket.heartbeat({ 7: 4, 8: 7 });
    await pass(900);
    harness.event(7, 4);
    expect(harness.catchUps).toEqual([]);
    await pass(200);
    expect(harness.catchUps).toEqual([{ 8: 5 }]);
  });

  test("with the known number, or a lower one that is late, request nothing", async () => {
    await harness.open({ 7: 3 });
    harness.event(7, 4);
    harness.server.socket.heartbeat({ 7: 4 }).heartbeat({ 7: 3 });
    await pass(5_000);
    expect(harness.catchUps).toEqual([]);
  });

  test("name new threads without requesting their past", async () => {
    await harness.open({ 7: 3 });
    harness.server.socket.heartbeat({ 7: 3, 9: 40 });
    await pass(5_000);
    expect(harness.catchUps).toEqual([]);
    expect(harness.socket.seen(9)).toBe(40);
  });
});

describe("catching up", () => {
  test("after reconnecting requests only what is behind", async () => {
    await harness.open({ 7: 3, 8: 5, 9: 1 });
    await harness.reconnect({ 7: 3, 8: 9, 9: 2, 10: 4 });
    expect(harness.catchUps).toEqual([{ 8: 5, 9: 1 }]);
  });

  test("250 threads take turns of at most 100, the open one first", async () => {
    const ids = Array.from({ length: 250 }, (_, index) => index + 1);
    await harness.open(Object.fromEntries(ids.map((id) => [id, 1])));
    harness.first = 200;
    await harness.reconnect(Object.fromEntries(ids.map((id) => [id, 2])));
    const turns: string[][] = [];
    while (harness.catchUps.length > turns.length) {
      const turn = Object.keys(harness.catchUps.at(-1) ?? {});
      turns.push(turn);
      for (const id of turn) harness.outcome(Number(id), "replayed", 2);
    }
    expect(turns.map((turn) => turn.length)).toEqual([1, 100, 100, 49]);
    expect(turns[0]).toEqual(["200"]);
    expect(new Set(turns.flat()).size).toBe(250);
  });

  test("a thread that cannot be read does not hold up the others", async () => {
    await harness.open({ 7: 1, 8: 1 });
    await harness.reconnect({ 7: 2, 8: 2 });
    harness.server.socket.frame({
      message: "error",
      data: { code: "NO_PERMISSIONS", command: "catch_up", thread: 7 },
    });
    harness.outcome(8, "current", 2);
    harness.event(8, 4);
    expect(harness.catchUps).toEqual([{ 7: 1, 8: 1 }, { 8: 2 }]);
    expect(harness.socket.seen(7)).toBeUndefined();
    expect(harness.asides).toEqual([]);
  });

  test.each(["RATE_LIMITED", "INTERNAL", "WRONG_VALUE"])(
    "%s as a whole is made up for by the next heartbeat",
    async (code) => {
      await harness.open({ 7: 1, 8: 1 });
      await harness.reconnect({ 7: 2, 8: 1 });
      harness.server.socket.frame({ message: "error", data: { code, command: "catch_up", retry_after: 9 } });
      await pass(5_000);
      expect(harness.catchUps).toHaveLength(1);
      harness.server.socket.heartbeat({ 7: 2, 8: 1 });
      await pass(1_100);
      expect(harness.catchUps).toEqual([{ 7: 1 }, { 7: 1 }]);
    },
  );

  test("errors of other commands are for the host", async () => {
    await harness.open();
    const error = { message: "error", data: { code: "WRONG_VALUE", command: "wave", field: "x" } };
    harness.server.socket.frame(error);
    expect(harness.asides).toEqual([error]);
  });

  test("a server whose database was restored has the threads loaded again", async () => {
    await harness.open({ 7: 50 });
    await harness.reconnect({ 7: 10 });
    expect(harness.catchUps).toEqual([{ 7: 50 }]);
    harness.outcome(7, "resync", 10);
    harness.event(7, 11);
    expect(harness.resynced).toEqual([7]);
    expect(harness.events).toEqual([[7, 11]]);
  });
});

describe("a connection", () => {
  test("that is silent is asked for a pong, and given up without one", async () => {
    await harness.open();
    const { socket } = harness.server;
    await pass(19_000);
    expect(socket.commands("ping")).toHaveLength(0);
    await pass(5_000);
    expect(socket.commands("ping")).toHaveLength(1);
    await pass(13_000);
    expect(socket.isClosed).toBe(true);
    expect(harness.server.sockets.length).toBeGreaterThan(1);
  });

  test("that answers is kept", async () => {
    await harness.open();
    const { socket } = harness.server;
    for (let minute = 0; minute < 10; minute += 1) {
      await pass(24_000);
      socket.frame({ message: "pong", data: {} });
    }
    expect(harness.server.sockets).toEqual([socket]);
  });

  test.each([0, 2, 3])("that stays in the state %i is given up", async (state) => {
    await harness.open();
    const { socket } = harness.server;
    socket.readyState = state;
    await pass(60_000);
    expect(harness.server.sockets.length).toBeGreaterThan(1);
    expect(harness.server.sockets[0]).toBe(socket);
  });

  test("without a network waits for it, and then connects at once", async () => {
    await harness.open();
    harness.socket.lost();
    expect(harness.statuses.at(-1)).toBe("offline");
    await pass(300_000);
    expect(harness.server.sockets).toHaveLength(1);
    expect(harness.statuses.at(-1)).toBe("offline");
    harness.socket.wake();
    await settle(5);
    expect(harness.server.sockets).toHaveLength(2);
  });

  test("is tested with a ping when the page wakes", async () => {
    await harness.open();
    harness.socket.wake();
    harness.socket.wake();
    expect(harness.server.socket.commands("ping")).toHaveLength(1);
  });

  test("has a ticket, or whatever its URL has, of its own", async () => {
    await harness.open();
    await harness.reconnect({});
    await harness.reconnect({});
    expect(harness.server.sockets.map(({ url }) => url)).toEqual([
      "wss://chat.example/1",
      "wss://chat.example/2",
      "wss://chat.example/3",
    ]);
  });

  test("that cannot be made is tried again", async () => {
    harness.url.mockRejectedValueOnce(new Error("no ticket"));
    harness.socket.open();
    await pass(1_000);
    expect(harness.statuses).toEqual(["connecting", "waiting", "connecting"]);
    expect(harness.server.sockets).toHaveLength(1);
  });

  test("passes on its states in order", async () => {
    await harness.open();
    harness.server.socket.end(1006);
    await settle(5);
    expect(harness.statuses).toEqual(["connecting", "online", "waiting"]);
  });

  test("sends nothing while it does not stand", async () => {
    expect(harness.socket.send("ping", {})).toBe(false);
    harness.socket.open();
    await settle(5);
    expect(harness.socket.send("ping", {})).toBe(false);
    harness.server.socket.connect();
    expect(harness.socket.send("ping", {})).toBe(true);
  });
});

describe("the back-off", () => {
  /** Return the delays before the next connections, when each fails with the code. */
  async function delays(code: number, count: number): Promise<number[]> {
    const measured: number[] = [];
    for (let at = 0; at < count; at += 1) {
      const before = harness.server.sockets.length;
      const timer = vi.spyOn(globalThis, "setTimeout");
      harness.server.socket.end(code);
      await settle(5);
      measured.push(Number(timer.mock.calls.at(-1)?.[1]));
      timer.mockRestore();
      while (harness.server.sockets.length === before) await pass(250);
    }
    return measured;
  }

  test("doubles up to half a minute", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    await harness.open();
    expect(await delays(1006, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test("is random: between half of it and all", async () => {
    await harness.open();
    vi.spyOn(Math, "random").mockReturnValue(0);
    expect(await delays(1006, 3)).toEqual([250, 500, 1_000]);
  });

  test("is longer where there are too many connections", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    await harness.open();
    expect(await delays(4429, 3)).toEqual([4_000, 8_000, 16_000]);
  });

  test("starts again after a connection that stood, not after one that broke at once", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    await harness.open();
    expect(await delays(1006, 3)).toEqual([500, 1_000, 2_000]);
    harness.server.socket.connect();
    expect(await delays(1006, 1)).toEqual([4_000]);
    harness.server.socket.connect();
    await pass(15_000);
    expect(await delays(1006, 1)).toEqual([500]);
  });
});

describe("4401", () => {
  test("connects again if the credentials are accepted after all", async () => {
    await harness.open();
    await harness.reconnect({}, 4401);
    expect(harness.rejected).toHaveBeenCalledTimes(1);
  });

  test("ends it if they are not", async () => {
    harness.rejected.mockResolvedValue(false);
    await harness.open();
    harness.server.socket.end(4401);
    await pass(300_000);
    expect(harness.server.sockets).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves a connection alone that was opened meanwhile", async () => {
    await harness.open();
    const answer = new Gate<boolean>();
    const url = new Gate<string>();
    harness.rejected.mockImplementationOnce(() => answer.passed);
    harness.server.socket.end(4401);
    await settle(5);
    harness.socket.close();
    harness.url.mockImplementationOnce(() => url.passed);
    harness.socket.open();
    answer.open(true);
    await settle(5);
    url.open("wss://chat.example/again");
    await settle(5);
    harness.server.socket.connect({});
    await pass(10_000);
    expect(harness.statuses.at(-1)).toBe("online");
    expect(harness.server.sockets).toHaveLength(2);
  });

  test("is not asked about when the socket is closed meanwhile", async () => {
    await harness.open();
    harness.socket.close();
    harness.server.socket.end(4401);
    await pass(60_000);
    expect(harness.rejected).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
