import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ChatClient } from "../src/client.js";
import type { QueueItem } from "../src/queue_items.js";
import { connected, tab } from "./support/clients.js";
import { message, thread } from "./support/documents.js";
import { FakeServer, json, type Received, unreachable } from "./support/server.js";
import { fakeClock, Gate, pass, settle, until } from "./support/waiting.js";

const ROUTE = "POST threads/7/messages";
const DAY = 24 * 60 * 60 * 1000;

let server: FakeServer;
let isReachable = true;
/** What the server has stored, by `client_id`. */
let stored: Map<string, string>;

function store({ body }: Received): object {
  const { text, client_id: id } = body as { text: string; client_id: string };
  if (!stored.has(id)) stored.set(id, text);
  return { ...message(100 + stored.size, { client_id: id, is_own: true, text }), thread_data: thread(7) };
}

beforeEach(() => {
  fakeClock();
  server = new FakeServer();
  stored = new Map();
  isReachable = true;
  server.on(ROUTE, (request) => (isReachable ? store(request) : unreachable()));
  server.on("POST threads/8/messages", (request) => (isReachable ? store(request) : unreachable()));
});

const texts = () => [...stored.values()];
const states = (client: ChatClient) => client.getSnapshot().queue.map(({ state }) => state);

/** Send a text; the outcome is what `done` becomes. */
function send(client: ChatClient, text: string, id = 7) {
  const sending = client.send(id, { text });
  const outcome = sending.done.then(
    () => "stored",
    (error: { status?: number; name: string }) => error.status ?? error.name,
  );
  return { id: sending.id, outcome };
}

describe("the queue", () => {
  test("sends in order, each once", async () => {
    const client = await connected(server);
    const all = ["a", "b", "c"].map((text) => send(client, text).outcome);
    expect(await Promise.all(all)).toEqual(["stored", "stored", "stored"]);
    expect(texts()).toEqual(["a", "b", "c"]);
    expect(server.of(ROUTE)).toHaveLength(3);
    expect(client.getSnapshot().queue).toEqual([]);
  });

  test("is sent by the next page on the same database, in order", async () => {
    isReachable = false;
    const first = await connected(server);
    for (const text of ["a", "b"]) void send(first, text);
    await until(() => first.getSnapshot().queue.length === 2);
    first.destroy();
    isReachable = true;
    const second = tab(server);
    await until(() => stored.size === 2 && !second.getSnapshot().queue.length);
    expect(texts()).toEqual(["a", "b"]);
  });

  test("is nobody else's: another account sees and sends nothing of it", async () => {
    isReachable = false;
    const first = await connected(server);
    void send(first, "private");
    await until(() => first.getSnapshot().queue.length === 1);
    first.destroy();
    isReachable = true;
    const other = await connected(server, {}, { auth: { account: 2 } });
    await pass(60_000);
    expect(other.getSnapshot().queue).toEqual([]);
    expect(texts()).toEqual([]);
  });

  test("sends the same id again if the page ends between storing and removing", async () => {
    const gate = new Gate<object>();
    server.on(ROUTE, (request) => (store(request), gate.passed));
    const first = await connected(server);
    const { id } = send(first, "once");
    await until(() => stored.size === 1);
    first.destroy();
    server.on(ROUTE, store);
    const second = tab(server);
    await until(() => server.of(ROUTE).length === 2 && !second.getSnapshot().queue.length);
    expect([...stored]).toEqual([[id, "once"]]);
  });

  test("of two tabs is sent once, and both show it as sent", async () => {
    const one = await connected(server);
    const other = await connected(server);
    const all = ["a", "b", "c", "d"].map((text, at) => send(at % 2 ? one : other, text).outcome);
    expect(await Promise.all(all)).toEqual(Array(4).fill("stored"));
    await settle();
    expect(server.of(ROUTE)).toHaveLength(4);
    expect([one, other].map((client) => client.getSnapshot().queue)).toEqual([[], []]);
  });

  test("is committed at once, as drafts are: a page that is left hears of no answers", async () => {
    isReachable = false;
    const client = await connected(server);
    const commit = vi.spyOn(IDBTransaction.prototype, "commit");
    void send(client, "a");
    await until(() => client.getSnapshot().queue.length === 1);
    expect(commit).toHaveBeenCalledTimes(1);
    await client.setDraft(7, "typed last");
    await client.setDraft(7, "");
    expect(commit).toHaveBeenCalledTimes(3);
  });

  test("is kept by the page alone with storage none", async () => {
    isReachable = false;
    const open = vi.spyOn(indexedDB, "open");
    const first = await connected(server, {}, { storage: "none" });
    void send(first, "gone");
    await until(() => first.getSnapshot().queue.length === 1);
    first.destroy();
    isReachable = true;
    await connected(server, {}, { storage: "none" });
    await pass(60_000);
    expect(texts()).toEqual([]);
    expect(open).not.toHaveBeenCalled();
  });

  test.each(["a new page", "the same page"])("expires after seven days, in %s", async (where) => {
    isReachable = false;
    const first = await connected(server);
    void send(first, "old");
    await until(() => first.getSnapshot().queue.length === 1);
    const isNew = where === "a new page";
    if (isNew) first.destroy();
    const client = isNew ? tab(server) : first;
    const expired: string[] = [];
    vi.setSystemTime(Date.now() + 7 * DAY + 1);
    isReachable = true;
    client.on("expired", (items: readonly QueueItem[]) => expired.push(...items.map(({ id }) => id)));
    await pass(60_000);
    expect(expired).toHaveLength(1);
    expect(client.getSnapshot().queue).toEqual([]);
    expect(texts()).toEqual([]);
  });

  test("signing out asks while something is queued, and then forgets it", async () => {
    isReachable = false;
    const client = await connected(server);
    const { outcome } = send(client, "unsent");
    await until(() => client.getSnapshot().queue.length === 1);
    expect(await client.signOut()).toBe(false);
    expect(client.getSnapshot().queue).toHaveLength(1);
    expect(await client.signOut({ discard: true })).toBe(true);
    expect(await outcome).toBe("AbortError");
    isReachable = true;
    const next = await connected(server);
    await pass(60_000);
    expect(next.getSnapshot().queue).toEqual([]);
    expect(texts()).toEqual([]);
  });

  test("drops what is discarded, even before it is stored", async () => {
    const client = await connected(server);
    const { id, outcome } = send(client, "never mind");
    await client.discard(id);
    expect(await outcome).toBe("AbortError");
    await settle();
    expect(client.getSnapshot().queue).toEqual([]);
  });
});

