/** The answers of a survey as they are drawn: what a control shows, whether it is saved, and what is wrong with it. */

import { html, nothing } from "./lit.js";
import type { QueuedAnswer, Snapshot } from "../index.js";
import type { StoredAnswer } from "./controls/control.js";
import { sentenceOf } from "./errors.js";
import { lib } from "./library.js";
import { isAnswered, isAsked, type Problem, type Row } from "./survey_rows.js";
import type { Texts } from "./texts.js";

/** Return what the control shows: what waits to be sent, what was refused, or what is stored. */
export function valueOf({ key, answer }: Row, survey: number | null, queue: Snapshot["queue"]) {
  const { item, refused } = answer ?? {};
  const queued = queue
    .map(({ data }) => data as QueuedAnswer)
    .filter((data) => data.survey === survey && `${data.question}:${data.instance}` === key)
    .at(-1);
  const draft = queued ? queued.draft : refused?.draft;
  if (draft === null || (!item && !draft)) return null;
  return {
    answers: draft?.answers ?? item?.answers ?? [],
    text: draft?.text ?? (item ? lib().plainText(item) : ""),
    files: item?.attachments_data ?? [],
  } satisfies StoredAnswer;
}

/** Draw whether the answer is saved. */
export function markView({ answer }: Row, connection: Snapshot["connection"], texts: Texts): unknown {
  const { saving, saved, refused } = answer ?? {};
  const percent = saving?.progress ? ` ${texts.number(saving.progress, { style: "percent" })}` : "";
  const state = refused
    ? "not_accepted"
    : !saving
      ? saved && "saved"
      : saving.state === "sending" || connection === "online"
        ? "saving"
        : "queued";
  const reason = refused && !refused.explanations.length ? sentenceOf(refused.error, texts) : "";
  return html`<p class="mark ${state || ""}">${state ? texts.get(state) + percent : ""} ${reason}</p>`;
}

function reasonOf({ text, kind, row }: Problem, texts: Texts): string {
  if (kind === "missing") return row.question.required_message || texts.get("missing");
  return text ?? texts.get("fits_no_longer");
}

/** Return what is wrong with the answer; what is missing only after the user has tried to submit. */
export function reasonsFor(row: Row, problems: readonly Problem[], isChecked: boolean, texts: Texts) {
  const own = problems.filter((one) => one.row === row && (one.kind !== "missing" || isChecked));
  return (
    row.answer?.refused?.explanations ??
    own.map((problem) => ({ code: "CONSTRAINT", text: reasonOf(problem, texts) }))
  );
}

/** Draw what stands in the way of submitting; each entry leads to its question. */
export function problemsView(
  problems: readonly Problem[],
  texts: Texts,
  show: (row: Row) => unknown,
): unknown {
  if (!problems.length) return nothing;
  return html`<section class="problems" tabindex="-1" aria-labelledby="problems">
    <h3 id="problems">${texts.get("problems")}</h3>
    <ul>
      ${problems.map(
        (problem) =>
          html`<li>
            <button class="link" dir="auto" @click=${() => show(problem.row)}>
              ${problem.row.question.text}
            </button>
            <span dir="auto">${reasonOf(problem, texts)}</span>
          </li>`,
      )}
    </ul>
  </section>`;
}

/** Draw how many questions are answered. */
export function progressView(rows: readonly Row[], texts: Texts): unknown {
  const asked = rows.filter(isAsked);
  const done = asked.filter(isAnswered).length;
  const text = texts.get("answered_of", { done, all: asked.length });
  return html`<div class="progress">
    <progress max=${asked.length || 1} value=${done} aria-label=${text}></progress>
    <span aria-hidden="true">${text}</span>
  </div>`;
}
