/** Labelled controls of a form. */

import type { Problem } from "./store.js";
import { html, nothing, type TemplateResult } from "./lit.js";

export interface FieldOptions {
  readonly id: string;
  readonly label: string;
  readonly help?: string | undefined;
  /** What is wrong with the field. */
  readonly problems?: readonly Problem[] | undefined;
  /** Whether the label is for screen readers alone. */
  readonly isLabelHidden?: boolean;
}

/** Move the focus to the control with that id, which is drawn. */
export function focusOn(id: string): void {
  document.getElementById(id)?.focus();
}

/** What is wrong, as a list; nothing without problems. */
export function errorList(problems: readonly Problem[], id?: string): unknown {
  if (!problems.length) return nothing;
  return html`<ul class="errorlist" id=${id ?? nothing}>
    ${problems.map(({ text, plain }) => html`<li>${plain || text} ${plain ? html`<small lang="en" dir="ltr">${text}</small>` : nothing}</li>`)}
  </ul>`;
}

export function field(options: FieldOptions, control: (describedBy: string) => unknown): TemplateResult {
  const { id, label, help, problems = [], isLabelHidden } = options;
  const described = [...(help ? [`${id}-help`] : []), ...(problems.length ? [`${id}-errors`] : [])].join(" ");
  return html`<div class="ed-field">
    <label for=${id} class=${isLabelHidden ? "visually-hidden" : ""}>${label}</label>
    ${control(described)} ${help ? html`<p class="help" id="${id}-help">${help}</p>` : nothing}
    ${errorList(problems, `${id}-errors`)}
  </div>`;
}

export interface TextOptions extends FieldOptions {
  readonly value: string | null | undefined;
  readonly rows?: number;
  readonly set: (text: string) => void;
  /** What the Enter key does in a field of one line. */
  readonly enter?: () => void;
  readonly placeholder?: string;
  readonly inputmode?: string;
  readonly lang?: string;
  readonly isCode?: boolean;
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}

export function textField(options: TextOptions): TemplateResult {
  const { id, value, rows, set, placeholder = "", inputmode = "text", isCode, lang, enter } = options;
  const shown = value ?? "";
  const classes = isCode ? "vTextField ed-code" : "vTextField";
  return field(options, (described) =>
    rows
      ? html`<textarea
          id=${id}
          class=${classes}
          rows=${rows}
          dir="auto"
          lang=${lang ?? nothing}
          aria-describedby=${described || nothing}
          .value=${shown}
          @input=${(event: Event) => set(valueOf(event))}
        ></textarea>`
      : html`<input
          id=${id}
          type="text"
          class=${classes}
          dir="auto"
          lang=${lang ?? nothing}
          autocomplete="off"
          inputmode=${inputmode}
          placeholder=${placeholder || nothing}
          aria-describedby=${described || nothing}
          .value=${shown}
          @input=${(event: Event) => set(valueOf(event))}
          @keydown=${(event: KeyboardEvent) => (event.key === "Enter" ? enter?.() : undefined)}
        />`,
  );
}

export interface NumberOptions extends FieldOptions {
  readonly value: number | null | undefined;
  readonly set: (value: number | undefined) => void;
}

/** A number; what is not a whole text of one is not taken, and the browser says so. */
export function numberField(options: NumberOptions): TemplateResult {
  const { id, value, set } = options;
  const changed = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (!input.validity.badInput) set(input.value === "" ? undefined : input.valueAsNumber);
  };
  return field(
    options,
    (described) =>
      html`<input
        id=${id}
        type="number"
        step="any"
        class="ed-number"
        aria-describedby=${described || nothing}
        .value=${value === null || value === undefined ? "" : String(value)}
        @input=${changed}
      />`,
  );
}

export interface CheckOptions {
  readonly id: string;
  readonly label: string;
  readonly checked: boolean;
  readonly set: (checked: boolean) => void;
}

export function checkField({ id, label, checked, set }: CheckOptions): TemplateResult {
  return html`<div class="ed-field ed-check">
    <input
      id=${id}
      type="checkbox"
      .checked=${checked}
      @change=${(event: Event) => set((event.target as HTMLInputElement).checked)}
    />
    <label for=${id} class="vCheckboxLabel">${label}</label>
  </div>`;
}

export interface SelectOptions extends FieldOptions {
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly set: (value: string) => void;
}

export function selectField(options: SelectOptions): TemplateResult {
  const { id, value, set, options: choices } = options;
  return field(
    options,
    (described) =>
      html`<select
        id=${id}
        aria-describedby=${described || nothing}
        @change=${(event: Event) => set(valueOf(event))}
      >
        ${choices.map(([key, label]) => html`<option value=${key} .selected=${key === value}>${label}</option>`)}
      </select>`,
  );
}

export interface ButtonOptions {
  readonly label?: string;
  readonly classes?: string;
  readonly isDisabled?: boolean;
  readonly key?: string;
}

export function button(text: unknown, press: () => void, options: ButtonOptions = {}): TemplateResult {
  const { label, classes = "", isDisabled = false, key } = options;
  return html`<button
    type="button"
    class="ed-button ${classes}"
    data-key=${key ?? nothing}
    aria-label=${label ?? nothing}
    title=${label ?? nothing}
    ?disabled=${isDisabled}
    @click=${press}
  >
    ${text}
  </button>`;
}

/** A section that can be folded; it begins open where it has something. */
export function section(summary: string, isOpen: boolean, content: unknown): TemplateResult {
  return html`<details class="ed-section" ?open=${isOpen}>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}
