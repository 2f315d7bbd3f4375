/** The answers of a choice, in its card. */

import { html, nothing } from "./lit.js";
import { targetChooser } from "./chooser.js";
import {
  type Answer,
  moved,
  type Question,
  replacedAt,
  withoutIndex,
  withoutPositions,
  withValues,
} from "./document.js";
import { setAnswers, setQuestion } from "./edits.js";
import { button, checkField, numberField, section, textField } from "./fields.js";
import { pairsField } from "./more.js";
import type { Editor, Problem } from "./store.js";

export function answersSection(editor: Editor, question: Question, problems: readonly Problem[]): unknown {
  const { qid, answers = [] } = question;
  const change = (
    edit: (answers: readonly Answer[]) => readonly Answer[],
    subject: string | null = null,
  ): void => editor.edit((script) => setAnswers(script, qid, edit), subject);
  const add = (): void => {
    change((list) => [...withoutPositions(list), { text: "" }]);
    editor.focus(qid, `answer-${answers.length}`);
  };
  return html`<fieldset class="ed-answers">
    <legend>${editor.t("answers")}</legend>
    ${answers.map((answer, index) => oneAnswer(editor, question, answer, index, change, problems))}
    ${button(editor.t("add_answer"), add, { key: "add-answer" })}
    ${checkField({
      id: `q${qid}-open`,
      label: editor.t("choice_open"),
      checked: question.choice_open ?? false,
      set: (checked) =>
        editor.edit((script) => setQuestion(script, qid, { choice_open: checked || undefined })),
    })}
  </fieldset>`;
}

type Change = (edit: (answers: readonly Answer[]) => readonly Answer[], subject?: string | null) => void;

function oneAnswer(
  editor: Editor,
  question: Question,
  answer: Answer,
  index: number,
  change: Change,
  problems: readonly Problem[],
): unknown {
  const { qid } = question;
  const id = `q${qid}-a${index}`;
  const number = index + 1;
  const { t } = editor;
  const set = (values: Partial<Record<keyof Answer, unknown>>): void =>
    change(
      (list) => list.map((each, at) => (at === index ? withValues(each, values) : each)),
      `${id}-${Object.keys(values).join("-")}`,
    );
  const move = (by: number): void => {
    const to = index + by;
    if (to < 0 || to >= (question.answers?.length ?? 0)) return;
    change((list) => withoutPositions(moved(list, index, to)));
    editor.focus(qid, `answer-${to}`);
  };
  const mine = problems.filter((each) => each.answer === index);
  return html`<div class="ed-answer" role="group" aria-label=${t("answer_number", { number })}>
    <div class="ed-row">
      <div class="ed-grow" data-key="answer-${index}">
        ${textField({ id: `${id}-text`, label: t("answer_number", { number }), value: answer.text, problems: mine, set: (text) => set({ text }) })}
      </div>
      ${numberField({ id: `${id}-weight`, label: t("points"), value: answer.weight, set: (weight) => set({ weight }) })}
      <div class="ed-field">
        <span class="ed-label" aria-hidden="true">${t("goes_to")}</span>
        ${targetChooser(editor, { from: qid, label: t("answer_goes_to", { number }), next: answer.next_qid, set: (next_qid) => set({ next_qid: next_qid ?? undefined }) })}
      </div>
      <span class="ed-tools">
        ${button("↑", () => move(-1), { label: t("move_answer_up", { number }), classes: "ed-quiet" })}
        ${button("↓", () => move(1), { label: t("move_answer_down", { number }), classes: "ed-quiet" })}
        ${button("✕", () => remove(editor, qid, index, change), { label: t("remove_answer", { number }), classes: "ed-quiet ed-danger" })}
      </span>
    </div>
    ${section(
      t("answer_more"),
      editor.unfinished.has(`${id}-show_if`),
      html`${
          question.type === "multichoice"
            ? checkField({
                id: `${id}-exclusive`,
                label: t("exclusive"),
                checked: answer.exclusive ?? false,
                set: (exclusive) => set({ exclusive: exclusive || undefined }),
              })
            : nothing
        }
        ${textField({ id: `${id}-value`, label: t("answer_value"), help: t("answer_value_help"), value: answer.value === null || answer.value === undefined ? "" : String(answer.value), set: (text) => set({ value: valueOf(text, answer.value) }) })}
        <script-condition
          .editor=${editor}
          .label=${t("offered_only_if")}
          .key=${`${id}-show_if`}
          .apply=${(script: Editor["script"], source: string) =>
            setAnswers(script, qid, (list) => {
              const before = list[index];
              return before
                ? replacedAt(list, index, withValues(before, { show_if: source || undefined }))
                : list;
            })}
          .source=${answer.show_if ?? ""}
        ></script-condition>
        ${pairsField(editor, { id: `${id}-variables`, legend: t("variables_chosen"), pairs: answer.variable_modifications ?? [], set: (pairs) => set({ variable_modifications: pairs.length ? pairs : undefined }) })}`,
    )}
  </div>`;
}

function remove(editor: Editor, qid: number, index: number, change: Change): void {
  editor.closeUp(`q${qid}-a`, index);
  change((list) => withoutPositions(withoutIndex(list, index)));
  editor.focus(qid, "add-answer");
}

/** Return the value that a text stands for: a number as one, unless the value was a text before. */
function valueOf(text: string, before: Answer["value"]): Answer["value"] | undefined {
  if (text === "") return undefined;
  if (typeof before === "string" && before !== "" && Number.isNaN(Number(before))) return text;
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text;
}
