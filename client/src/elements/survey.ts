/** The element that shows a survey. */

import { html, nothing } from "./lit.js";
import type { AnswerDraft, Snapshot, SurveySnapshot } from "../index.js";
import { ChatElement } from "./base.js";
import type { Changes, PropertyDeclarations } from "./drawn.js";
import type { StoredFile } from "./controls/control.js";
import { sentenceOf } from "./errors.js";
import { keyed } from "./keyed.js";
import { pageData } from "./library.js";
import { Pictures } from "./pictures.js";
import { markView, problemsView, progressView, reasonsFor, valueOf } from "./survey_answers.js";
import { doneView } from "./survey_done.js";
import { RoundsElement } from "./survey_rounds.js";
import { isAsked, layoutOf, pagesOf, problemsOf, type Row, rowsOf, undecidedOf } from "./survey_rows.js";
import { showing } from "./rooms.js";
import { surveyOf } from "./survey_start.js";

/**
 * A survey: answers are saved as they are given, and submitted at the end.
 *
 * @tagname dca-survey
 * @attr {number} survey - The id of the survey.
 * @attr {number} schema - The id of a schema, whose survey the element goes on with or starts.
 * @attr {"page"|"pages"|"question"} layout - All questions, a group after the other, or one question at a time; default:
 * `pages` where the schema has groups that are pages, else `page`.
 * @fires survey-done - The survey was submitted; `detail.survey` is its id.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 * @cssprop [--dca-accent] - As for `dca-thread`, like all others.
 */
export class SurveyElement extends RoundsElement {
  static override properties: PropertyDeclarations = {
    ...ChatElement.properties,
    survey: { type: Number, reflect: true },
    schema: { type: Number },
    layout: {},
  };
  static override sheets = ["dialogs", "survey"];

  declare survey: number | null;
  declare schema: number | null;
  declare layout: string | null;
  #pictures: Pictures | null = null;
  #shut = () => {};
  /** Where the addresses of pictures come from: another object when one is known, so that it is drawn. */
  #addresses = { url: (src: string | null | undefined) => this.#pictures?.url(src) ?? "" };
  #focused: { readonly key: string; readonly at: number } | null = null;

  constructor() {
    super();
    this.survey = null;
    this.schema = null;
    this.layout = null;
  }

  protected select({ surveys, connection }: Snapshot): readonly unknown[] {
    return [this.survey === null ? null : surveys.get(this.survey), connection];
  }

