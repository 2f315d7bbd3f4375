/** Both versions of a script that somebody else has saved meanwhile, side by side, and the question which one to keep. */

import { html, nothing } from "./lit.js";
import { type Question, type Script, shortened } from "./document.js";
import { button } from "./fields.js";
import type { Saving } from "./saving.js";
import type { Editor } from "./store.js";

export interface Difference {
  /** Null for what is of the whole script. */
  readonly qid: number | null;
  readonly mine: Question | null;
  readonly theirs: Question | null;
}

/** Return the questions that differ, and a difference without questions if anything else does. */
export function differences(mine: Script, theirs: Script): readonly Difference[] {
  const key = (value: unknown): string => JSON.stringify(value);
  const others = new Map(theirs.questions.map((question) => [question.qid, question]));
  const own = new Map(mine.questions.map((question) => [question.qid, question]));
  const qids = [...new Set([...own.keys(), ...others.keys()])];
  const found: Difference[] = qids
    .filter((qid) => key(own.get(qid)) !== key(others.get(qid)))
    .map((qid) => ({ qid, mine: own.get(qid) ?? null, theirs: others.get(qid) ?? null }));
  const rest = ({ questions, ...more }: Script): string => key([more, questions.map(({ qid }) => qid)]);
  if (rest(mine) !== rest(theirs)) found.push({ qid: null, mine: null, theirs: null });
  return found;
}

/** The question about what this browser kept of an earlier visit. */
export function keptView(editor: Editor, saving: Saving): unknown {
  if (!saving.kept) return nothing;
  const count = differences(saving.kept, editor.script).length;
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

export function conflictView(editor: Editor, saving: Saving): unknown {
  const { conflict } = saving;
  if (!conflict) return nothing;
  const { t } = editor;
  const found = differences(editor.script, conflict.document);
  const at = conflict.at
    ? new Date(conflict.at).toLocaleString(document.documentElement.lang || undefined)
    : "";
  const cell = (question: Question | null): unknown =>
    question
      ? html`<span dir="auto">${shortened(question.text, 200) || t("without_text")}</span>
          <ul>
            ${(question.answers ?? []).map(({ text }) => html`<li dir="auto">${text}</li>`)}
          </ul>`
      : t("not_there");
  return html`<div class="ed-conflict errornote" role="alertdialog" aria-labelledby="ed-conflict-title">
    <h2 id="ed-conflict-title">
      ${conflict.by ? t("changed_by", { name: conflict.by, at }) : t("changed_meanwhile")}
    </h2>
    <p>${t("changed_help")}</p>
    <div class="ed-scroll" tabindex="0" role="group" aria-label=${t("differences")}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t("my_version")}</th>
            <th scope="col">${t("their_version")}</th>
          </tr>
        </thead>
        <tbody>
          ${found.slice(0, SHOWN_MAX).map(({ qid, mine, theirs }) =>
            qid === null
              ? html`<tr>
                  <td colspan="2">${t("rest_differs")}</td>
                </tr>`
              : html`<tr>
                  <td>${cell(mine)}</td>
                  <td>${cell(theirs)}</td>
                </tr>`,
          )}
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
