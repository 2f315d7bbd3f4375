/** Typed texts and numbers. What is typed is sent as it was typed: how people write numbers is the server's concern. */

import { html, nothing } from "../lit.js";
import {
  type Asked,
  between,
  type Control,
  metaText,
  numberLimit,
  type Saving,
  textLimit,
} from "./control.js";

interface Field {
  readonly type?: string;
  readonly mode?: string;
  readonly autocomplete?: string;
  readonly saving?: Saving;
  readonly min?: string;
  readonly max?: string;
  readonly value?: string;
  /** Return the text for what the field holds. */
  read?(value: string): string;
}

/** Send at Enter, but not where Enter ends the input of an accent or a sign. */
export function sendAtEnter(asked: Asked): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (asked.layout === "survey" && event.target instanceof HTMLTextAreaElement) return;
    event.preventDefault();
    asked.send();
  };
}

/** Draw a field of one line. */
export function inputField(asked: Asked, options: Field = {}): unknown {
  const { type = "text", saving = "paused", read = (value) => value } = options;
  const unit = metaText(asked.question, "unit");
  return html`<div class="field">
    <input
      id="control"
      type=${type}
      dir=${type === "text" ? "auto" : nothing}
      inputmode=${options.mode ?? nothing}
      autocomplete=${options.autocomplete ?? "off"}
      enterkeyhint=${asked.layout === "chat" ? "send" : "next"}
      min=${options.min || nothing}
      max=${options.max || nothing}
      aria-describedby=${asked.describedBy}
      aria-invalid=${asked.invalid}
      aria-required=${asked.question.required ? "true" : nothing}
      .value=${options.value ?? asked.input.text}
      @input=${({ target }: Event) => asked.change({ text: read((target as HTMLInputElement).value) }, saving)}
      @keydown=${sendAtEnter(asked)}
    />${unit ? html`<span class="unit" dir="auto">${unit}</span>` : nothing}
  </div>`;
}

/** Make a field as high as its text, up to the height that its style permits. */
export function grow(field: HTMLTextAreaElement): void {
  const { style } = field;
  // Browsers that size fields by their content need no help.
  if (CSS.supports("field-sizing", "content")) return;
  style.height = "auto";
  style.height = `${field.scrollHeight + 2}px`;
}

const MODES: Readonly<Record<string, string>> = { email: "email", phone: "tel", url: "url" };

export const textControl: Control = {
  describe: (asked) => {
    const most = numberLimit(asked.question, "max_length");
    return most === null ? "" : asked.t("characters_most", { n: most });
  },
  view: (asked) => {
    const mode = MODES[textLimit(asked.question, "format")];
    if (mode) return inputField(asked, { mode, autocomplete: mode });
    return html`<textarea
      id="control"
      rows=${asked.layout === "chat" ? 1 : 2}
      dir="auto"
      enterkeyhint=${asked.layout === "chat" ? "send" : nothing}
      aria-describedby=${asked.describedBy}
      aria-invalid=${asked.invalid}
      aria-required=${asked.question.required ? "true" : nothing}
      .value=${asked.input.text}
      @input=${({ target }: Event) => {
        grow(target as HTMLTextAreaElement);
        asked.change({ text: (target as HTMLTextAreaElement).value });
      }}
      @keydown=${sendAtEnter(asked)}
    ></textarea>`;
  },
};

/** Return a number as the language writes it, with the unit of the question. */
export function shownNumber({ texts, question }: Asked, value: number | null): string | null {
  if (value === null) return null;
  const unit = metaText(question, "unit");
  return texts.number(value, { maximumFractionDigits: 10 }) + (unit && `\u00a0${unit}`);
}

function numbers(mode: string): Control {
  return {
    describe: (asked) => {
      const ends = ["min", "max"].map((name) => shownNumber(asked, numberLimit(asked.question, name)));
      return between(asked, "number", ends);
    },
    view: (asked) => {
      // The number pads of phones have no minus sign.
      const isPositive = (numberLimit(asked.question, "min") ?? 0) >= 0;
      return inputField(asked, { mode: isPositive ? mode : "text", saving: "left" });
    },
  };
}

export const numberControls = { int: numbers("numeric"), float: numbers("decimal") };
