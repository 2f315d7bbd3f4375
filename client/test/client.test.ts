import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { createClient, listKey } from "../src/index.js";
import { connected, optionsFor } from "./support/clients.js";
import { message, page, thread } from "./support/documents.js";
import { FakeServer, json } from "./support/server.js";
import { fakeClock, Gate, pass, settle, until } from "./support/waiting.js";

const root = new URL("../../chat_api/", import.meta.url);
const version = /__version__ = "(.+)"/.exec(readFileSync(new URL("__init__.py", root), "utf8"))?.[1];
const built = new URL(`static/chat_api/client/${version}/client.js`, root);

/** A server with the threads 7 and 8, each with the messages 1 to 3. */
function serverWithThreads(): FakeServer {
  const server = new FakeServer();
  for (const id of [7, 8]) {
    server.on(`GET threads/${id}`, () => thread(id));
    server.on(`GET threads/${id}/messages`, () => page(1, 3));
    server.on(`GET threads/${id}/events`, () => ({ events: [], head: 0, outcome: "current" }));
  }
  return server;
}

async function opened(server = serverWithThreads()) {
  const client = await connected(server, { 7: 1, 8: 1 });
  await client.openThread(7);
  await client.openThread(8);
  await settle();
  return { server, client };
}

const posted = (id: number, changes = {}) => ({ ...message(id, changes), thread_data: thread(7) });

