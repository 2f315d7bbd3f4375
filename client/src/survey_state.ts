/** One survey that is open: its state, its texts and its answers. */

import { hasNext, type Page, resultsOf, type Schema, type Survey } from "./documents.js";
import { ApiError } from "./errors.js";
import type { QueueItem } from "./queue_items.js";
import type { Requests } from "./requests.js";
import { shared, sharedMap } from "./sharing.js";
import {
  ANSWER,
  type AnswerSnapshot,
  answerKey,
  type QueuedAnswer,
  type RefusedAnswer,
  refusedAnswer,
  type SurveyAnswer,
  type SurveySnapshot,
} from "./survey_types.js";
import { isBefore } from "./times.js";

const PAGE = 200;
/** The state of the survey and the question are not needed with each item. */
const FIELDS = "id,related_question,instance,answers,text,text_format,updated,attachments_data";

export class SurveyState {
  #survey: Survey | null = null;
  #schema: Schema | null = null;
  #items = new Map<string, SurveyAnswer>();
  readonly #refused = new Map<string, RefusedAnswer>();
  /** Answers that were stored (null: deleted) while the pages were being loaded. */
  #meanwhile: Map<string, SurveyAnswer | null> | null = null;
  #loading: Promise<void> | null = null;
  #isLoaded = false;
  #error: Error | null = null;
  /** Whether answers can change texts; null until somebody has to know. */
  #isDependent: boolean | null = null;
  /** Whether a stored answer can have changed texts, and the state. */
  #isStale = false;
  #hasOldState = false;
  #following: Promise<void> | null = null;
  #shown: SurveySnapshot | null = null;
  #queue: readonly QueueItem[] = [];
  /** The refusals of queued answers. */
  readonly #kept = new WeakMap<QueueItem, RefusedAnswer>();
  #answers: ReadonlyMap<string, AnswerSnapshot> = new Map();

  constructor(
    readonly id: number,
    private readonly requests: Requests,
    private readonly changed: () => void,
  ) {}

  get survey(): Survey | null {
    return this.#survey;
  }

  get error(): Error | null {
    return this.#error;
  }

  item(question: number, instance: number): SurveyAnswer | undefined {
    return this.#items.get(answerKey(question, instance));
  }

  get refused(): Iterable<RefusedAnswer> {
    return this.#refused.values();
  }

