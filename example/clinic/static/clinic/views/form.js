/** Forms: labelled fields, each with its errors. */

import { newId, h, say } from "../dom.js";
import { sentences } from "../words.js";

/** Return an element for errors; screen readers announce its content. */
function errorElement(id) {
  return h("p", { class: "problem", role: "alert", id });
}

/** Return a control with its label and an element for its errors. */
export function field(name, label, control) {
  const id = newId(name);
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-problem`);
  control.dataset.field = name;
  return h("div", { class: "field" }, h("label", { for: id }, label), control, errorElement(`${id}-problem`));
}

/** A form that shows the server's errors in words, beside the field they belong to. */
export class Form {
  /** `submit` is called with the form's values; its errors are shown. */
  constructor({ children, submit, button, label = null }) {
    this.general = errorElement(newId("form-problem"));
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
      // Discarded, or signed out.
      if (error.name === "AbortError") return;
      if (error.status === undefined) throw error;
      this.show(error);
    } finally {
      this.button.disabled = false;
    }
  }

  /** Show the errors, and focus the first field with one. */
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