describe("the snapshot", () => {
  test("is the same until something changes, and then shares what did not", async () => {
    const { server, client } = await opened();
    const before = client.getSnapshot();
    expect(client.getSnapshot()).toBe(before);
    server.socket.heartbeat({ 7: 1, 8: 1 });
    expect(client.getSnapshot()).toBe(before);
    server.socket.event(7, 2, "message_created_or_updated", posted(4));
    const after = client.getSnapshot();
    expect(after).not.toBe(before);
    expect(client.getSnapshot()).toBe(after);
    expect(after.rooms.get(8)).toBe(before.rooms.get(8));
    expect(after.lists).toBe(before.lists);
    expect(after.queue).toBe(before.queue);
    expect(after.rooms.get(7)?.messages.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(before.rooms.get(7)?.messages.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  test("changes once a turn for its listeners, whatever they throw", async () => {
    const { server, client } = await opened();
    const report = vi.spyOn(console, "error").mockImplementation(() => {});
    const calls: string[] = [];
    client.subscribe(() => {
      calls.push("first");
      throw new Error("a listener's");
    });
    const stop = client.subscribe(() => calls.push("second"));
    for (const seq of [2, 3, 4]) server.socket.event(7, seq, "message_created_or_updated", posted(seq + 2));
    expect(calls).toEqual([]);
    await Promise.resolve();
    expect(calls).toEqual(["first", "second"]);
    expect(report).toHaveBeenCalledTimes(1);
    stop();
    server.socket.event(7, 5, "message_created_or_updated", posted(9));
    await Promise.resolve();
    expect(calls).toEqual(["first", "second", "first"]);
  });
});

describe("destroy", () => {
  test("leaves no timer, listener or socket, even with requests on their way", async () => {
    fakeClock();
    const page = new EventTarget();
    const added = vi.spyOn(page, "addEventListener");
    const removed = vi.spyOn(page, "removeEventListener");
    for (const name of ["addEventListener", "removeEventListener"] as const)
      vi.stubGlobal(name, page[name].bind(page));
    vi.stubGlobal(
      "document",
      Object.assign(page, { visibilityState: "visible", cookie: "", getElementById: () => null }),
    );
    const { server, client } = await opened();
    server.socket.frame({
      message: "thread_someone_is_writing",
      data: { thread: 7, length: 4_000, sender_data: { id: 2 } },
    });
    const gate = new Gate<object>();
    server.on("GET threads/9", () => gate.passed);
    server.socket.event(9, 1, "thread_updated", { id: 9, too_large: true });
    client.destroy();
    gate.open(thread(9));
    await settle();
    expect(vi.getTimerCount()).toBe(0);
    expect(server.socket.isClosed).toBe(true);
    expect(added.mock.calls.length).toBeGreaterThan(3);
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
    const { length } = server.received;
    client.resume();
    await pass(60_000);
    expect(server.received).toHaveLength(length);
  });
});

describe("signing in", () => {
  test("4401 with rejected credentials fires auth-required once, and resume goes on", async () => {
    const { server, client } = await opened();
    const problems: string[] = [];
    client.on("auth-required", (problem) => problems.push(problem));
    server.on("GET accounts/1/unread", () => json(401, {}));
    server.socket.end(4401);
    await until(() => problems.length);
    await Promise.allSettled([client.request("GET", "accounts/1/unread"), client.search(7, "x")]);
    expect(problems).toEqual(["signed-out"]);
    expect(client.getSnapshot()).toMatchObject({ authRequired: "signed-out", connection: "signed-out" });
    const before = server.sockets.length;
    server.on("GET accounts/1/unread", () => ({ threads: 0, messages: 0, types: {} }));
    client.resume();
    await until(() => server.sockets.length > before);
    expect(client.getSnapshot().authRequired).toBeNull();
  });

  test("4401 because of another account is named as such, once", async () => {
    const { server, client } = await opened();
    const problems: string[] = [];
    client.on("auth-required", (problem) => problems.push(problem));
    server.on("GET accounts/1/unread", () => json(403, { code: "OTHER_ACCOUNT" }));
    server.socket.end(4401);
    await until(() => problems.length);
    await settle();
    expect(problems).toEqual(["other-account"]);
  });

  test("a refusal from before resume stops nothing after it", async () => {
    const { server, client } = await opened();
    const problems: string[] = [];
    client.on("auth-required", (problem) => problems.push(problem));
    const other = () => json(403, { code: "OTHER_ACCOUNT" });
    const late = new Gate();
    let asked = 0;
    server.on("GET accounts/1/unread", async () => {
      asked += 1;
      await late.passed;
      return other();
    });
    server.on("POST threads/7/messages", other);
    server.socket.end(4401);
    await until(() => asked);
    const { done } = client.send(7, { text: "Hello" });
    await until(() => problems.length);
    server.on("GET accounts/1/unread", () => ({ threads: 0, messages: 0, types: {} }));
    server.on("POST threads/7/messages", () =>
      json(201, { ...message(4), thread_data: thread(7), answers: [] }),
    );
    client.resume();
    late.open();
    await settle();
    expect(problems).toEqual(["other-account"]);
    expect(client.getSnapshot()).toMatchObject({ authRequired: null, queue: [] });
    await expect(done).resolves.toMatchObject({ id: 4 });
  });

  test("each socket of a token has a ticket of its own", async () => {
    fakeClock();
    const server = serverWithThreads();
    let count = 0;
    server.on("POST ws-ticket", () => ({ ticket: `ticket ${++count}`, expires: "" }));
    await connected(server, {}, { auth: { account: 1, token: "abc" } });
    server.socket.end(1006);
    while (server.sockets.length < 2) await pass(250);
    const tickets = server.sockets.map(({ url }) => new URL(url).searchParams.get("ticket"));
    expect(tickets).toEqual(["ticket 1", "ticket 2"]);
  });
});

describe("createClient", () => {
  test("returns the same client for the same account, until each has destroyed it", () => {
    const options = optionsFor(new FakeServer());
    const client = createClient(options);
    expect(createClient(options)).toBe(client);
    client.destroy();
    expect(createClient(options)).toBe(client);
    client.destroy();
    client.destroy();
    const next = createClient(options);
    expect(next).not.toBe(client);
    next.destroy();
  });

  test("returns another one for another account", () => {
    const server = new FakeServer();
    const [one, other] = [1, 2].map((account) => createClient(optionsFor(server, { auth: { account } })));
    expect(one).not.toBe(other);
    one?.destroy();
    other?.destroy();
  });

  test("two copies of the built module share it", async () => {
    const load = (copy: string) => import(/* @vite-ignore */ `${built.href}?copy=${copy}`);
    const [one, other] = await Promise.all([load("a"), load("b")]);
    expect(one.createClient).not.toBe(other.createClient);
    const options = optionsFor(new FakeServer());
    const client = one.createClient(options);
    expect(other.createClient(options)).toBe(client);
    client.destroy();
    client.destroy();
  });

  test("needs to know where the API is, and who is signed in", () => {
    expect(() => createClient()).toThrow("needs `api`");
    expect(() => createClient({ api: "https://chat.example/api/" })).toThrow("needs `auth`");
  });
});

describe("the built module", () => {
  test("imports nothing", () => {
    const code = readFileSync(built, "utf8");
    expect(code).not.toMatch(/^\s*import\b|\bimport\(|^\s*export .* from /m);
  });

  test("can be imported without a DOM", async () => {
    expect(typeof document).toBe("undefined");
    const module = await import(/* @vite-ignore */ `${built.href}?dom=none`);
    expect(module.plainText({ text: "&lt;", text_format: "escaped" })).toBe("<");
    expect(module.listKey({ type: "chat", q: "a" })).toBe(listKey({ q: "a", type: "chat" }));
  });
});
