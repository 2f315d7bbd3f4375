/**
 * Compare how long a change takes with 5,000 loaded messages and with 50: `node scripts/bench.mjs`. A change is a frame
 * of the socket followed by `getSnapshot()`; both clients take turns in one run. Fails if the median with more messages
 * is more than 1.5 times the other.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROUNDS = 3_000;
const WARM_UP = 1_000;
const LIMIT = 1.5;
const PAGE = 50;
const API = "https://chat.example/api/";

const root = join(new URL("../", import.meta.url).pathname, "..");
const version = /__version__ = "(.+)"/.exec(readFileSync(join(root, "chat_api/__init__.py"), "utf8"))[1];
const { createClient } = await import(join(root, "chat_api/static/chat_api/client", version, "client.js"));

const time = (id) => new Date(Date.parse("2026-01-05T12:00:00Z") + id * 1000).toISOString();

function message(id) {
  return {
    id,
    thread: 7,
    type: "user",
    text: `Message ${id}`,
    sender: 2,
    is_own: false,
    is_read: true,
    client_id: null,
    attachments_data: [],
    created: time(id),
    updated: time(id),
  };
}

function thread(updated) {
  return {
    id: 7,
    type: "chat",
    title: "A thread",
    state: "open",
    unread: 0,
    permissions: 255,
    related_message: null,
    last_message_data: null,
    updated,
  };
}

/** A client with a thread of so many loaded messages, and how to send it a frame. */
async function loaded(account, count) {
  let socket;
  const respond = (url) => {
    const { pathname, searchParams } = new URL(url);
    if (pathname.endsWith("/unread")) return { threads: 0, messages: 0, types: {} };
    if (pathname.endsWith("/events")) return { events: [], head: 1, outcome: "current" };
    if (!pathname.endsWith("/messages")) return thread(time(0));
    const before = Number(searchParams.get("before") ?? count + 1);
    const first = Math.max(1, before - PAGE);
    const results = Array.from({ length: before - first }, (_, index) => message(before - 1 - index));
    return { results, next: first > 1 ? "more" : null, previous: null };
  };
  const client = createClient({
    api: API,
    socket: "wss://chat.example/ws/chat",
    auth: { account },
    storage: "none",
    fetch: async (url) =>
      new Response(JSON.stringify(respond(url)), { headers: { "Content-Type": "application/json" } }),
    createSocket: () => {
      socket = { readyState: 0, send() {}, close() {} };
      return socket;
    },
  });
  while (!socket) await new Promise(setImmediate);
  socket.readyState = 1;
  const receive = (frame) => socket.onmessage({ data: JSON.stringify(frame) });
  receive({ message: "heartbeat", data: { threads: { 7: 1 } } });
  await client.openThread(7);
  while (client.getSnapshot().rooms.get(7).hasEarlier) await client.loadEarlier(7);
  const found = client.getSnapshot().rooms.get(7).messages.length;
  if (found !== count) throw new Error(`${found} messages are loaded, not ${count}`);
  return { client, socket, count, seq: 1, times: [] };
}

/** Change a random message, every second time one of the newest, and read the state. */
function change(side, round) {
  side.seq += 1;
  const id = round % 2 ? 1 + ((round * 7919) % side.count) : side.count - (round % 10);
  const updated = time(100_000 + round);
  const data = JSON.stringify({
    message: "message_created_or_updated",
    data: { ...message(id), text: `Change ${round}`, updated, thread_data: thread(updated) },
    event: { thread: 7, seq: side.seq, time: updated },
  });
  const begin = performance.now();
  side.socket.onmessage({ data });
  const { parts } = side.client.getSnapshot().rooms.get(7);
  const elapsed = performance.now() - begin;
  if (!parts.some((part) => part.some((one) => one.id === id && one.text === `Change ${round}`)))
    throw new Error(`Change ${round} is not in the snapshot`);
  if (round > WARM_UP) side.times.push(elapsed);
}

const median = (times) => times.sort((one, other) => one - other)[times.length >> 1];

const sides = [await loaded(1, 50), await loaded(2, 5_000)];
for (let round = 1; round <= WARM_UP + ROUNDS; round += 1) {
  for (const side of round % 2 ? sides : [...sides].reverse()) change(side, round);
  if (round % 100 === 0) await new Promise(setImmediate);
}
for (const { client } of sides) client.destroy();
const [few, many] = sides.map(({ times }) => median(times));
const ratio = many / few;
const micro = (milliseconds) => `${(milliseconds * 1000).toFixed(1)} µs`;
console.log(
  `A change takes ${micro(few)} with 50 messages and ${micro(many)} with 5,000: ${ratio.toFixed(2)} times as long.`,
);
if (ratio > LIMIT) {
  console.error(`More than ${LIMIT} times.`);
  process.exit(1);
}