  protected override started(): void {
    const client = this.api;
    this.#pictures = new Pictures(client, () => {
      this.#addresses = { ...this.#addresses };
      this.requestUpdate();
    });
    void this.#open();
  }

  protected override stopped(): void {
    this.#close();
    this.#pictures?.close();
  }

  async #open(): Promise<void> {
    const client = this.api;
    this.error = "";
    if (this.survey === null) {
      const { schema } = this;
      if (schema === null) return;
      try {
        const id = await surveyOf(client, schema);
        if (schema === this.schema && client === this.chat) this.survey ??= id;
      } catch (error) {
        this.fail(error);
      }
      // The change of the attribute opens it.
      return;
    }
    this.#close();
    this.opened = { client, id: this.survey };
    const id = this.survey;
    this.#shut = showing(
      client,
      `survey:${id}`,
      () => client.openSurvey(id),
      () => client.closeSurvey(id),
    );
  }

  #close(): void {
    this.save();
    this.#shut();
    this.#shut = () => {};
    this.opened = null;
    this.page = "";
    this.at = 0;
    this.saving = new Set();
    this.isChecked = this.isGoing = false;
  }

  protected override willUpdate(changed: Changes): void {
    super.willUpdate(changed);
    if (this.chat && this.texts) {
      if (changed.has("schema") && !changed.has("survey") && changed.get("schema") !== undefined)
        this.survey = null;
      if ((this.opened?.id ?? null) !== this.survey || (changed.has("schema") && this.survey === null))
        void this.#open();
    }
    this.#remember();
  }

  protected override updated(): void {
    super.updated();
    const key = this.#focused?.key;
    if (!key || this.element(key) || this.shadowRoot?.activeElement) return;
    // The question that had the focus is not asked any more: the next one has it.
    const row = this.rows.slice(this.#focused?.at).find((one) => this.element(one.key));
    this.#focused = null;
    this.focusRow(row);
  }

  #remember(): void {
    const key = this.shadowRoot?.activeElement?.closest<HTMLElement>("[data-key]")?.dataset["key"];
    if (key) this.#focused = { key, at: this.rows.findIndex((row) => row.key === key) };
    else if (this.shadowRoot?.activeElement) this.#focused = null;
  }

  protected view({ surveys, connection, queue }: Snapshot): unknown {
    const shown = this.survey === null ? undefined : surveys.get(this.survey);
    if (!shown?.isLoaded) return this.#loading(shown);
    const { words: texts, api: chat } = this;
    this.rows = rowsOf(shown);
    const title = html`<h2 dir="auto">${shown.schema?.name}</h2>`;
    if (shown.survey?.submitted) {
      const host = { ...this.#addresses, texts, chat, changed: () => this.requestUpdate() };
      return html`${title}${doneView(shown, this.rows, host)}`;
    }
    this.problems = problemsOf(shown, this.rows);
    this.pages = pagesOf(this.rows, layoutOf(this.layout, shown.schema?.groups ?? []));
    const found = this.pages.findIndex(({ key }) => key === this.page);
    this.at = found < 0 ? Math.min(this.at, this.pages.length - 1) : found;
    const page = this.pages[this.at];
    this.page = page?.key ?? "";
    const row = (one: Row) => this.#row(one, connection, queue);
    return html`
      <header>${title}${progressView(this.rows, texts)}</header>
      <div class="page" data-page=${this.page}>
        ${keyed(
          page?.sections ?? [],
          (section) => section.key,
          (section, at) => this.section(section, page?.sections[at - 1], row),
        )}
      </div>
      <p class="error" aria-live="polite">${this.error}</p>
      ${problemsView(this.isChecked ? this.problems : [], texts, (one) => this.turn(this.pageOf(one), one.key))}
      ${this.#turns(undecidedOf(shown, this.rows))}
    `;
  }

  /** Draw the buttons. While it is open whether more questions follow, the survey does not ask to be submitted. */
  #turns(undecided: Row | undefined): unknown {
    const isEarly = undecided && !undecided.question.required && !undecided.answer?.saving;
    const submit = this.isGoing ? "sending" : !undecided ? "submit" : isEarly ? "submit_early" : "next";
    const label = this.isLast ? submit : "next";
    return html`<nav>
      ${this.at > 0 ? html`<button @click=${() => this.turn(this.at - 1)}>${this.t("back")}</button>` : nothing}
      <button
        class=${label === "submit_early" ? "next" : "next primary"}
        aria-disabled=${this.isHeld}
        @click=${() => this.goOn()}
      >
        ${this.t(label)}
      </button>
    </nav>`;
  }

  #loading(shown: SurveySnapshot | undefined): unknown {
    const { error } = shown ?? {};
    const sentence = error ? sentenceOf(error, this.words) : this.error;
    if (!sentence) return html`<div class="loading" aria-busy="true"></div>`;
    const again = () => (shown ? this.chat?.openSurvey(shown.id) : this.#open());
    return this.failure(sentence, again);
  }

  #row(row: Row, connection: Snapshot["connection"], queue: Snapshot["queue"]): unknown {
    const { key, question, instance, answer } = row;
    const send = ({ detail: { draft } }: CustomEvent<{ draft: AnswerDraft }>) => {
      // What was refused had files that are not in the control any more.
      const kept = draft.confirm ? answer?.refused?.draft : null;
      this.answer(row, { ...kept, ...draft });
    };
    return html`<div class="row">
      <dca-question
        data-key=${key}
        layout="survey"
        .question=${question}
        .instance=${instance}
        .value=${valueOf(row, this.survey, queue)}
        .texts=${this.texts}
        .limits=${pageData()}
        .explanations=${reasonsFor(row, this.problems, this.isChecked, this.words)}
        .canConfirm=${answer?.refused?.canConfirm ?? false}
        .pictures=${this.#addresses}
        @answer=${send}
        @clear=${() => this.answer(row, null)}
        @file-remove=${({ detail }: CustomEvent<StoredFile>) => this.removeFile(row, detail)}
      ></dca-question>
      ${isAsked(row) ? markView(row, connection, this.words) : nothing}
    </div>`;
  }
}
