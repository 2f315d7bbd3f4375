/** The whole chat: the threads on one side, the chosen one on the other. */

import { fill, h, say } from "../dom.js";
import { StartDialog } from "./start.js";
import { ThreadView } from "./thread.js";
import { ThreadList } from "./threads.js";

const STATUS = {
  connecting: "Connecting…",
  connected: "",
  waiting: "No connection. Reconnecting…",
  reconnecting: "No connection. Reconnecting…",
};

export class ChatView {
  #store;
  #thread = null;

  constructor(store) {
    this.#store = store;
    this.list = new ThreadList(store);
    this.dialog = new StartDialog(store);
    this.status = h("p", { class: "status", role: "status" });
    this.place = h("main", { class: "place", tabindex: "-1" });
    this.nothing = h("p", { class: "nothing" }, "Choose a conversation, or start one.");
    const top = h(
      "div",
      { class: "top" },
      h("p", { class: "brand", "aria-hidden": "true" }, "Clinic"),
      h("p", { class: "who" }, store.me.name),
      h("button", { type: "button", onclick: () => store.signOut() }, "Sign out"),
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

  update() {
    const { current, status } = this.#store;
    say(this.status, STATUS[status]);
    this.list.update();
    this.element.classList.toggle("has-thread", current !== null);
    if (this.#thread?.id !== current) {
      this.#thread = current === null ? null : new ThreadView(this.#store, current);
      fill(this.place, [this.#thread?.element ?? this.nothing]);
      this.#thread?.begin();
    } else if (current === null) {
      fill(this.place, [this.nothing]);
    }
    this.#thread?.update();
  }
}
