/** The form for free messages. */

import { h } from "../dom.js";
import { Form, field } from "./form.js";

const SHOWN_FOR = 4_000;
const SEND_EVERY = 2_000;

/** Notify the others in the thread while the user types into `control`. */
export function reportsTyping(control, store, thread) {
  let sent = 0;
  control.addEventListener("input", () => {
    if (Date.now() - sent < SEND_EVERY) return;
    sent = Date.now();
    store.sendTyping(thread, SHOWN_FOR);
  });
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
  constructor(store, thread, hint) {
    this.text = h("textarea", { name: "text", rows: "2", "aria-keyshortcuts": "Enter" });
    sendsOnEnter(reportsTyping(this.text, store, thread));
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
        // The next message does not have to wait for this one.
        store.send(thread, { text }, text).catch((error) => {
          this.text.value ||= text;
          form.show(error);
        });
      },
    });
    this.element = form.element;
  }

  focus() {
    this.text.focus();
  }
}
