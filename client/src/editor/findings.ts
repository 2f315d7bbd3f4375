/** What is wrong with the script: once each, with links to the questions that it is about. */

import { html, nothing } from "./lit.js";
import { labelOf } from "./chooser.js";
import type { Editor, Finding, Problem } from "./store.js";

/** The most links of one finding. */
const LINKS_MAX = 10;

interface Grouped {
  readonly text: string;
  readonly hint: string;
  readonly plain: string;
  readonly isError: boolean;
  readonly qids: readonly number[];
}

/** Return the problems with equal ones together: errors first. */
export function grouped(
  problems: readonly (Problem | Finding)[],
  qidAt: (index: number) => number | undefined,
): readonly Grouped[] {
  const found = new Map<string, Grouped>();
  for (const problem of problems) {
    const isError = !("severity" in problem) || problem.severity === "error";
    // One code is one matter, whichever question it is about.
    const key =
      "code" in problem ? `${isError} ${problem.code} ${problem.hint}` : `${problem.field} ${problem.text}`;
    const qid = problem.qid ?? (problem.question === null ? undefined : qidAt(problem.question));
    const before = found.get(key);
    const qids = [...(before?.qids ?? []), ...(qid === undefined ? [] : [qid])];
    const hint = "hint" in problem ? problem.hint : "";
    const { plain = "" } = problem;
    found.set(key, { text: before?.text ?? problem.text, hint, plain, isError, qids: [...new Set(qids)] });
  }
  return [...found.values()].sort((one, other) => Number(other.isError) - Number(one.isError));
}

export function findingsView(editor: Editor): unknown {
  const { t } = editor;
  const all = grouped(
    [...editor.refused, ...editor.findings],
    (index) => editor.script.questions[index]?.qid,
  );
  if (!all.length) return html`<p class="ed-fine">${t("nothing_wrong")}</p>`;
  const errors = all.filter(({ isError }) => isError).length;
  return html`<details class="ed-findings">
    <summary>${t("findings_count", { errors, warnings: all.length - errors })}</summary>
    <ul>
      ${all.map(
        ({ text, hint, plain, isError, qids }) =>
          html`<li class=${isError ? "ed-error" : "ed-warning"}>
            <strong>${isError ? t("error") : t("warning")}</strong>
            ${counted(editor, plain || editor.said(text), qids.length)}
            ${plain ? details(editor, text, hint) : small(hint)}
            <span>
              ${qids.slice(0, LINKS_MAX).map((qid) => html`<button type="button" class="ed-link" dir="auto" @click=${() => editor.show(qid)}>${labelOf(editor, qid)}</button>`)}
              ${qids.length > LINKS_MAX ? t("more_found", { count: qids.length - LINKS_MAX }) : nothing}
            </span>
          </li>`,
      )}
    </ul>
  </details>`;
}

function counted(editor: Editor, text: string, count: number): string {
  return count > 1 ? editor.t("finding_times", { text, count }) : text;
}

function small(text: string): unknown {
  return text ? html`<small>${text}</small>` : nothing;
}

/** What the checker says itself: in English, with expressions. */
export function details(editor: Editor, text: string, hint: string): unknown {
  return html`<details class="ed-details">
    <summary>${editor.t("details")}</summary>
    <small lang="en" dir="ltr">${editor.said(text)} ${hint}</small>
  </details>`;
}

/** What is wrong with a part, as its card says it. */
export function problemText(editor: Editor, problem: Problem | Finding): unknown {
  const { plain } = problem;
  const hint = "hint" in problem ? problem.hint : "";
  return plain
    ? html`${plain} ${details(editor, problem.text, hint)}`
    : html`${editor.said(problem.text)} ${small(hint)}`;
}
