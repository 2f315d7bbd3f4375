/** What the answer to a question is limited to, by the limits that its type takes. */

import { html, nothing } from "./lit.js";
import type { Limits, Question } from "./document.js";
import { numberField, section, selectField, textField } from "./fields.js";
import type { Editor, Problem } from "./store.js";

type Set = (values: Partial<Record<keyof Question, unknown>>) => void;

/** The order of the limits: ranges first. */
const ORDER: readonly string[] =
  "min max step decimals min_length max_length format pattern min_selected max_selected accept max_size max_files also".split(
    " ",
  );

const LISTS: readonly string[] = ["accept", "also"];

/** Return what an entered limit is: a number, or else an expression or a text. */
function limitOf(name: string, text: string): string | number | readonly (string | number)[] | undefined {
  if (text.trim() === "") return undefined;
  if (LISTS.includes(name))
    return text
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean)
      .map((part) => (name === "also" ? number(part) : part));
  return name === "pattern" || name === "format" ? text : number(text);
}

function number(text: string): string | number {
  return /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : text;
}

function textOf(value: Limits[string]): string {
  return Array.isArray(value) ? value.join(", ") : value === null || value === undefined ? "" : String(value);
}

export function limitsSection(
  editor: Editor,
  question: Question,
  of: (name: string) => readonly Problem[],
  set: Set,
): unknown {
  const { qid, limits } = question;
  const { t } = editor;
  const ends =
    question.type === "range"
      ? html`<div class="ed-row">
          ${numberField({ id: `q${qid}-range_from`, label: t("range_from"), value: question.range_from, problems: of("range_from"), set: (value) => set({ range_from: value ?? null }) })}
          ${numberField({ id: `q${qid}-range_to`, label: t("range_to"), value: question.range_to, problems: of("range_to"), set: (value) => set({ range_to: value ?? null }) })}
        </div>`
      : nothing;
  const names = [...(editor.type(question.type)?.limits ?? [])].sort(
    (one, other) => ORDER.indexOf(one) - ORDER.indexOf(other),
  );
  if (!names.length) return ends;
  const change = (name: string, value: unknown): void => {
    const next = { ...limits, [name]: value };
    const kept = Object.entries(next).filter(([, each]) => each !== undefined);
    set({ limits: kept.length ? Object.fromEntries(kept) : undefined });
  };
  const one = (name: string): unknown =>
    name === "format"
      ? selectField({
          id: `q${qid}-limit-format`,
          label: t("limit_format"),
          value: textOf(limits?.["format"]),
          options: [
            ["", t("any_format")],
            ...["email", "phone", "url"].map((each) => [each, t(`format_${each}`)] as const),
          ],
          set: (value) => change(name, value || undefined),
        })
      : textField({
          id: `q${qid}-limit-${name}`,
          label: t(`limit_${name}`),
          ...(LISTS.includes(name) || name === "pattern" ? { help: t(`limit_${name}_help`) } : {}),
          value: textOf(limits?.[name]),
          set: (text) => change(name, limitOf(name, text)),
        });
  const problems = of("limits");
  return html`${ends}
  ${section(
    t("limits"),
    !!limits || problems.length > 0,
    html`<div class="ed-row ed-limits">${names.map(one)}</div>`,
  )}`;
}
