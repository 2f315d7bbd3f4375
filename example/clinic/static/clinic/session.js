/** Who is signed in: the view `session` of the example, and the client of the user. */

import { ApiError, createClient } from "./client.js";

async function request(method, body) {
  const csrf = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrf };
  let response;
  try {
    response = await fetch("/session", { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new ApiError(0, null);
  }
  const data = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, data);
  return data;
}

/** The signed-in user with their client, and the conversation that is shown. Views redraw after each change. */
export class Session {
  me = null;
  people = [];
  client = null;
  current = null;
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  async load() {
    this.#begin(await request("GET"));
  }

  async signIn(username, password) {
    this.#begin(await request("POST", { username, password }));
  }

  /** Sign out; what is stored in the browser is forgotten first. Asks before dropping what was not sent. */
  async signOut() {
    const { length } = this.client.getSnapshot().queue;
    const isSure = !length || confirm(`${length} of your messages were not sent. Sign out without them?`);
    if (!isSure || !(await this.client.signOut({ discard: isSure }))) return;
    await request("DELETE");
    this.#end();
  }

  /** Show a conversation, or none. */
  choose(id) {
    if (this.current !== null && this.current !== id) this.client.closeThread(this.current);
    this.current = id;
    if (id !== null) void this.client.openThread(id);
    this.#changed();
  }

  #begin({ user, people }) {
    this.me = user;
    this.people = people;
    if (user) {
      this.client = createClient({ auth: { account: user.id } });
      this.client.subscribe(this.#changed);
      // Signed out or replaced in another window. What waits stays stored for the next time.
      this.client.on("auth-required", () => this.#end());
    }
    this.#changed();
  }

  #end() {
    this.client.destroy();
    this.client = null;
    this.me = null;
    this.current = null;
    this.#changed();
  }
}
