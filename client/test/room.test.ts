import { beforeEach, describe, expect, test } from "vitest";
import type { ChatClient } from "../src/client.js";
import { listKey } from "../src/index.js";
import { connected, tab } from "./support/clients.js";
import { at, message, page, thread } from "./support/documents.js";
import { FakeServer, json, unreachable } from "./support/server.js";
import { fakeClock, Gate, pass, settle, until } from "./support/waiting.js";

const MESSAGES = "GET threads/7/messages";
let server: FakeServer;
let client: ChatClient;
let seq: number;

const event = (name: string, data: object) => server.socket.event(7, ++seq, name, data);
const post = (id: number, changes = {}) =>
  event("message_created_or_updated", {
    ...message(id, changes),
    thread_data: thread(7, { updated: at(id) }),
  });
const shown = () => client.getSnapshot().rooms.get(7)?.messages ?? [];
const ids = () => shown().map(({ id }) => id);

beforeEach(async () => {
  fakeClock();
  server = new FakeServer();
  seq = 1;
  server.on("GET threads/7", () => thread(7));
  server.on(MESSAGES, () => page(51, 53, "more"));
  server.on("GET threads/7/events", () => ({ events: [], head: 1, outcome: "current" }));
  client = await connected(server, { 7: 1 });
});

/** Hold back the next page; the result is how to deliver it. */
function heldPage(): Gate<object> {
  const gate = new Gate<object>();
  server.on(MESSAGES, () => gate.passed);
  return gate;
}

describe("a page that is on its way", () => {
  test("does not undo what events say meanwhile", async () => {
    const gate = heldPage();
    const opening = client.openThread(7);
    await until(() => server.of(MESSAGES).length);
    post(54);
    post(53, { text: "edited", updated: at(99) });
    event("message_created_or_updated", { id: 52, deleted: true, unread: 0 });
    event("messages_read", { thread: 7, user: 1, messages: [51], unread: 0 });
    gate.open(page(51, 53));
    await opening;
    expect(ids()).toEqual([51, 53, 54]);
    expect(shown()[1]?.text).toBe("edited");
    expect(shown()[0]?.is_read).toBe(true);
  });

  test("of earlier messages does not undo an edit of one of them", async () => {
    await client.openThread(7);
    const gate = heldPage();
    const loading = client.loadEarlier(7);
    await until(() => server.of(MESSAGES).length === 2);
    post(50, { text: "edited", updated: at(99) });
    event("message_created_or_updated", { id: 49, deleted: true, unread: 0 });
    gate.open(page(48, 50));
    await loading;
    expect(ids()).toEqual([48, 50, 51, 52, 53]);
    expect(shown()[1]?.text).toBe("edited");
  });

  test("of earlier messages is dropped when the thread is loaded again", async () => {
    await client.openThread(7);
    const gate = heldPage();
    const loading = client.loadEarlier(7);
    await until(() => server.of(MESSAGES).length === 2);
    server.on(MESSAGES, () => page(901, 903, "more"));
    server.socket.frame({ message: "catch_up", data: { thread: 7, outcome: "resync", head: 900 } });
    await settle();
    gate.open(page(48, 50));
    await loading;
    expect(ids()).toEqual([901, 902, 903]);
  });

  test("is requested again when events were lost meanwhile", async () => {
    const gate = heldPage();
    const opening = client.openThread(7);
    await until(() => server.of(MESSAGES).length);
    server.socket.frame({ message: "catch_up", data: { thread: 7, outcome: "resync", head: 9 } });
    server.on(MESSAGES, () => page(60, 61));
    gate.open(page(51, 53));
    await opening;
    expect(ids()).toEqual([60, 61]);
  });
});

