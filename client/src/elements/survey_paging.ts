/** What the user does in a survey: they answer, turn pages, and submit it. */

import type { AnswerDraft, ChatClient } from "../index.js";
import { ChatElement } from "./base.js";
import type { StoredFile } from "./controls/control.js";
import { sentenceOf } from "./errors.js";
import type { QuestionElement } from "./question.js";
import { isAsked, type Page, type Problem, type Row } from "./survey_rows.js";

/** So long does "Next" wait for answers, in milliseconds: what cannot be stored now is stored later. */
const PATIENCE = 3_000;
/** A second tap follows the first within so many milliseconds. */
const DOUBLE_TAP = 400;

interface Opened {
  readonly client: ChatClient;
  readonly id: number;
}

/** A survey with pages. */
export abstract class PagingElement extends ChatElement {
  abstract layout: string | null;
  protected rows: readonly Row[] = [];
  protected opened: Opened | null = null;
  protected pages: readonly Page[] = [];
  protected problems: Problem[] = [];
  /** The page that is shown, and its place when it was drawn: its key can change. */
  protected page = "";
  protected at = 0;
  /** Whether the user has tried to submit: what is missing is shown from then on. */
  protected isChecked = false;
  /** Whether the user goes on as soon as the answers are saved. */
  protected isGoing = false;
  /** Whether the page was turned just now: the second tap on "Next" is none on "Submit", which stands in its place. */
  #hasTurned = false;
  protected error = "";
  /** Answers that are being saved. */
  protected saving = new Set<Promise<unknown>>();

  readonly #waiting: (() => void)[] = [];

  protected element(key: string): QuestionElement | null {
    return this.renderRoot.querySelector<QuestionElement>(`dca-question[data-key="${key}"]`);
  }

  protected fail(error: unknown): void {
    this.error = sentenceOf(error, this.words);
    this.requestUpdate();
  }

  protected answer({ key, question, instance }: Row, draft: AnswerDraft | null): void {
    // What is left in the field of a question that is not asked any more would be refused.
    if (!this.opened || !this.rows.some((row) => row.key === key)) return;
    const { client, id } = this.opened;
    const { done } = draft
      ? client.answer(id, question.id, draft, instance)
      : client.clearAnswer(id, question.id, instance);
    const saving = this.saving;
    saving.add(done);
    // What is refused is in the state.
    const ended = () => {
      saving.delete(done);
      this.requestUpdate();
    };
    done.then(ended, ended);
  }

  protected removeFile(row: Row, file: StoredFile): void {
    const item = row.answer?.item;
    if (!this.opened || !item) return;
    const { client, id } = this.opened;
    if (item.attachments_data.length > 1)
      client.removeAnswerFile(id, item, file.id).catch((error: unknown) => this.fail(error));
    else this.answer(row, null);
  }

  protected get isLast(): boolean {
    return this.at >= this.pages.length - 1;
  }

  /** Whether going on has to wait. */
  protected get isHeld(): boolean {
    return this.isGoing || (this.isLast && this.#hasTurned);
  }

  /** Store what is in the fields. */
  protected save(): void {
    for (const question of this.renderRoot.querySelectorAll<QuestionElement>("dca-question")) question.save();
  }

  /** Whether answers are not saved yet: of this page, or of before it was loaded again. */
  get #isSaving(): boolean {
    const lane = `survey:${this.opened?.id}`;
    const queued = this.api.getSnapshot().queue.some((item) => item.lane === lane && !item.refusal);
    return this.saving.size > 0 || queued;
  }

  /** Wait until the answers are saved; unless they must be, only for a while, and as long as there is a connection. */
  protected async settled(must = false): Promise<void> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = !must;
      this.#wake();
    }, PATIENCE);
    while (this.#isSaving && (must || (!isLate && this.api.getSnapshot().connection === "online")))
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    clearTimeout(timer);
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  protected override updated(): void {
    this.#wake();
  }

  protected focusRow(row: Row | undefined): void {
    if (row) this.element(row.key)?.focusControl();
  }

  protected pageOf(row: Row): number {
    return this.pages.findIndex(({ sections }) => sections.some(({ rows }) => rows.includes(row)));
  }

  protected async turn(at: number, key?: string): Promise<void> {
    this.save();
    this.page = this.pages[at]?.key ?? "";
    this.#hasTurned = true;
    setTimeout(() => {
      this.#hasTurned = false;
      this.requestUpdate();
    }, DOUBLE_TAP);
    this.requestUpdate();
    await this.updateComplete;
    const heading = this.renderRoot.querySelector<HTMLElement>("section h3[tabindex]");
    const first = this.renderRoot.querySelector<QuestionElement>("dca-question:last-of-type");
    if (key) this.element(key)?.focusControl();
    else if (heading && this.layout !== "question") heading.focus();
    else first?.focusControl();
    if (!key) this.scrollIntoView({ block: "start" });
  }

  /** Go on from what the user has seen: to what their answers have brought, else to the next page, else to the end. */
  protected async goOn(): Promise<void> {
    const opened = this.opened;
    if (!opened || this.isHeld) return;
    this.error = "";
    this.isGoing = true;
    try {
      await this.#advance(opened);
    } catch (error) {
      await opened.client.reloadSurvey(opened.id);
      this.error = sentenceOf(error, this.words);
    }
    this.isGoing = false;
    this.requestUpdate();
    await this.updateComplete;
    if (this.error) this.#focusOutcome();
  }

  #focusOutcome(): void {
    this.renderRoot.querySelector<HTMLElement>(".problems, .done")?.focus();
  }

  async #advance({ client, id }: Opened): Promise<void> {
    const page = this.page;
    const isLast = this.isLast;
    this.save();
    this.requestUpdate();
    // What was refused and is sent again is not refused now.
    await this.updateComplete;
    const seen = new Map(this.rows.map(({ key, answer }) => [key, Boolean(answer?.refused)]));
    await this.settled(isLast);
    // Responses to changed answers do not say what they lead to.
    if (isLast) await client.reloadSurvey(id);
    await this.updateComplete;
    // It was submitted elsewhere.
    if (this.renderRoot.querySelector(".done")) return this.#focusOutcome();
    // The user has gone back meanwhile, or the page shows another survey.
    if (page !== this.page || this.opened?.id !== id) return;
    // Asked only now, or refused only now.
    const isNew = ({ key, answer }: Row) =>
      seen.get(key) === undefined || (answer?.refused && !seen.get(key));
    const added = this.rows.find((row) => isAsked(row) && isNew(row));
    const at = added ? this.pageOf(added) : Infinity;
    if (added && at <= (isLast ? at : this.at)) return this.turn(at, added.key);
    if (!isLast) return this.turn(this.at + 1);
    this.isChecked = true;
    if (this.problems.every(({ kind }) => kind === "warning")) {
      await client.submitSurvey(id);
      this.emit("survey-done", { survey: id });
    }
    this.requestUpdate();
    await this.updateComplete;
    this.#focusOutcome();
  }
}
