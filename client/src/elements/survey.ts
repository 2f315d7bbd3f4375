/** The element that shows a survey. */

import { html, nothing } from "./lit.js";
import type { AnswerDraft, ChatClient, QueuedAnswer, Snapshot, SurveySnapshot } from "../index.js";
import { ChatElement } from "./base.js";
import type { Changes, PropertyDeclarations } from "./drawn.js";
import type { StoredAnswer, StoredFile } from "./controls/control.js";
import { confirmed } from "./dialogs.js";
import { sentenceOf } from "./errors.js";
import { keyed } from "./keyed.js";
import { lib, pageData } from "./library.js";
import { Pictures } from "./pictures.js";
import type { QuestionElement } from "./question.js";
import { doneView } from "./survey_done.js";
import {
  type Group,
  isAnswered,
  isAsked,
  layoutOf,
  type Page,
  pagesOf,
  type Problem,
  problemsOf,
  type Repeat,
  type Row,
  rowsOf,
  type Section,
  sectionsOf,
} from "./survey_rows.js";
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
export class SurveyElement extends ChatElement {
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
  #opened: { readonly client: ChatClient; readonly id: number } | null = null;
  #pictures: Pictures | null = null;
  #addresses: { url(src: string | null | undefined): string } | null = null;
  #rows: Row[] = [];
  #problems: Problem[] = [];
  #page = "";
  /** Whether the user has tried to submit: what is missing is shown from then on. */
  #isChecked = false;
  #isSubmitting = false;
  #error = "";
  #groupError: { readonly group: number; readonly text: string } | null = null;
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
      this.#addresses = { url: (src) => this.#pictures?.url(src) ?? "" };
      this.requestUpdate();
    });
    this.#addresses = this.#pictures;
    void this.#open();
  }

  protected override stopped(): void {
    this.#close();
    this.#pictures?.close();
  }

  async #open(): Promise<void> {
    const client = this.api;
    this.#error = "";
    if (this.survey === null) {
      const { schema } = this;
      if (schema === null) return;
      try {
        const id = await surveyOf(client, schema);
        if (schema === this.schema && client === this.chat) this.survey ??= id;
      } catch (error) {
        this.#fail(error);
      }
      // The change of the attribute opens it.
      return;
    }
    this.#close();
    this.#opened = { client, id: this.survey };
    await client.openSurvey(this.survey);
  }

  #close(): void {
    this.#opened?.client.closeSurvey(this.#opened.id);
    this.#opened = null;
    this.#page = "";
    this.#isChecked = this.#isSubmitting = false;
  }

  protected override willUpdate(changed: Changes): void {
    super.willUpdate(changed);
    if (this.chat && this.texts) {
      if (changed.has("schema") && !changed.has("survey") && changed.get("schema") !== undefined)
        this.survey = null;
      if ((this.#opened?.id ?? null) !== this.survey || (changed.has("schema") && this.survey === null))
        void this.#open();
    }
    this.#remember();
  }

  protected override updated(): void {
    const key = this.#focused?.key;
    if (!key || this.#element(key) || this.shadowRoot?.activeElement) return;
    // The question that had the focus is not asked any more: the next one has it.
    const row = this.#rows.slice(this.#focused?.at).find((one) => this.#element(one.key));
    this.#focused = null;
    if (row) this.#element(row.key)?.focusControl();
  }

  #remember(): void {
    const key = this.shadowRoot?.activeElement?.closest<HTMLElement>("[data-key]")?.dataset["key"];
    if (key) this.#focused = { key, at: this.#rows.findIndex((row) => row.key === key) };
    else if (this.shadowRoot?.activeElement) this.#focused = null;
  }

  #element(key: string): QuestionElement | null {
    return this.renderRoot.querySelector<QuestionElement>(`dca-question[data-key="${key}"]`);
  }

  #fail(error: unknown): void {
    this.#error = sentenceOf(error, this.words);
    this.requestUpdate();
  }

  protected view({ surveys, connection, queue }: Snapshot): unknown {
    const shown = this.survey === null ? undefined : surveys.get(this.survey);
    if (!shown?.isLoaded) return this.#loading(shown);
    this.#rows = rowsOf(shown);
    const title = html`<h2 dir="auto">${shown.schema?.name}</h2>`;
    if (shown.survey?.submitted) {
      const { words: texts, api: chat } = this;
      return html`${title}${doneView(shown, this.#rows, { texts, chat, url: (src) => this.#addresses?.url(src) ?? "", changed: () => this.requestUpdate() })}`;
    }
    this.#problems = problemsOf(shown, this.#rows);
    const queued = new Map(
      queue
        .map(({ data }) => data as QueuedAnswer)
        .filter(({ survey }) => survey === this.survey)
        .map((data) => [`${data.question}:${data.instance}`, data]),
    );
    const pages = pagesOf(this.#rows, layoutOf(this.layout, shown.schema?.groups ?? []));
    const at = Math.max(
      0,
      pages.findIndex(({ key }) => key === this.#page),
    );
    const page = pages[at];
    return html`
      <header>${title}${this.#progress()}</header>
      ${page ? this.#pageView(page, connection, queued) : nothing}
      <p class="error" aria-live="polite">${this.#error}</p>
      ${this.#problemList(pages)}
      <nav>
        ${
          at > 0
            ? html`<button type="button" @click=${() => this.#turn(pages[at - 1])}>${this.t("back")}</button>`
            : nothing
        }
        ${
          at < pages.length - 1
            ? html`<button type="button" class="primary" @click=${() => this.#turn(pages[at + 1])}>
                ${this.t("next")}
              </button>`
            : html`<button
                type="button"
                class="primary"
                aria-disabled=${this.#isSubmitting ? "true" : "false"}
                @click=${() => this.#submit()}
              >
                ${this.t(this.#isSubmitting ? "sending" : "submit")}
              </button>`
        }
      </nav>
    `;
  }

  #loading(shown: SurveySnapshot | undefined): unknown {
    const { error } = shown ?? {};
    const sentence = error ? sentenceOf(error, this.words) : this.#error;
    if (!sentence) return html`<div class="loading" aria-busy="true"></div>`;
    const again = () => (shown ? this.chat?.openSurvey(shown.id) : this.#open());
    return this.failure(sentence, again);
  }

  #progress(): unknown {
    const asked = this.#rows.filter(isAsked);
    const done = asked.filter(isAnswered).length;
    const text = this.t("answered_of", { done, all: asked.length });
    return html`<div class="progress">
      <progress max=${asked.length || 1} value=${done} aria-label=${text}></progress>
      <span aria-hidden="true">${text}</span>
    </div>`;
  }

  #pageView(
    { key, sections }: Page,
    connection: Snapshot["connection"],
    queued: ReadonlyMap<string, QueuedAnswer>,
  ): unknown {
    return html`<div class="page" data-page=${key}>
      ${keyed(
        sections,
        (section) => section.key,
        (section, at) =>
          this.#section(section, sections[at - 1], (row) => this.#row(row, connection, queued)),
      )}
    </div>`;
  }

  #section(section: Section, before: Section | undefined, draw: (row: Row) => unknown): unknown {
    const { group, instance, rows } = section;
    const own = sectionsOf(this.#rows).filter((other) => other.group === group);
    const texts = group?.instances?.find((one) => one.instance === instance)?.text;
    const place = own.findIndex(({ key }) => key === section.key) + 1;
    const numbered = texts ?? this.t("instance", { name: group?.name ?? "", place });
    const name = instance ? numbered : (group?.name ?? "");
    const isLast = group?.repeat && own.at(-1)?.rows.at(-1)?.key === rows.at(-1)?.key;
    return html`<section aria-label=${name || nothing}>
      ${
        name
          ? html`<div class="title">
              <h3 dir="auto" tabindex="-1">${name}</h3>
              ${group && instance ? this.#remover(group, instance, own.length, name) : nothing}
            </div>`
          : nothing
      }
      ${
        group?.text && !texts && before?.group !== group
          ? html`<p class="about" dir="auto">${group.text}</p>`
          : nothing
      }
      ${keyed(
        rows.filter(({ isEmpty }) => !isEmpty),
        ({ key }) => key,
        draw,
      )}
      ${group && isLast ? this.#adder(group, instance ? own.length : 0) : nothing}
    </section>`;
  }

  #remover(group: Group, instance: number, count: number, name: string): unknown {
    const { count: isCounted, min } = group.repeat as Repeat;
    if (isCounted || count <= (min ?? 1)) return nothing;
    return html`<button type="button" class="link" @click=${() => this.#remove(group, instance, name)}>
      ${this.t("remove")}<span class="unseen">: ${name}</span>
    </button>`;
  }

  #adder(group: Group, count: number): unknown {
    const { count: isCounted, max } = group.repeat as Repeat;
    if (isCounted) return nothing;
    return html`<div class="more">
      ${
        count < (max ?? Infinity)
          ? html`<button type="button" @click=${() => this.#add(group)}>
              + <span dir="auto">${this.t("add_instance", { name: group.name })}</span>
            </button>`
          : nothing
      }
      <p class="error" aria-live="polite">
        ${this.#groupError?.group === group.id ? this.#groupError.text : ""}
      </p>
    </div>`;
  }

  async #add(group: Group): Promise<void> {
    const { id, client } = this.#opened ?? {};
    if (id === undefined || !client) return;
    await this.#grouped(group, async () => {
      const instance = await client.addInstance(id, group.id);
      await this.updateComplete;
      const row = this.#rows.find((one) => one.group?.id === group.id && one.instance === instance);
      if (row) this.#element(row.key)?.focusControl();
    });
  }

  async #remove(group: Group, instance: number, name: string): Promise<void> {
    const { id, client } = this.#opened ?? {};
    const texts = this.words;
    if (id === undefined || !client) return;
    const root = this.renderRoot;
    if (!(await confirmed(root, this.t("remove_instance", { name }), this.t("remove"), texts))) return;
    await this.#grouped(group, async () => {
      await client.removeInstance(id, group.id, instance);
      this.announce(this.t("removed"));
    });
  }

  async #grouped(group: Group, change: () => Promise<void>): Promise<void> {
    this.#groupError = null;
    try {
      await change();
    } catch (error) {
      const [code] = error instanceof lib().ApiError ? (error.fields["instances"] ?? []) : [];
      const text = code ? this.t(`instances_${code.toLowerCase()}`) : sentenceOf(error, this.words);
      this.#groupError = { group: group.id, text };
    }
    this.requestUpdate();
  }

  #row(row: Row, connection: Snapshot["connection"], queued: ReadonlyMap<string, QueuedAnswer>): unknown {
    const { key, question, instance, answer } = row;
    const send = ({ detail: { draft } }: CustomEvent<{ draft: AnswerDraft }>) => {
      // What was refused had files that are not in the control any more.
      const kept = draft.confirm ? answer?.refused?.draft : null;
      this.#answer(row, { ...kept, ...draft });
    };
    return html`<div class="row">
      <dca-question
        data-key=${key}
        layout="survey"
        .question=${question}
        .instance=${instance}
        .value=${valueOf(row, queued.get(key))}
        .texts=${this.texts}
        .limits=${pageData()}
        .explanations=${this.#explanations(row)}
        .canConfirm=${answer?.refused?.canConfirm ?? false}
        .canSkip=${false}
        .pictures=${this.#addresses}
        @answer=${send}
        @clear=${() => this.#answer(row, null)}
        @file-remove=${({ detail }: CustomEvent<StoredFile>) => this.#removeFile(row, detail)}
      ></dca-question>
      ${isAsked(row) ? this.#mark(row, connection) : nothing}
    </div>`;
  }

  #mark({ answer }: Row, connection: Snapshot["connection"]): unknown {
    const { saving, saved, refused } = answer ?? {};
    const percent = saving?.progress ? ` ${this.texts?.number(saving.progress, { style: "percent" })}` : "";
    const state = refused
      ? "not_accepted"
      : !saving
        ? saved && "saved"
        : saving.state === "sending" || connection === "online"
          ? "saving"
          : "queued";
    const reason = refused && !refused.explanations.length ? sentenceOf(refused.error, this.words) : "";
    return html`<p class="mark ${state || ""}">${state ? this.t(state) + percent : ""} ${reason}</p>`;
  }

  #explanations(row: Row): unknown {
    if (row.answer?.refused) return row.answer.refused.explanations;
    return this.#problems
      .filter((problem) => problem.row === row && (problem.kind !== "missing" || this.#isChecked))
      .map((problem) => ({ field: "", code: "CONSTRAINT", text: this.#reason(problem), expected: null }));
  }

  #reason({ text, kind, row }: Problem): string {
    if (kind === "missing") return row.question.required_message || this.t("missing");
    return text ?? this.t("fits_no_longer");
  }

  #answer({ question, instance }: Row, draft: AnswerDraft | null): void {
    const { client, id } = this.#opened ?? {};
    if (!client || id === undefined) return;
    const { done } = draft
      ? client.answer(id, question.id, draft, instance)
      : client.clearAnswer(id, question.id, instance);
    // What is refused is in the state.
    done.catch(() => {});
  }

  #removeFile(row: Row, file: StoredFile): void {
    const { client, id } = this.#opened ?? {};
    const item = row.answer?.item;
    if (!client || id === undefined || !item) return;
    if (item.attachments_data.length > 1)
      client.removeAnswerFile(id, item, file.id).catch((error: unknown) => this.#fail(error));
    else this.#answer(row, null);
  }

  #problemList(pages: readonly Page[]): unknown {
    const shown = this.#isChecked ? this.#problems : [];
    if (!shown.length) return nothing;
    const show = async ({ row }: Problem) => {
      const page = pages.find(({ sections }) => sections.some(({ rows }) => rows.includes(row)));
      if (page) await this.#turn(page, row.key);
    };
    return html`<section class="problems" tabindex="-1" aria-labelledby="problems">
      <h3 id="problems">${this.t("problems")}</h3>
      <ul>
        ${shown.map(
          (problem) =>
            html`<li>
              <button type="button" class="link" dir="auto" @click=${() => show(problem)}>
                ${problem.row.question.text}
              </button>
              <span dir="auto">${this.#reason(problem)}</span>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  /** Store what is in the fields. */
  #save(): void {
    for (const question of this.renderRoot.querySelectorAll<QuestionElement>("dca-question")) question.save();
  }

  async #turn(page: Page | undefined, key?: string): Promise<void> {
    if (!page) return;
    this.#save();
    this.#page = page.key;
    this.requestUpdate();
    await this.updateComplete;
    const heading = this.renderRoot.querySelector<HTMLElement>("section h3[tabindex]");
    const first = this.renderRoot.querySelector<QuestionElement>("dca-question:last-of-type");
    if (key) this.#element(key)?.focusControl();
    else if (heading && layoutOf(this.layout, []) !== "question") heading.focus();
    else first?.focusControl();
    if (!key) this.scrollIntoView({ block: "start" });
  }

  async #submit(): Promise<void> {
    const { client, id } = this.#opened ?? {};
    if (this.#isSubmitting || !client || id === undefined) return;
    this.#save();
    this.#error = "";
    this.#isChecked = true;
    this.#isSubmitting = true;
    this.requestUpdate();
    await this.updateComplete;
    try {
      if (this.#problems.every(({ kind }) => kind === "warning")) {
        await client.submitSurvey(id);
        this.announce(this.t("thanks"));
        this.emit("survey-done", { survey: id });
      }
    } catch (error) {
      const isIncomplete = error instanceof lib().ApiError && "state" in error.fields;
      if (isIncomplete) await client.reloadSurvey(id);
      this.#error = isIncomplete ? this.t("not_complete") : sentenceOf(error, this.words);
    }
    this.#isSubmitting = false;
    this.requestUpdate();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".problems, .done")?.focus();
  }
}

/** Return what the control shows: what waits to be sent, what was refused, or what is stored. */
function valueOf({ answer }: Row, queued: QueuedAnswer | undefined): StoredAnswer | null {
  const { item, refused } = answer ?? {};
  const draft = queued ? queued.draft : refused?.draft;
  if (draft === null || (!item && !draft)) return null;
  return {
    answers: draft?.answers ?? item?.answers ?? [],
    text: draft?.text ?? (item ? lib().plainText(item) : ""),
    files: item?.attachments_data ?? [],
  };
}
