/** The whole chat: the threads on one side, the chosen one on the other. */

import { CONVERSATIONS } from "../client.js";
import { fill, h, say } from "../dom.js";
import { StartDialog } from "./start.js";
import { ThreadView } from "./thread.js";
import { ThreadList } from "./threads.js";

const STATUS = {
  online: "",
  waiting: "No connection. Reconnecting…",
  offline: "No connection. Reconnecting…",
};

export class ChatView {
  #session;
  #thread = null;
  #wasOnline = false;

  constructor(session) {
    this.#session = session;
    this.list = new ThreadList(session);
    this.dialog = new StartDialog(session);
    this.status = h("p", { class: "status", role: "status" });
    this.place = h("main", { class: "place", tabindex: "-1" });
    this.nothing = h("p", { class: "nothing" }, "Choose a conversation, or start one.");
    const top = h(
      "div",
      { class: "top" },
      h("p", { class: "brand", "aria-hidden": "true" }, "Clinic"),
      h("p", { class: "who" }, session.me.name),
      h("button", { type: "button", onclick: () => session.signOut() }, "Sign out"),
    );
    const start = h(
      "button",
      { type: "button", class: "primary", onclick: () => this.dialog.open() },
      "New conversation",
    );
    this.side = h("aside", { class: "side", "aria-label": "Your conversations" }, top, start, this.list.element);
    // On a phone the list is hidden while a conversation is open; the page keeps its heading.
    const heading = h("header", { class: "unseen" }, h("h1", {}, "Clinic"));
    this.element = h("div", { class: "chat" }, heading, this.status, this.side, this.place, this.dialog.element);
  }

  begin() {
    void this.#session.client.loadThreads(CONVERSATIONS);
  }

  update() {
    const { connection, rooms } = this.#session.client.getSnapshot();
    // The user has left the conversation, or was removed.
    if (this.#session.current !== null && !rooms.has(this.#session.current)) this.#session.choose(null);
    const { current } = this.#session;
    this.#wasOnline ||= connection === "online";
    // While it connects again, the page says the same as before.
    say(this.status, STATUS[connection] ?? (this.#wasOnline ? STATUS.waiting : "Connecting…"));
    this.list.update();
    this.element.classList.toggle("has-thread", current !== null);
    if (this.#thread?.id !== current) {
      this.#thread = current === null ? null : new ThreadView(this.#session, current);
      fill(this.place, [this.#thread?.element ?? this.nothing]);
      this.#thread?.begin();
    } else if (current === null) {
      fill(this.place, [this.nothing]);
    }
    this.#thread?.update();
  }
}
