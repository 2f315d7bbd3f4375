/** Writing freely. */

import { h } from "../dom.js";
import { Form, field } from "./form.js";

const SHOWN_FOR = 4_000;
const TELL_EVERY = 2_000;

/** Let the others in the thread know while somebody types into `control`. */
export function tellsWriting(control, store, thread) {
  let told = 0;
  control.addEventListener("input", () => {
    if (Date.now() - told < TELL_EVERY) return;
    told = Date.now();
    store.tellWriting(thread, SHOWN_FOR);
  });
  return control;
}

/** Let Enter send what was typed into `control`, Shift+Enter begin a new line. */
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
    sendsOnEnter(tellsWriting(this.text, store, thread));
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
        // The next message need not wait for this one.
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
