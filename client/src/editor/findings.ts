/** What is wrong with the script: once each, with links to the questions that it is about. */

import { html, nothing } from "./lit.js";
import { labelOf } from "./chooser.js";
import type { Editor, Finding, Problem, View } from "./store.js";

/** The most links of one finding. */
const LINKS_MAX = 10;

interface Grouped {
  /** What it means; the words of the checker are its details. */
  readonly plain: string;
  readonly details: readonly string[];
  readonly isError: boolean;
  readonly qids: readonly number[];
  /** The part of the script that it is about, if that is not a question. */
  readonly view: View | null;
}

const VIEWS: Readonly<Partial<Record<Problem["part"], View>>> = {
  score: "rules",
  flag: "rules",
  group: "groups",
};

/** Return the problems with those of one kind together: errors first. */
export function grouped(
  problems: readonly (Problem | Finding)[],
  qidAt: (index: number) => number | undefined,
): readonly Grouped[] {
  const found = new Map<string, Grouped>();
  for (const problem of problems) {
    const isError = !("severity" in problem) || problem.severity === "error";
    const { plain = "", text } = problem;
    const hint = "hint" in problem ? problem.hint : "";
    // One code is one matter, whichever question it is about.
    const kind = "code" in problem ? `${problem.code} ${plain ? "" : hint}` : `${problem.field} ${text}`;
    const qid = problem.qid ?? (problem.question === null ? undefined : qidAt(problem.question));
    const view = qid === undefined ? (VIEWS[problem.part] ?? null) : null;
    const key = `${isError} ${view} ${kind}`;
    const before = found.get(key);
    found.set(key, {
      plain,
      details: [...new Set([...(before?.details ?? []), `${text} ${hint}`])],
      isError,
      qids: [...new Set([...(before?.qids ?? []), ...(qid === undefined ? [] : [qid])])],
      view,
    });
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
      ${all.map((each) => oneFinding(editor, each))}
    </ul>
  </details>`;
}

function oneFinding(editor: Editor, { plain, details: said, isError, qids, view }: Grouped): unknown {
  const { t } = editor;
  const text = plain || editor.said(said[0] ?? "");
  const open = (): void => {
    editor.view = view ?? editor.view;
    editor.changed();
  };
  return html`<li class=${isError ? "ed-error" : "ed-warning"}>
    <strong>${isError ? t("error") : t("warning")}</strong>
    ${qids.length > 1 ? t("finding_times", { text, count: qids.length }) : text}
    ${plain ? details(editor, said) : nothing}
    <span>
      ${qids.slice(0, LINKS_MAX).map((qid) => html`<button type="button" class="ed-link" dir="auto" @click=${() => editor.show(qid)}>${labelOf(editor, qid)}</button>`)}
      ${qids.length > LINKS_MAX ? t("more_found", { count: qids.length - LINKS_MAX }) : nothing}
      ${view ? html`<button type="button" class="ed-link" @click=${open}>${t(`view_${view}`)}</button>` : nothing}
    </span>
  </li>`;
}

function small(text: string): unknown {
  return text ? html`<small>${text}</small>` : nothing;
}

/** What the checker says itself: in English, with expressions. */
function details(editor: Editor, said: readonly string[]): unknown {
  return html`<details class="ed-details">
    <summary>${editor.t("details")}</summary>
    ${said.slice(0, LINKS_MAX).map((text) => html`<small lang="en" dir="ltr">${editor.said(text)}</small> `)}
  </details>`;
}

/** What is wrong with a part, as its card says it. */
export function problemText(editor: Editor, problem: Problem | Finding): unknown {
  const { plain, text } = problem;
  const hint = "hint" in problem ? problem.hint : "";
  return plain
    ? html`${plain} ${details(editor, [`${text} ${hint}`])}`
    : html`${editor.said(text)} ${small(hint)}`;
}
