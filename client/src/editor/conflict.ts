/** Both versions of a script that somebody else has saved meanwhile, side by side, and the question which one to keep. */

import { html, nothing } from "./lit.js";
import { labelOf } from "./chooser.js";
import { type Question, shortened } from "./document.js";
import { button } from "./fields.js";
import { areSame, differences } from "./merging.js";
import type { Saving } from "./saving.js";
import type { Editor } from "./store.js";

/** The question about what this browser kept of an earlier visit. */
export function keptView(editor: Editor, saving: Saving): unknown {
  if (!saving.kept) return nothing;
  const count = differences(saving.kept.document, editor.script).length;
  return html`<div class="ed-ask errornote" role="alertdialog" aria-labelledby="ed-kept-title">
    <p id="ed-kept-title"><strong>${editor.t("kept_asked", { count })}</strong></p>
    <div class="ed-row">
      ${button(editor.t("use_kept"), () => saving.decideKept(true))}
      ${button(editor.t("forget_kept"), () => saving.decideKept(false))}
    </div>
  </div>`;
}

/** The most differences that are listed. */
const SHOWN_MAX = 50;
/** The texts for columns, where the names of columns are not those of the texts. */
const TITLES: Readonly<Record<string, string>> = {
  next_qid: "goes_to",
  show_if: "asked_only_if",
  forking_rules: "rules",
  constraints: "checks",
  attachments: "pictures",
  variable_modifications: "variables_asked",
  text_i18n: "view_translations",
};

export function conflictView(editor: Editor, saving: Saving): unknown {
  const { conflict } = saving;
  if (!conflict) return nothing;
  const { t } = editor;
  const clashes = saving.clashes(conflict);
  const found = clashes ?? differences(editor.script, conflict.document);
  const at = conflict.at
    ? new Date(conflict.at).toLocaleString(document.documentElement.lang || undefined)
    : "";
  const others = new Map(conflict.document.questions.map((question) => [question.qid, question]));
  return html`<div class="ed-conflict errornote" role="alertdialog" aria-labelledby="ed-conflict-title">
    <h2 id="ed-conflict-title" tabindex="-1">
      ${conflict.by ? t("changed_by", { name: conflict.by, at }) : t("changed_meanwhile")}
    </h2>
    <p>${clashes ? t("clash_help") : t("changed_help")}</p>
    <div class="ed-scroll" tabindex="0" role="group" aria-label=${t("differences")}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t("my_version")}</th>
            <th scope="col">${t("their_version")}</th>
          </tr>
        </thead>
        <tbody>
          ${found.slice(0, SHOWN_MAX).map((qid) => {
            if (qid === null)
              return html`<tr>
                <td colspan="2">${t("rest_differs")}</td>
              </tr>`;
            const [mine, theirs] = [editor.question(qid), others.get(qid)];
            return html`<tr>
              <td>${version(editor, mine, theirs)}</td>
              <td>${theirs ? version(editor, theirs, mine) : t("removed_there")}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    ${found.length > SHOWN_MAX ? html`<p>${t("more_found", { count: found.length - SHOWN_MAX })}</p>` : nothing}
    <div class="ed-row">
      ${button(t("keep_mine"), () => saving.keepMine())}
      ${button(t("take_theirs"), () => saving.takeTheirs())}
    </div>
  </div>`;
}

/** One version of a question: its text, and what the other version has otherwise. */
function version(editor: Editor, question: Question | undefined, other: Question | undefined): unknown {
  const { t } = editor;
  if (!question) return t("not_there");
  const columns = new Set([...Object.keys(question), ...Object.keys(other ?? {})]) as Set<keyof Question>;
  const different = other
    ? [...columns].filter((name) => name !== "text" && !areSame(question[name], other[name]))
    : [];
  const text = shortened(question.text, 200) || t("without_text");
  return html`<span dir="auto"
      >${other && !areSame(question.text, other.text) ? html`<mark>${text}</mark>` : text}</span
    >
    <ul>
      ${different.map((name) => html`<li>${columnTitle(editor, name)}: <mark dir="auto">${columnText(editor, name, question)}</mark></li>`)}
    </ul>`;
}

function columnTitle(editor: Editor, name: string): string {
  const key = TITLES[name] ?? name;
  return editor.data.strings[key] === undefined ? name : editor.t(key);
}

/** Return a column of a question as a short text. */
function columnText(editor: Editor, name: keyof Question, question: Question): string {
  const value = question[name];
  if (name === "next_qid")
    return value === undefined
      ? editor.t("question_below")
      : value === null
        ? editor.t("nowhere")
        : labelOf(editor, Number(value));
  if (name === "answers")
    return shortened(
      (question.answers ?? []).map(({ text, weight }) => (weight ? `${text} (${weight})` : text)).join(" · "),
      300,
    );
  if (name === "forking_rules")
    return shortened(
      (question.forking_rules ?? [])
        .map(([to, source]) => `${source} → ${labelOf(editor, Number(to))}`)
        .join(" · "),
      300,
    );
  if (value === undefined || value === null || value === "") return "–";
  return shortened(typeof value === "object" ? JSON.stringify(value) : String(value), 300);
}