  /** Load the survey with all its answers. Simultaneous calls share the requests. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
      this.touch();
    });
    this.touch();
    return this.#loading;
  }

  async #load(): Promise<void> {
    this.#meanwhile = new Map();
    try {
      await this.#loadSurvey();
      const [, items] = await Promise.all([this.#loadSchema(), this.#loadItems()]);
      for (const [key, item] of this.#meanwhile) {
        if (item) items.set(key, item);
        else items.delete(key);
      }
      this.#items = items;
      this.#isLoaded = true;
      this.#error = null;
    } catch (error) {
      this.#error = error as Error;
    } finally {
      this.#meanwhile = null;
    }
  }

  async #loadSurvey(): Promise<void> {
    this.takeSurvey(await this.requests.request<Survey>("GET", `surveys/${this.id}`));
  }

  async #loadSchema(): Promise<void> {
    const path = `schemas/${this.#survey?.schema}`;
    const schema = await this.requests.request<Schema>("GET", path, { query: { survey: this.id } });
    this.#schema = shared(this.#schema, schema);
    this.touch();
  }

  async #loadItems(): Promise<Map<string, SurveyAnswer>> {
    const items = new Map<string, SurveyAnswer>();
    for (let after = 0; ;) {
      const query = { limit: PAGE, id__gt: after, ordering: "id", fields: FIELDS };
      const path = `surveys/${this.id}/items`;
      const page = await this.requests.request<Page<SurveyAnswer>>("GET", path, { query });
      const rows = resultsOf(page);
      for (const row of rows) {
        const key = keyOf(row);
        items.set(key, shared(this.#items.get(key), row));
      }
      // A page can be shorter than its limit, because of its size.
      const last = rows.at(-1);
      if (!last || !hasNext(page)) return items;
      after = last.id;
    }
  }

  /** Take a document of a response, unless a later one is known; keys that it leaves out keep their values. */
  takeSurvey(survey: Partial<Survey> & Pick<Survey, "id" | "updated">): void {
    if (this.#survey && isBefore(survey.updated, this.#survey.updated)) return;
    this.#survey = shared(this.#survey, { ...this.#survey, ...survey } as Survey);
    this.touch();
  }

  /** Take a stored answer; null if it was deleted. */
  takeItem(question: number, instance: number, item: SurveyAnswer | null): void {
    const key = answerKey(question, instance);
    this.#meanwhile?.set(key, item);
    if (item) this.#items.set(key, item);
    else this.#items.delete(key);
    this.touch();
  }

  /** Drop the answers of a removed instance. */
  dropInstance(group: number, instance: number): void {
    const { questions = [] } = this.#schema?.groups.find(({ id }) => id === group) ?? {};
    for (const { id } of questions) {
      this.takeItem(id, instance, null);
      this.#refused.delete(answerKey(id, instance));
    }
  }

  /** Note the refusal of an answer; without an error, there is none any more. */
  noteRefusal({ question, instance, draft }: QueuedAnswer, error?: ApiError): void {
    const key = answerKey(question, instance);
    if (error) this.#refused.set(key, refusedAnswer(draft, error));
    else if (!this.#refused.delete(key)) return;
    this.touch();
  }

  /** Note that an answer was stored: texts can have changed, and the state too unless it came with the response. */
  noteStored(hasState: boolean): void {
    this.#isStale = true;
    this.#hasOldState ||= !hasState;
  }

  /** Load what stored answers can have changed. If that fails without a connection, the next call does it. */
  async follow(): Promise<void> {
    if (this.#isStale && this.#survey) this.#following ??= this.#follow();
    await this.#following;
  }

  async #follow(): Promise<void> {
    let hadOldState = false;
    try {
      while (this.#isStale) {
        hadOldState = this.#hasOldState;
        this.#isStale = this.#hasOldState = false;
        if (hadOldState) await this.#loadSurvey();
        if (await this.#dependsOnAnswers()) await this.#loadSchema();
      }
    } catch (error) {
      if ((error as ApiError).isTemporary) this.noteStored(!hadOldState);
    } finally {
      this.#following = null;
    }
  }

  /**
   * Return whether answers can change texts or suggested answers. Only named questions can suggest (their surveys have
   * `values`); texts depend on something if they differ from what the author wrote.
   */
  async #dependsOnAnswers(): Promise<boolean> {
    if (this.#survey?.state?.values) return true;
    if (this.#isDependent === null && this.#schema) {
      const written = await this.requests.request<Schema>("GET", `schemas/${this.#schema.id}`);
      this.#isDependent = shared(this.#schema, written) !== this.#schema;
    }
    return this.#isDependent ?? true;
  }

  touch(): void {
    this.#shown = null;
    this.changed();
  }

  /** Return what the survey shows; the same object until something changes. */
  snapshot(queue: readonly QueueItem[]): SurveySnapshot {
    const mine = queue.filter(
      ({ kind, data }) => kind === ANSWER && (data as QueuedAnswer).survey === this.id,
    );
    const known = this.#queue;
    const isSame = mine.length === known.length && mine.every((item, at) => isSameItem(item, known[at]));
    if (this.#shown && isSame) return this.#shown;
    this.#queue = mine.map((item) => known.find((other) => isSameItem(item, other)) ?? item);
    this.#answers = this.#answersNow();
    this.#shown = {
      id: this.id,
      survey: this.#survey,
      schema: this.#schema,
      answers: this.#answers,
      isLoaded: this.#isLoaded,
      isLoading: this.#loading !== null,
      error: this.#error,
    };
    return this.#shown;
  }

  #answersNow(): ReadonlyMap<string, AnswerSnapshot> {
    const saving = new Map<string, QueueItem>();
    const refused = new Map(this.#refused);
    for (const item of this.#queue) {
      const { question, instance, draft } = item.data as QueuedAnswer;
      const key = answerKey(question, instance);
      if (item.refusal) refused.set(key, this.#refusalOf(item, item.refusal, draft));
      else if (!saving.has(key)) saving.set(key, item);
    }
    const answers = new Map<string, AnswerSnapshot>();
    for (const key of new Set([...this.#items.keys(), ...saving.keys(), ...refused.keys()])) {
      const [question = 0, instance = 0] = key.split(":").map(Number);
      const now = {
        item: this.#items.get(key) ?? null,
        saving: saving.get(key) ?? null,
        refused: refused.get(key) ?? null,
      };
      const before = this.#answers.get(key);
      const isSame =
        before && before.item === now.item && before.saving === now.saving && before.refused === now.refused;
      const saved = now.item !== null && !now.saving && !now.refused;
      answers.set(key, isSame ? before : { question, instance, saved, ...now });
    }
    return sharedMap(this.#answers, answers);
  }

  #refusalOf(
    item: QueueItem,
    { status, body }: NonNullable<QueueItem["refusal"]>,
    draft: QueuedAnswer["draft"],
  ): RefusedAnswer {
    const refusal = this.#kept.get(item) ?? refusedAnswer(draft, new ApiError(status, body));
    this.#kept.set(item, refusal);
    return refusal;
  }
}

function keyOf({ related_question: question, instance }: SurveyAnswer): string {
  return answerKey(question, instance);
}

function isSameItem(one: QueueItem, other: QueueItem | undefined): boolean {
  return one.id === other?.id && one.state === other.state && one.progress === other.progress;
}
