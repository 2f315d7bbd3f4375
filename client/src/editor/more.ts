/** What few questions need: name, suggestion, checks, variables, comments. */

import { html, nothing } from "./lit.js";
import { ALWAYS } from "./conditions.js";
import {
  type Constraint,
  type Pair,
  type Question,
  replacedAt,
  withoutIndex,
  withValues,
} from "./document.js";
import { freeName, setQuestion } from "./edits.js";
import { button, field, section, selectField, textField } from "./fields.js";
import { withName } from "./references.js";
import type { Editor, Problem } from "./store.js";

type Set = (values: Partial<Record<keyof Question, unknown>>) => void;

export function moreSection(
  editor: Editor,
  question: Question,
  of: (name: string) => readonly Problem[],
  set: Set,
): unknown {
  const { qid, type } = question;
  const { t } = editor;
  const rename = (name: string): void =>
    editor.edit((script) => withName(script, qid, name.trim()), `${qid}-name`);
  const propose = (): void => rename(freeName(editor.script, question.text ?? ""));
  const checks = type !== "message" && type !== "fork";
  return section(
    t("more"),
    of("name").length > 0 || of("constraints").length > 0,
    html`${checks ? constraints(editor, question) : nothing}
      <div class="ed-row">
        ${textField({ id: `q${qid}-name`, label: t("name"), help: t("name_help"), value: question.name, isCode: true, problems: of("name"), set: rename })}
        ${question.name || !checks ? nothing : button(t("propose_name"), propose)}
      </div>
      ${
        checks
          ? html`${textField({ id: `q${qid}-default`, label: t("default"), help: t("default_help"), value: question.default === null || question.default === undefined ? "" : String(question.default), isCode: true, set: (value) => set({ default: value || undefined }) })}
            ${textField({ id: `q${qid}-required_message`, label: t("required_message"), value: question.required_message, set: (text) => set({ required_message: text || undefined }) })}`
          : nothing
      }
      ${pairsField(editor, { id: `q${qid}-variables`, legend: t("variables_asked"), pairs: question.variable_modifications ?? [], set: (pairs) => set({ variable_modifications: pairs.length ? pairs : undefined }) })}
      ${textField({ id: `q${qid}-show_as_type`, label: t("show_as_type"), value: question.show_as_type ?? "automated_message", set: (text) => set({ show_as_type: text === "automated_message" ? undefined : text }) })}
      ${jsonField(editor, `q${qid}-meta`, t("meta"), question.meta, (meta) => set({ meta }))}
      ${textField({ id: `q${qid}-comments`, label: t("comments"), rows: 2, value: question.comments, set: (text) => set({ comments: text || undefined }) })}`,
  );
}

/** What an answer has to fulfill beyond its limits, with the text that says so. */
function constraints(editor: Editor, question: Question): unknown {
  const { qid, constraints: list } = question;
  const { t } = editor;
  const change = (
    edit: (list: readonly Constraint[]) => readonly Constraint[],
    subject: string | null = null,
  ): void =>
    editor.edit((script) => {
      const next = edit(script.questions.find((each) => each.qid === qid)?.constraints ?? []);
      return setQuestion(script, qid, { constraints: next.length ? next : undefined });
    }, subject);
  const set = (index: number, values: Partial<Constraint>): void =>
    change(
      (all) => all.map((each, at) => (at === index ? withValues(each, values) : each)),
      `${qid}-check${index}-${Object.keys(values).join()}`,
    );
  const remove = (index: number): void => {
    editor.closeUp(`q${qid}-check`, index);
    change((all) => withoutIndex(all, index));
  };
  return html`<fieldset class="ed-checks">
    <legend>${t("checks")}</legend>
    ${(list ?? []).map(
      (each, index) =>
        html`<div class="ed-rule" role="group" aria-label=${t("check_number", { number: index + 1 })}>
          <script-condition
            .editor=${editor}
            .label=${t("check_if")}
            .key=${`q${qid}-check${index}`}
            .judged=${qid}
            .blank=${ALWAYS}
            .apply=${(script: Editor["script"], source: string) =>
              setQuestion(script, qid, {
                constraints: replacedAt(
                  script.questions.find((one) => one.qid === qid)?.constraints ?? [],
                  index,
                  { ...each, check: source },
                ),
              })}
            .source=${each.check}
          ></script-condition>
          ${textField({ id: `q${qid}-check${index}-message`, label: t("check_message"), value: each.message, set: (message) => set(index, { message }) })}
          <div class="ed-row">
            ${selectField({
              id: `q${qid}-check${index}-severity`,
              label: t("check_severity"),
              value: each.severity ?? "error",
              options: [
                ["error", t("check_error")],
                ["warning", t("check_warning")],
              ],
              set: (severity) =>
                set(index, { severity: severity === "error" ? undefined : "warning" } as never),
            })}
            ${button("✕", () => remove(index), { label: t("remove_check", { number: index + 1 }), classes: "ed-quiet ed-danger" })}
          </div>
        </div>`,
    )}
    ${button(t("add_check"), () => change((all) => [...all, { check: ALWAYS, message: "" }]))}
  </fieldset>`;
}

export function pairsField(
  editor: Editor,
  options: {
    readonly id: string;
    readonly legend: string;
    readonly pairs: readonly Pair[];
    readonly set: (pairs: readonly Pair[]) => void;
  },
): unknown {
  const { id, legend, pairs, set } = options;
  const { t } = editor;
  return html`<fieldset class="ed-pairs">
    <legend>${legend}</legend>
    ${pairs.map(
      ([name, source], index) =>
        html`<div class="ed-row">
          ${textField({ id: `${id}-${index}-name`, label: t("variable"), value: name, isCode: true, set: (text) => set(replacedAt(pairs, index, [text, source])) })}
          ${textField({ id: `${id}-${index}-value`, label: t("new_value"), value: source, isCode: true, set: (text) => set(replacedAt(pairs, index, [name, text])) })}
          ${button("✕", () => set(withoutIndex(pairs, index)), { label: t("remove_variable", { name: name || String(index + 1) }), classes: "ed-quiet ed-danger" })}
        </div>`,
    )}
    ${button(t("add_variable"), () => set([...pairs, ["", ""]]))}
  </fieldset>`;
}

/** Data for programs: any JSON. What is not JSON is not taken, and the field says so. */
function jsonField(
  editor: Editor,
  id: string,
  label: string,
  value: unknown,
  set: (value: unknown) => void,
): unknown {
  const entered = (event: Event): void => {
    const input = event.target as HTMLTextAreaElement;
    const text = input.value.trim();
    try {
      const parsed: unknown = text ? JSON.parse(text) : undefined;
      input.setCustomValidity("");
      set(parsed ?? undefined);
    } catch {
      input.setCustomValidity(editor.t("not_json"));
      input.reportValidity();
    }
  };
  return field(
    { id, label },
    () =>
      html`<textarea
        id=${id}
        class="vTextField ed-code"
        rows="2"
        .value=${value === undefined || value === null ? "" : JSON.stringify(value, null, 1)}
        @change=${entered}
      ></textarea>`,
  );
}
