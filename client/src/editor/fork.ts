/** The rules of a fork: the first whose condition holds leads to its target. */

import { html, nothing } from "./lit.js";
import { targetChooser } from "./chooser.js";
import { ALWAYS, NEVER } from "./conditions.js";
import { END, moved, type Pair, type Question, replacedAt, withoutIndex } from "./document.js";
import { below, setQuestion } from "./edits.js";
import { button, textField } from "./fields.js";
import type { Editor } from "./store.js";

export function forkSection(editor: Editor, question: Question): unknown {
  const { qid, forking_rules: rules = [] } = question;
  const { t } = editor;
  const change = (edit: (rules: readonly Pair[]) => readonly Pair[]): void =>
    editor.edit((script) => withRules(script, qid, edit));
  const isElse = (rule: Pair | undefined): boolean => rule?.[1].trim() === ALWAYS;
  const lastIsElse = isElse(rules.at(-1));
  const add = (): void => {
    const rule: Pair = [String(below(editor.script, qid)), NEVER];
    change((list) => (lastIsElse ? [...list.slice(0, -1), rule, ...list.slice(-1)] : [...list, rule]));
    const boxes = document.querySelectorAll(`#question-${qid} .ed-rule`);
    boxes[rules.length - (lastIsElse ? 1 : 0)]?.querySelector<HTMLElement>(".ed-add-condition")?.focus();
  };
  const remove = (index: number): void => {
    editor.closeUp(`q${qid}-rule`, index);
    change((list) => withoutIndex(list, index));
  };
  const addElse = (): void => change((list) => [...list, [String(END), ALWAYS]]);
  return html`<fieldset class="ed-rules">
    <legend>${t("rules")}</legend>
    ${rules.map((rule, index) => {
      const isLast = index === rules.length - 1 && isElse(rule);
      return html`<div
        class="ed-rule"
        role="group"
        aria-label=${isLast ? t("otherwise") : t("rule_number", { number: index + 1 })}
      >
        ${
          isLast
            ? html`<p class="ed-label">${t("otherwise")}</p>`
            : html`<script-condition
                .editor=${editor}
                .label=${t("rule_if", { number: index + 1 })}
                .key=${`q${qid}-rule${index}`}
                .blank=${NEVER}
                .apply=${(script: Editor["script"], source: string) =>
                  withRules(script, qid, (list) => replacedAt(list, index, [list[index]?.[0] ?? "", source]))}
                .source=${rule[1]}
              ></script-condition>`
        }
        <div class="ed-row">
          ${target(editor, question, rule, index, isLast, change)}
          ${isLast ? nothing : button("↑", () => change((list) => (index ? moved(list, index, index - 1) : list)), { label: t("rule_up", { number: index + 1 }), classes: "ed-quiet" })}
          ${button("✕", () => remove(index), { label: isLast ? t("remove_otherwise") : t("remove_rule", { number: index + 1 }), classes: "ed-quiet ed-danger", isDisabled: rules.length === 1 })}
        </div>
      </div>`;
    })}
    ${button(t("add_rule"), add, { key: "add-rule" })}
    ${
      lastIsElse
        ? nothing
        : html`${button(t("add_otherwise"), addElse)}
            <p class="help">${t("no_otherwise")}</p>`
    }
  </fieldset>`;
}

function withRules(
  script: Editor["script"],
  qid: number,
  edit: (rules: readonly Pair[]) => readonly Pair[],
): Editor["script"] {
  const rules = script.questions.find((each) => each.qid === qid)?.forking_rules ?? [];
  return setQuestion(script, qid, { forking_rules: edit(rules) });
}

function target(
  editor: Editor,
  question: Question,
  rule: Pair,
  index: number,
  isLast: boolean,
  change: (edit: (rules: readonly Pair[]) => readonly Pair[]) => void,
): unknown {
  const number = index + 1;
  if (!/^-?\d+$/.test(rule[0].trim()))
    return textField({
      id: `q${question.qid}-rule${index}-target`,
      label: editor.t("rule_target_expression", { number }),
      value: rule[0],
      isCode: true,
      set: (source) => change((list) => replacedAt(list, index, [source, rule[1]])),
    });
  // Rules name their targets: the one below is named, too.
  return html`<div class="ed-field ed-grow">
    <span class="ed-label" aria-hidden="true">${editor.t("goes_to")}</span>
    ${targetChooser(editor, {
      from: question.qid,
      label: isLast ? editor.t("otherwise_goes_to") : editor.t("rule_goes_to", { number }),
      next: Number(rule[0]),
      set: (next) =>
        change((list) =>
          replacedAt(list, index, [String(next ?? below(editor.script, question.qid)), rule[1]]),
        ),
    })}
  </div>`;
}
