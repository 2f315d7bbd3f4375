/** The list of the user's conversations, with their unread counts. */

import { fill, h, say } from "../dom.js";
import { plainText, titleOf, when } from "../words.js";

export class ThreadList {
  #store;
  #rows = new Map();

  constructor(store) {
    this.#store = store;
    this.list = h("ul", { class: "threads" });
    this.element = h("nav", { "aria-label": "Conversations" }, this.list);
  }

  update() {
    const threads = this.#store.threads;
    fill(
      this.list,
      threads.map((thread) => this.#row(thread)),
    );
    const ids = new Set(threads.map((thread) => thread.id));
    [...this.#rows.keys()].filter((id) => !ids.has(id)).forEach((id) => this.#rows.delete(id));
  }

  #row(thread) {
    if (!this.#rows.has(thread.id)) this.#rows.set(thread.id, new Row(this.#store, thread.id));
    return this.#rows.get(thread.id).update(thread);
  }
}

class Row {
  #store;

  constructor(store, id) {
    this.#store = store;
    this.title = h("span", { class: "title" });
    this.last = h("span", { class: "last" });
    this.time = h("time", {});
    this.unread = h("span", { class: "unread" });
    this.button = h(
      "button",
      { type: "button", onclick: () => store.choose(id) },
      this.title,
      this.time,
      this.last,
      this.unread,
    );
    this.element = h("li", { "data-thread": String(id) }, this.button);
  }

  update(thread) {
    const last = thread.last_message_data;
    say(this.title, titleOf(thread, this.#store.me));
    say(this.last, last ? plainText(last) : "No messages yet");
    say(this.time, when(thread.updated));
    say(this.unread, thread.unread ? String(thread.unread) : "");
    this.unread.setAttribute("aria-label", `${thread.unread} unread`);
    this.unread.hidden = !thread.unread;
    if (this.#store.current === thread.id) this.button.setAttribute("aria-current", "true");
    else this.button.removeAttribute("aria-current");
    return this.element;
  }
}
