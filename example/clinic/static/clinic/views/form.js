/** What forms share: labelled fields, and what was wrong with each of them. */

import { freshId, h, say } from "../dom.js";
import { sentences } from "../words.js";

/** Give a place for what was wrong; it is read out when it is filled. */
function problemPlace(id) {
  return h("p", { class: "problem", role: "alert", id });
}

/** Give a control with its label and a place for what is wrong with it. */
export function field(name, label, control) {
  const id = freshId(name);
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-problem`);
  control.dataset.field = name;
  return h("div", { class: "field" }, h("label", { for: id }, label), control, problemPlace(`${id}-problem`));
}

/** A form that says in words what the server refused, beside the field that it is about. */
export class Form {
  /** `submit` is called with the form's values; what it throws is shown. */
  constructor({ children, submit, button, label = null }) {
    this.general = problemPlace(freshId("form-problem"));
    this.button = button;
    this.element = h(
      "form",
      { novalidate: true, "aria-label": label, onsubmit: (event) => this.#submit(event) },
      children,
      this.general,
      h("div", { class: "buttons" }, button),
    );
    this.submit = submit;
  }

  async #submit(event) {
    event.preventDefault();
    if (this.button.disabled) return;
    this.clear();
    this.button.disabled = true;
    try {
      await this.submit(Object.fromEntries(new FormData(this.element)));
    } catch (error) {
      if (error.status === undefined) throw error;
      this.show(error);
    } finally {
      this.button.disabled = false;
    }
  }

  /** Show what was wrong, and put the cursor where it was. */
  show(error) {
    const controls = new Map(
      [...this.element.querySelectorAll("[data-field]")].map((control) => [control.dataset.field, control]),
    );
    for (const [name, words] of sentences(error, [...controls.keys()])) {
      const control = controls.get(name);
      const place = control ? this.element.querySelector(`#${control.id}-problem`) : this.general;
      say(place, `${place.textContent} ${words}`.trim());
      control?.setAttribute("aria-invalid", "true");
    }
    this.element.querySelector("[aria-invalid]:not(fieldset)")?.focus();
  }

  clear() {
    this.element.querySelectorAll(".problem").forEach((place) => say(place, ""));
    this.element.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
  }
}
