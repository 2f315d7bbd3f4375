/** What can be compared in a condition, in which words, and with which values. */

import { html, nothing, type TemplateResult } from "./lit.js";
import type { Comparison, Row } from "./conditions.js";
import { isChoice, type Question } from "./document.js";
import type { Editor } from "./store.js";

const NUMBERS: readonly Comparison[] = ["==", "!=", "<", "<=", ">", ">=", "answered", "not_answered"];
const TEXTS: readonly Comparison[] = ["==", "!=", "contains", "not_contains", "answered", "not_answered"];
const DATES: readonly Comparison[] = ["before", "after", "on", "answered", "not_answered"];
const CHOICES: readonly Comparison[] = ["==", "!=", "answered", "not_answered"];
const SEVERAL: readonly Comparison[] = ["selected", "not_selected", "answered", "not_answered"];
const NUMBER_TYPES: readonly string[] = ["int", "float", "range", "calculation", "file"];
const DATE_TYPES: readonly string[] = ["date", "datetime"];

/** Return the comparisons of what a row is about: a question, or else a score or a variable. */
export function comparisonsOf(question: Question | undefined): readonly Comparison[] {
  if (!question) return [...NUMBERS, "true", "false"];
  if (question.type === "multichoice") return SEVERAL;
  if (isChoice(question)) return CHOICES;
  if (DATE_TYPES.includes(question.type)) return DATES;
  return NUMBER_TYPES.includes(question.type) ? NUMBERS : TEXTS;
}

const WORDS: Readonly<Partial<Record<Comparison, string>>> = {
  "==": "equal",
  "!=": "unequal",
  "<": "less",
  "<=": "at_most",
  ">": "greater",
  ">=": "at_least",
};

/** Return the key of the words for a comparison; answers of choices are not equal to something but are it. */
export function wordOf(comparison: Comparison, question: Question | undefined): string {
  const word = WORDS[comparison] ?? comparison;
  const isText = question && !NUMBER_TYPES.includes(question.type);
  return isText && (word === "equal" || word === "unequal") ? `text_${word}` : word;
}

const DATE_COMPARISONS: readonly Comparison[] = ["before", "after", "on"];

/** Return whether the value of a row is a number. */
export function takesNumber({ comparison }: Row, question: Question | undefined): boolean {
  return !DATE_COMPARISONS.includes(comparison) && (!question || NUMBER_TYPES.includes(question.type));
}

/** The control for the value of a row: an answer of a choice, a date, a number or a text; `set` takes what is entered. */
export function valueControl(
  editor: Editor,
  row: Row,
  question: Question | undefined,
  set: (value: Row["value"]) => void,
): TemplateResult {
  const { t } = editor;
  if (question && isChoice(question) && !row.comparison.includes("contains")) {
    const values = (question.answers ?? []).map(
      (answer) => [answer.value ?? answer.text ?? "", answer.text ?? ""] as const,
    );
    const at = values.findIndex(([value]) => value === row.value);
    return html`<select
      aria-label=${t("value")}
      @change=${(event: Event) => set(values[Number((event.target as HTMLSelectElement).value)]?.[0] ?? null)}
    >
      ${at < 0 ? html`<option value="-1" .selected=${true}>${row.value === null ? t("choose") : String(row.value)}</option>` : nothing}
      ${values.map(([, text], number) => html`<option value=${number} .selected=${number === at}>${text || t("without_text")}</option>`)}
    </select>`;
  }
  const isDate = DATE_COMPARISONS.includes(row.comparison);
  const isNumber = takesNumber(row, question);
  const entered = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    const number = Number(value.trim().replace(",", "."));
    if (!isNumber) set(value || null);
    else set(value.trim() === "" || Number.isNaN(number) ? null : number);
  };
  return html`<input
    aria-label=${t("value")}
    type=${isDate ? "date" : "text"}
    inputmode=${isNumber ? "decimal" : "text"}
    class=${isNumber ? "ed-number" : "vTextField"}
    autocomplete="off"
    .value=${row.value === null ? "" : String(row.value)}
    placeholder=${t("value")}
    aria-invalid=${row.value === null}
    @change=${entered}
    @input=${(event: Event) => (isDate ? undefined : entered(event))}
  />`;
}