describe("a room", () => {
  /** A client whose socket hangs, so that the thread is loaded without it. */
  async function withoutSocket(): Promise<FakeServer["socket"]> {
    client.destroy();
    client = tab(server);
    const before = server.sockets.length;
    await until(() => server.sockets.length > before);
    return server.socket;
  }

  test("that was loaded before the first event of its thread, nobody knows up to which, is loaded again", async () => {
    const socket = await withoutSocket();
    server.on(MESSAGES, () => []);
    await client.openThread(7);
    server.on(MESSAGES, () => page(51, 53));
    socket.connect();
    socket.event(7, 4, "message_created_or_updated", { ...message(53), thread_data: thread(7) });
    await settle();
    expect(ids()).toEqual([51, 52, 53]);
  });

  test("whose page was on its way at the first heartbeat, nobody knows from when, is loaded again", async () => {
    const socket = await withoutSocket();
    const gate = heldPage();
    const opened = client.openThread(7);
    await until(() => server.of(MESSAGES).length);
    server.on(MESSAGES, () => page(51, 53));
    socket.connect({ 7: 4 });
    gate.open([]);
    await opened;
    expect(ids()).toEqual([51, 52, 53]);
  });

  /** Answer with the page or the thread as it was after so many events. */
  const headed = (body: object, head: number) => json(200, body, { "Chat-Event-Head": String(head) });

  /** Open the thread as it was after six events, before the socket stands. */
  async function openedEarly(): Promise<FakeServer["socket"]> {
    const socket = await withoutSocket();
    server.on(MESSAGES, () => headed(page(51, 53), 6));
    server.on("GET threads/7", () => headed(thread(7), 6));
    await client.openThread(7);
    expect(ids()).toEqual([51, 52, 53]);
    return socket;
  }

  test("is loaded before the socket stands, and continues from there", async () => {
    const socket = await openedEarly();
    socket.connect({ 7: 6 });
    await settle();
    expect(socket.commands("catch_up")).toEqual([]);
    socket.event(7, 7, "message_created_or_updated", { ...message(54), thread_data: thread(7) });
    await settle();
    expect(ids()).toEqual([51, 52, 53, 54]);
    expect([server.of(MESSAGES).length, server.of("GET threads/7").length]).toEqual([1, 1]);
  });

  test("requests what has happened between its page and the first heartbeat", async () => {
    const socket = await openedEarly();
    socket.connect({ 7: 8 });
    expect(socket.commands("catch_up")).toEqual([{ threads: { 7: 6 } }]);
    expect(server.of(MESSAGES).length).toBe(1);
  });

  test.each([
    { head: 5, of: "older", ids: [51, 52, 53] },
    { head: 6, of: "as new", ids: [51, 52] },
  ])("whose page is $of when the first heartbeat has come", async ({ head, ids: expected }) => {
    const socket = await withoutSocket();
    const gate = heldPage();
    const opened = client.openThread(7);
    await until(() => server.of(MESSAGES).length);
    socket.connect({ 7: 6 });
    server.on(MESSAGES, () => headed(page(51, 53), 6));
    gate.open(headed(page(51, 52), head));
    await opened;
    expect(ids()).toEqual(expected);
  });

  test("loads its thread again where that is older than the messages", async () => {
    await withoutSocket();
    const gate = new Gate<Response>();
    server.on(MESSAGES, () => headed(page(51, 53), 6));
    server.on("GET threads/7", () => gate.passed);
    const opened = client.openThread(7);
    await until(() => client.getSnapshot().rooms.get(7)?.isLoaded);
    server.on("GET threads/7", () => headed(thread(7, { title: "As new" }), 6));
    gate.open(headed(thread(7, { title: "Older" }), 5));
    await opened;
    await settle();
    expect(client.getSnapshot().rooms.get(7)?.thread?.title).toBe("As new");
  });

  test("of a thread that is not the user's is requested no more often with each heartbeat", async () => {
    const socket = await openedEarly();
    socket.connect({ 8: 1 });
    await settle();
    const before = server.of("GET threads/7").length;
    socket.heartbeat({ 8: 1 }).heartbeat({ 8: 1 });
    await settle();
    expect(server.of("GET threads/7").length).toBe(before);
    expect(ids()).toEqual([51, 52, 53]);
  });

  test("that could not be loaded is loaded when the connection is back", async () => {
    server.on(MESSAGES, unreachable);
    await client.openThread(7);
    expect(client.getSnapshot().rooms.get(7)?.error).not.toBeNull();
    server.on(MESSAGES, () => page(51, 53));
    server.socket.end(1006);
    const before = server.sockets.length;
    while (server.sockets.length === before) await pass(250);
    server.socket.connect({ 7: 1 });
    await settle();
    expect(ids()).toEqual([51, 52, 53]);
  });

  test("loads a message that is too large for a frame", async () => {
    await client.openThread(7);
    server.on("GET threads/7/messages/60", () => message(60, { text: "large" }));
    event("message_created_or_updated", { id: 60, too_large: true });
    await settle();
    expect(shown().at(-1)?.text).toBe("large");
  });
});

