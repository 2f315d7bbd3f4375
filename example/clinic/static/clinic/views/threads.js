/** The list of the user's conversations, with their unread counts. */

import { CONVERSATIONS, listKey, plainText } from "../client.js";
import { fill, h, say } from "../dom.js";
import { titleOf, when } from "../words.js";

export class ThreadList {
  #session;
  #rows = new Map();

  constructor(session) {
    this.#session = session;
    this.list = h("ul", { class: "threads" });
    const loadMore = () => session.client.loadMoreThreads(CONVERSATIONS);
    this.more = h("button", { type: "button", class: "more", hidden: true, onclick: loadMore }, "More conversations");
    this.element = h("nav", { "aria-label": "Conversations" }, this.list, this.more);
  }

  update() {
    const lists = this.#session.client.getSnapshot().lists;
    const { threads, hasMore } = lists.get(listKey(CONVERSATIONS)) ?? { threads: [], hasMore: false };
    this.more.hidden = !hasMore;
    fill(
      this.list,
      threads.map((thread) => this.#row(thread)),
    );
    const ids = new Set(threads.map((thread) => thread.id));
    [...this.#rows.keys()].filter((id) => !ids.has(id)).forEach((id) => this.#rows.delete(id));
  }

  #row(thread) {
    if (!this.#rows.has(thread.id)) this.#rows.set(thread.id, new Row(this.#session, thread.id));
    return this.#rows.get(thread.id).update(thread);
  }
}

class Row {
  #session;

  constructor(session, id) {
    this.#session = session;
    this.title = h("span", { class: "title" });
    this.last = h("span", { class: "last" });
    this.time = h("time", {});
    this.unread = h("span", { class: "unread" });
    this.button = h(
      "button",
      { type: "button", onclick: () => session.choose(id) },
      this.title,
      this.time,
      this.last,
      this.unread,
    );
    this.element = h("li", { "data-thread": String(id) }, this.button);
  }

  update(thread) {
    const last = thread.last_message_data;
    say(this.title, titleOf(thread, this.#session.me));
    say(this.last, last ? plainText(last) : "No messages yet");
    say(this.time, when(thread.updated));
    say(this.unread, thread.unread ? String(thread.unread) : "");
    this.unread.setAttribute("aria-label", `${thread.unread} unread`);
    this.unread.hidden = !thread.unread;
    if (this.#session.current === thread.id) this.button.setAttribute("aria-current", "true");
    else this.button.removeAttribute("aria-current");
    return this.element;
  }
}