describe("a refusal", () => {
  test("of a live item rejects and leaves nothing", async () => {
    const client = await connected(server);
    server.on(ROUTE, () => json(400, { text: ["TOO_LONG"] }));
    expect(await send(client, "x").outcome).toBe(400);
    expect(client.getSnapshot().queue).toEqual([]);
  });

  test.each([
    [{ text: ["TOO_LONG"] }, {}, "refused"],
    [{ question: ["WRONG_VALUE"] }, { question: 3 }, "confirm"],
    [{ asked: ["WRONG_VALUE"] }, { asked: 9 }, "confirm"],
    [{ non_field_errors: ["NO_CURRENT_QUESTION"] }, { question: 3 }, "confirm"],
    [{ question: ["WRONG_VALUE"] }, {}, "refused"],
  ])("%j of an item that waited is kept", async (body, draft, state) => {
    isReachable = false;
    const client = await connected(server);
    const rejected = client.send(7, { text: "kept", ...draft }).done.catch((error: unknown) => error);
    await until(() => server.of(ROUTE).length === 1);
    server.on(ROUTE, () => json(400, body));
    await pass(1_000);
    expect(await rejected).toMatchObject({ status: 400 });
    expect(client.getSnapshot().queue).toMatchObject([{ state, refusal: { status: 400, body } }]);
    await pass(60_000);
    expect(server.of(ROUTE)).toHaveLength(2);
  });

  test("of an item that waited behind another is kept", async () => {
    isReachable = false;
    const client = await connected(server);
    void send(client, "first");
    const { outcome } = send(client, "second");
    await until(() => client.getSnapshot().queue.length === 2);
    await settle();
    server.on(ROUTE, () => json(403, {}));
    await pass(1_000);
    expect(await outcome).toBe(403);
    expect(states(client)).toEqual(["refused", "refused"]);
  });

  test("of the sign-in is none of the item: it waits for resume", async () => {
    const client = await connected(server);
    server.on(ROUTE, () => json(401, {}));
    void send(client, "waits");
    await until(() => client.getSnapshot().authRequired);
    await pass(60_000);
    expect(states(client)).toEqual(["queued"]);
    server.on(ROUTE, store);
    client.resume();
    await until(() => stored.size === 1);
  });
});

describe("a failure that passes", () => {
  test.each([
    ["no network", unreachable],
    ["503", () => json(503, {})],
    ["429", () => json(429, {})],
  ])("%s backs off", async (_, fail) => {
    const client = await connected(server);
    server.on(ROUTE, fail);
    void send(client, "again");
    await pass(100_000);
    const { length } = server.of(ROUTE);
    expect(length).toBeGreaterThan(4);
    expect(length).toBeLessThan(14);
    server.on(ROUTE, store);
    await pass(31_000);
    expect(texts()).toEqual(["again"]);
  });

  test("with Retry-After is not repeated before, whatever happens", async () => {
    const client = await connected(server);
    server.on(ROUTE, () => json(429, {}, { "Retry-After": "120" }));
    void send(client, "later");
    await until(() => server.of(ROUTE).length === 1);
    server.on(ROUTE, store);
    await pass(60_000);
    void send(client, "another");
    client.resume();
    await pass(50_000);
    expect(server.of(ROUTE)).toHaveLength(1);
    await pass(15_000);
    expect(texts()).toEqual(["later", "another"]);
  });

  test("with a Retry-After beyond any timer does not loop", async () => {
    const client = await connected(server);
    server.on(ROUTE, () => json(503, {}, { "Retry-After": "99999999999" }));
    void send(client, "much later");
    await pass(60_000);
    expect(server.of(ROUTE)).toHaveLength(1);
  });

  test("of one thread's server code does not hold up the others", async () => {
    const client = await connected(server);
    server.on(ROUTE, () => json(502, {}));
    void send(client, "stuck");
    expect(await send(client, "free", 8).outcome).toBe("stored");
    expect(texts()).toEqual(["free"]);
  });

  test("that is a fault of the server ends in a refusal", async () => {
    const client = await connected(server);
    server.on(ROUTE, () => json(500, {}));
    void send(client, "poison");
    await pass(300_000);
    expect(server.of(ROUTE)).toHaveLength(8);
    expect(states(client)).toEqual(["refused"]);
  });
});
