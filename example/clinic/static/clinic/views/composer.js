/** The form for free messages. */

import { h } from "../dom.js";
import { Form, field } from "./form.js";

/** Notify the others in the thread while the user types into `control`. */
export function reportsTyping(control, client, thread) {
  control.addEventListener("input", () => client.typing(thread));
  return control;
}

/** Submit on Enter, start a new line on Shift+Enter. */
export function sendsOnEnter(control) {
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    control.form.requestSubmit();
  });
  return control;
}

export class Composer {
  #client;
  #thread;
  #hasDraft = false;

  constructor(client, thread, hint) {
    this.#client = client;
    this.#thread = thread;
    this.text = h("textarea", { name: "text", rows: "2", "aria-keyshortcuts": "Enter" });
    sendsOnEnter(reportsTyping(this.text, client, thread));
    this.text.addEventListener("input", () => this.#keep());
    const form = new Form({
      label: "Write a message",
      children: [hint ? h("p", { class: "notice" }, hint) : null, field("text", "Message", this.text)],
      button: h("button", { type: "submit", class: "primary" }, "Send"),
      submit: async ({ text }) => {
        if (!text.trim()) {
          form.show({ status: 400, body: { text: ["REQUIRED"] } });
          return;
        }
        this.text.value = "";
        this.#keep();
        // The next message does not have to wait for this one.
        client.send(thread, { text }).done.catch((error) => {
          if (error.status === undefined) return;
          this.text.value ||= text;
          form.show(error);
        });
      },
    });
    this.element = form.element;
  }

  /** Store what is typed, so that it is there again when the page is. */
  #keep() {
    this.#hasDraft = true;
    void this.#client.setDraft(this.#thread, this.text.value);
  }

  /** Show the stored draft, once. */
  restore({ draft, isLoaded }) {
    if (!isLoaded || this.#hasDraft) return;
    this.#hasDraft = true;
    this.text.value ||= draft;
  }

  focus() {
    this.text.focus();
  }
}