describe("threads", () => {
  const query = { type: "chat" };
  const list = (wanted: object = query) => client.getSnapshot().lists.get(listKey(wanted as typeof query));
  const LIST = "GET accounts/1/threads/chat";

  test("that a frame shows only in part are loaded", async () => {
    server.on(LIST, () => [thread(7, { title: "old", related_message: 3 })]);
    await client.loadThreads(query);
    server.on("GET threads/7", () => thread(7, { title: "new", related_message: 4, updated: at(9) }));
    event("thread_updated", { id: 7, unread: 2 });
    await settle();
    expect(list()?.threads[0]).toMatchObject({ title: "new", related_message: 4 });
  });

  test("that are left while their page is loaded do not come back", async () => {
    const gate = new Gate<object>();
    server.on(LIST, () => gate.passed);
    const loading = client.loadThreads(query);
    await settle();
    server.socket.frame({ message: "thread_left", data: { thread: 7 } });
    gate.open([thread(7), thread(8)]);
    await loading;
    expect(list()?.threads.map(({ id }) => id)).toEqual([8]);
  });

  test("a list of unread ones follows events, also while its page is loaded", async () => {
    const unread = { type: "chat", unread: true };
    const gate = new Gate<object>();
    server.on(LIST, () => gate.passed);
    event("thread_updated", thread(7, { unread: 1 }));
    const loading = client.loadThreads(unread);
    await settle();
    event("messages_read", { thread: 7, user: 1, messages: [5], unread: 0 });
    gate.open([thread(7, { unread: 1 }), thread(8, { unread: 1 })]);
    await loading;
    expect(list(unread)?.threads.map(({ id }) => id)).toEqual([8]);
    event("thread_updated", thread(7, { unread: 3, updated: at(50) }));
    expect(list(unread)?.threads.map(({ id }) => id)).toEqual([7, 8]);
  });

  test("totals follow what is read", async () => {
    const totals = { threads: 2, messages: 5, types: { chat: { threads: 2, messages: 5 } } };
    server.on("GET accounts/1/unread", () => totals);
    server.on(LIST, () => [thread(7, { unread: 3 }), thread(8, { unread: 2 })]);
    await client.loadThreads(query);
    await pass(1_000);
    expect(client.getSnapshot().unread).toEqual(totals);
    event("messages_read", { thread: 7, user: 1, messages: [5], unread: 0 });
    expect(client.getSnapshot().unread).toMatchObject({ threads: 1, messages: 2 });
  });

  test("a list that could not be loaded is loaded once when the connection is back", async () => {
    server.on(LIST, unreachable);
    server.socket.end(1006);
    await client.loadThreads(query);
    const before = server.sockets.length;
    while (server.sockets.length === before) await pass(50);
    server.on(LIST, () => [thread(7)]);
    const asked = server.of(LIST).length;
    server.socket.connect({ 7: 1 });
    await settle();
    expect(list(query)?.threads.map(({ id }) => id)).toEqual([7]);
    expect(server.of(LIST)).toHaveLength(asked + 1);
  });

  test("that change all the time are not requested all the time, and end up right", async () => {
    let count = 0;
    server.on("GET threads/7", () => {
      count += 1;
      if (count < 20) event("thread_updated", { id: 7 });
      return thread(7, { title: `Title ${count}`, updated: at(count) });
    });
    event("thread_updated", { id: 7, too_large: true });
    await settle();
    expect(count).toBe(3);
    await pass(20_000);
    expect(count).toBe(20);
  });

  test("that cannot be read any more are dropped, not those whose sign-in ended", async () => {
    server.on(LIST, () => [thread(7), thread(8)]);
    await client.loadThreads(query);
    server.on("GET threads/7", () => json(403, { code: "NOT_AUTHENTICATED" }));
    event("thread_updated", { id: 7, too_large: true });
    await settle();
    expect(list()?.threads).toHaveLength(2);
  });
});
