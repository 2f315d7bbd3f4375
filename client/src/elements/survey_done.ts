/** A survey that was submitted: thanks, what the host shows of the results, and the answers. */

import { html, nothing } from "./lit.js";
import type { ChatClient, Results, SurveySnapshot } from "../index.js";
import { shownText } from "./controls/index.js";
import { inputOf } from "./controls/input.js";
import { lib } from "./library.js";
import { isAsked, type Row, sectionsOf } from "./survey_rows.js";
import type { Texts } from "./texts.js";

interface Host {
  readonly texts: Texts;
  readonly chat: ChatClient;
  url(src: string | null | undefined): string;
  changed(): void;
}

/** The results by survey document: null while they are loaded, or if the user is shown none. */
const loadedResults = new WeakMap<object, Results | null>();

function resultsOf({ id, survey }: SurveySnapshot, { chat, changed }: Host): Results | null {
  if (survey && !loadedResults.has(survey)) {
    loadedResults.set(survey, null);
    chat.surveyResults(id).then(
      (results) => {
        loadedResults.set(survey, results);
        changed();
      },
      () => {},
    );
  }
  return (survey && loadedResults.get(survey)) ?? null;
}

function scores(results: Results, texts: Texts): unknown {
  const all = Object.entries(results.scores ?? {}).filter(([, value]) => value !== null);
  if (!all.length) return nothing;
  return html`<dl class="scores">
    ${all.map(([name, value]) => {
      const band = results.bands?.[name];
      const label = results.labels?.[name] ?? name.replaceAll("_", " ");
      return html`<div>
        <dt dir="auto">${label}</dt>
        <dd>
          ${texts.number(value as number)} ${band ? html`<span dir="auto">${band.label}</span>` : nothing}
        </dd>
      </div>`;
    })}
  </dl>`;
}

function answerOf({ answer, question }: Row, { texts, url }: Host): unknown {
  const item = answer?.item;
  if (!item) return html`<span class="hint">${texts.get("not_answered")}</span>`;
  const input = inputOf(question, { answers: item.answers, text: lib().plainText(item) });
  return html`<span dir="auto">${shownText({ question, input, texts })}</span> ${item.attachments_data.map(
      ({ src, thumbnail, title }) => {
        const small = url((thumbnail as { src?: string } | null)?.src ?? src);
        return small ? html`<img src=${small} alt=${title ?? ""} />` : html`<span dir="auto">${title}</span>`;
      },
    )}`;
}

/** Draw a survey that was submitted. */
export function doneView(shown: SurveySnapshot, rows: readonly Row[], host: Host): unknown {
  const { texts } = host;
  const results = resultsOf(shown, host);
  const submitted = new Date(shown.survey?.submitted ?? 0);
  return html`
    <div class="done" tabindex="-1">
      <p class="thanks">${texts.get("thanks")}</p>
      <p class="hint">
        ${texts.get("submitted_at", { when: texts.date(submitted, { dateStyle: "long", timeStyle: "short" }) })}
      </p>
      ${results ? scores(results, texts) : nothing}
    </div>
    ${sectionsOf(rows).map(
      ({ group, rows: own }) =>
        html`<section>
          ${group ? html`<h3 dir="auto">${group.name}</h3>` : nothing}
          <dl class="answers">
            ${own.filter(isAsked).map(
              (row) =>
                html`<div>
                  <dt dir="auto">${row.question.text}</dt>
                  <dd>${answerOf(row, host)}</dd>
                </div>`,
            )}
          </dl>
        </section>`,
    )}
  `;
}
