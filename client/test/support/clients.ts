/** Clients that speak to a fake server. */

import type { ClientOptions } from "../../src/options.js";
import type { ChatClient } from "../../src/client.js";
import { resolveOptions } from "../../src/options.js";
import { ChatClient as Client } from "../../src/client.js";
import { API, FakeServer } from "./server.js";
import { settle, until } from "./waiting.js";

const clients = new Set<ChatClient>();

export function optionsFor(server: FakeServer, options: Partial<ClientOptions> = {}): ClientOptions {
  return {
    api: API,
    socket: "wss://chat.example/ws/chat",
    auth: { account: 1, csrf: "page-csrf" },
    fetch: server.fetch as typeof fetch,
    createSocket: server.createSocket,
    ...options,
  };
}

/** Return a client of its own, as another tab of the browser has it. */
export function tab(server: FakeServer, options: Partial<ClientOptions> = {}): ChatClient {
  const client = new Client(resolveOptions(optionsFor(server, options)), () => true);
  clients.add(client);
  return client;
}

/** Return a client whose socket stands, and that has loaded what it loads then. */
export async function connected(
  server: FakeServer,
  heads: Readonly<Record<number, number>> = {},
  options: Partial<ClientOptions> = {},
): Promise<ChatClient> {
  const before = server.sockets.length;
  const client = tab(server, options);
  await until(() => server.sockets.length > before);
  server.socket.connect(heads);
  await settle();
  return client;
}

/** Destroy the clients of the test. */
export function destroyClients(): void {
  for (const client of clients) client.destroy();
  clients.clear();
}
