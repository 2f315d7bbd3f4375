/**
 * Many clients in one process: `node clients.mjs MODULE`. Takes commands as JSON lines on stdin, and writes what
 * happens as JSON lines to stdout.
 */

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { settles } from "../pages/state.js";

const [module, packages] = process.argv.slice(2);
const { WebSocket } = createRequire(packages)("ws");
const { createClient, plainText } = await import(module);
const clients = new Map();

function write(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const commands = {
  /** Create the client of an account, signed in with its password. */
  create({ name, base, account, secret }) {
    const client = createClient({
      api: `${base}/api/`,
      socket: `${base.replace("http", "ws")}/ws/chat`,
      auth: { account, scheme: "Basic", token: secret },
      createSocket: (url) => {
        const socket = new WebSocket(url, { origin: base });
        // It ends with `close`, too; without a listener, an error would end the process.
        socket.on("error", () => {});
        return socket;
      },
    });
    client.on("auth-required", (problem) => write({ event: "auth-required", name, problem }));
    clients.set(name, client);
  },
  async open({ name, thread }) {
    await clients.get(name).openThread(thread);
    write({ event: "opened", name, thread });
  },
  /** Send a message; `stored` follows when the server has it. */
  async send({ name, thread, text }) {
    try {
      await clients.get(name).send(thread, { text }).done;
      write({ event: "stored", name, thread, text });
    } catch (error) {
      write({ event: "refused", name, thread, text, error: String(error), body: error.body });
    }
  },
  /** Compare the client's state with the expected one, as soon as they are equal. */
  async expect({ name, state }) {
    try {
      await settles(clients.get(name), state, plainText);
      write({ event: "equal", name });
    } catch (error) {
      write({ event: "different", name, error: String(error) });
    }
  },
  end() {
    for (const client of clients.values()) client.destroy();
    process.exit(0);
  },
};

process.on("unhandledRejection", (error) => write({ event: "unhandled", error: String(error?.stack ?? error) }));
createInterface({ input: process.stdin }).on("line", (line) => {
  const { command, ...data } = JSON.parse(line);
  void commands[command](data);
});
write({ event: "ready" });
