/** A range: it has no value until it is touched. */

import { html } from "../lit.js";
import { type Control, metaText, numberLimit } from "./control.js";
import { shownNumber } from "./text.js";

export const rangeControl: Control = {
  view: (asked) => {
    const { question, input } = asked;
    const from = question.range_from ?? numberLimit(question, "min") ?? 0;
    const to = question.range_to ?? numberLimit(question, "max") ?? 10;
    const step = numberLimit(question, "step") ?? 1;
    const value = input.text === "" ? null : Number(input.text);
    const shown = shownNumber(asked, value) ?? asked.t("not_answered");
    const middle = from + Math.round((to - from) / 2 / step) * step;
    const take = ({ target }: Event) => asked.change({ text: (target as HTMLInputElement).value });
    // The handle stands in the middle before it is touched: choosing the middle changes nothing. Touches cause no click.
    const touch = (event: Event) => {
      if (!input.text) take(event);
    };
    const press = (event: KeyboardEvent) => {
      if (event.key === "Enter" && input.text) asked.send();
      else if (event.key === "Enter" || event.key === " ") touch(event);
    };
    return html`<div class="range" ?data-untouched=${value === null}>
      <output for="control" aria-hidden="true">${shown}</output>
      <input
        id="control"
        type="range"
        min=${from}
        max=${to}
        step=${step}
        aria-describedby=${asked.describedBy}
        aria-invalid=${asked.invalid}
        aria-valuetext=${shown}
        .value=${String(value ?? middle)}
        @input=${take}
        @click=${touch}
        @pointerup=${touch}
        @keydown=${press}
      />
      <div class="ends" aria-hidden="true">
        <span dir="auto">${metaText(question, "from_label") || asked.texts.number(from)}</span>
        <span dir="auto">${metaText(question, "to_label") || asked.texts.number(to)}</span>
      </div>
    </div>`;
  },
};
