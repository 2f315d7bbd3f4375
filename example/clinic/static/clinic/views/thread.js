/** One conversation: its messages, who is typing, and the current input. */

import { fill, h, say } from "../dom.js";
import { BREAK, CONTROL_OTHERS, REOPEN, ROLL_BACK, WRITE, may } from "../permissions.js";
import { nameOf, sentences, titleOf, when } from "../words.js";
import { Composer } from "./composer.js";
import { MessageView } from "./message.js";
import { QuestionForm } from "./question.js";

const SCRIPTED_STATES = ["scripted", "scripted_fe_controlled"];
const AT_END = 80;

export class ThreadView {
  #session;
  #client;
  #messages = new Map();
  #input = null;
  #inputKey = "";
  #lastChecked = null;
  #othersAnswer = false;
  #isAtEnd = true;

  constructor(session, id) {
    const { client } = session;
    this.#session = session;
    this.#client = client;
    this.id = id;
    const back = h("button", { type: "button", class: "back", onclick: () => session.choose(null) }, "Back");
    this.title = h("h2", {});
    this.members = h("p", { class: "members" });
    this.rollBack = h("button", { type: "button", onclick: () => this.#do(() => client.rollBack(id)) }, "Back one question");
    this.stop = h("button", { type: "button", onclick: () => this.#do(() => this.#stopQuestions()) }, "Stop the questions");
    this.problem = h("p", { class: "problem", role: "alert" });
    this.earlier = h(
      "button",
      { type: "button", class: "earlier", onclick: () => this.#do(() => client.loadEarlier(id)) },
      "Earlier messages",
    );
    this.log = h("ol", { class: "log" });
    // The list keeps its own role, so that messages are list items.
    const live = h("div", { role: "log", "aria-label": "Messages" }, this.log);
    this.scroller = h("div", { class: "scroller", tabindex: "0" }, this.earlier, live);
    this.scroller.addEventListener("scroll", () => this.#noteScroll());
    new ResizeObserver(() => this.#isAtEnd && this.#scrollToEnd()).observe(this.scroller);
    this.writing = h("p", { class: "writing", role: "status" });
    this.inputPlace = h("div", { class: "input" });
    const about = h("div", { class: "about" }, this.title, this.members);
    const actions = h("div", { class: "actions" }, this.rollBack, this.stop);
    this.element = h(
      "section",
      { class: "thread", "aria-label": "Conversation" },
      h("header", {}, back, about, actions),
      this.problem,
      this.scroller,
      this.writing,
      this.inputPlace,
    );
  }

  begin() {
    this.update();
    this.#input?.focus();
  }

  update() {
    const room = this.#client.getSnapshot().rooms.get(this.id);
    if (!room?.thread) return;
    const { thread } = room;
    say(this.title, titleOf(thread, this.#session.me));
    say(this.members, (thread.users_data ?? []).map(nameOf).join(", "));
    const isScripted = SCRIPTED_STATES.includes(thread.state);
    this.rollBack.hidden = !isScripted || !thread.question || !may(thread, ROLL_BACK);
    this.stop.hidden = !(isScripted || this.#othersAnswer) || !may(thread, BREAK);
    this.#drawLog(room);
    const writers = room.typing.map(nameOf);
    say(this.writing, writers.length ? `${writers.join(", ")} ${writers.length > 1 ? "are" : "is"} writing…` : "");
    this.#drawInput(thread, isScripted);
    this.#input.restore?.(room);
    if (!document.hidden) this.#client.markRead(this.id).catch((error) => console.warn("Not marked as read", error));
    if (this.#isAtEnd) this.#scrollToEnd();
    this.#checkOthers(thread);
  }

  // The log

  /** Readers at the end stay there when sizes change; readers who scrolled back keep their position. */
  #noteScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < AT_END;
  }

  #scrollToEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #drawLog({ thread, messages, pending, hasEarlier }) {
    this.earlier.hidden = !hasEarlier;
    const stored = messages.map((message) =>
      // A message sent from here keeps its element when the server has stored it.
      this.#view(message.client_id ?? message.id).stored(message, this.#receipt(thread, message)),
    );
    // The button of a question without a field sends nothing that could be shown.
    const shown = pending.filter(({ data: { draft } }) => draft.text || draft.shown);
    fill(this.log, [...stored, ...shown.map((item) => this.#view(item.id).pending(item, this.#client))]);
  }

  #view(key) {
    if (!this.#messages.has(key)) this.#messages.set(key, new MessageView());
    return this.#messages.get(key);
  }

  #receipt(thread, message) {
    if (!message.is_own) return "";
    const readers = message.readBy.filter((id) => id !== this.#session.me.id);
    const names = (thread.users_data ?? []).filter((user) => readers.includes(user.id)).map(nameOf);
    return names.length ? `read by ${names.join(", ")}` : "sent";
  }

  // The input

  #drawInput(thread, isScripted) {
    const key = [thread.state, thread.question, thread.related_message, thread.permissions].join();
    if (key === this.#inputKey) return;
    const hadFocus = this.inputPlace.contains(document.activeElement);
    this.#inputKey = key;
    this.#input = this.#inputOf(thread, isScripted);
    fill(this.inputPlace, [this.#input.element]);
    if (hadFocus) this.#input.focus();
  }

  #inputOf(thread, isScripted) {
    if (!may(thread, WRITE)) return notice("You can read this conversation, but not write in it.");
    if (isScripted && thread.question_data) return new QuestionForm(this.#client, this.id, thread.question_data);
    if (isScripted) {
      const next = thread.next_restart ? ` The next ones come ${when(thread.next_restart)}.` : "";
      return notice(`There is no question now.${next}`);
    }
    if (thread.state === "closed" && !may(thread, REOPEN)) return notice("This conversation is closed.");
    const hint = thread.state === "closed" ? "This conversation is closed. A message opens it again." : "";
    return new Composer(this.#client, this.id, hint);
  }

  async #do(action) {
    say(this.problem, "");
    try {
      await action();
    } catch (error) {
      if (error.status === undefined) throw error;
      const words = sentences(error).map(([, sentence]) => sentence);
      say(this.problem, words.join(" "));
    }
  }

  async #stopQuestions() {
    const text = "Let us stop the questions here.";
    await this.#client.send(this.id, { break_state: true, text }).done;
  }

  /** Members who can control others see whether one of them is answering a script. */
  async #checkOthers(thread) {
    if (thread === this.#lastChecked || thread.users_count < 2 || !may(thread, CONTROL_OTHERS)) return;
    this.#lastChecked = thread;
    try {
      const query = { fields: "user,state" };
      const members = await this.#client.request("GET", `threads/${this.id}/users`, { query });
      const asked = members.some(({ user, state }) => user !== this.#session.me.id && SCRIPTED_STATES.includes(state));
      if (asked !== this.#othersAnswer) {
        this.#othersAnswer = asked;
        this.update();
      }
    } catch (error) {
      console.warn("The members could not be loaded", error);
    }
  }
}

function notice(text) {
  return { element: h("p", { class: "notice" }, text), focus() {} };
}
