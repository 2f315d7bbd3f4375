/** One client for each account of a page, even if two copies of this module are loaded. */

import { ChatClient } from "./client.js";
import { type ClientOptions, resolveOptions } from "./options.js";

interface Entry {
  readonly client: ChatClient;
  users: number;
}

const KEY = Symbol.for("django-chat-api");

function entries(): Map<string, Entry> {
  const page = globalThis as unknown as Record<symbol, Map<string, Entry> | undefined>;
  page[KEY] ??= new Map();
  return page[KEY];
}

/**
 * Return the client of the account, connected. Without options, it is the account that is signed in on a page with
 * `{% chat_api_client %}`. Called again for the same API and account, it returns the same client, and `destroy` ends it
 * when each of the callers has called it. Raises an error if nothing says where the API is, or who is signed in.
 */
export function createClient(options: ClientOptions = {}): ChatClient {
  const resolved = resolveOptions(options);
  const key = `${resolved.api} ${resolved.auth.account}`;
  const all = entries();
  const known = all.get(key);
  if (known) {
    known.users += 1;
    return known.client;
  }
  const client = new ChatClient(resolved, (isSignOut) => {
    entry.users = isSignOut ? 0 : entry.users - 1;
    if (entry.users === 0) all.delete(key);
    return entry.users === 0;
  });
  const entry: Entry = { client, users: 1 };
  all.set(key, entry);
  return client;
}
