/** A page that uses the client as documented; tests reach it as `chat`. */

import { difference, settles, until } from "./state.js";

const page = JSON.parse(document.getElementById("chat-api-client").textContent);
const module = await import(page.module);
const { createClient, plainText } = module;

/** Show the messages of a thread, each text as a text node. */
function show(client, thread) {
  const list = document.getElementById("messages");
  const draw = () => {
    const messages = client.getSnapshot().rooms.get(thread)?.messages ?? [];
    const items = messages.map((message) => {
      const item = document.createElement("li");
      item.append(plainText(message));
      return item;
    });
    list.replaceChildren(...items);
  };
  client.subscribe(draw);
  draw();
}

globalThis.chat = {
  page,
  module,
  client: null,
  /** The details of `auth-required`. */
  problems: [],
  start(options) {
    this.client = createClient(options);
    this.client.on("auth-required", (problem) => this.problems.push(problem));
    return this.client;
  },
  show,
  difference,
  until: (read, what) => until(chat.client, read, what),
  settles: (expected) => settles(chat.client, expected, plainText),
  texts: (thread) => chat.client.getSnapshot().rooms.get(thread).messages.map(plainText),
};
document.documentElement.dataset.ready = "";
