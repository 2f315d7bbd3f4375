/** Sending answers of surveys, through the queue. */

import { type Page, resultsOf, type SurveyItem } from "./documents.js";
import { ApiError } from "./errors.js";
import { fileForm, formOf } from "./messages.js";
import type { Sender } from "./queue_items.js";
import type { Requests } from "./requests.js";
import type { StoredItem } from "./storage.js";
import type { AnswerDraft, QueuedAnswer, SurveyAnswer } from "./survey_types.js";

type SendOptions = Parameters<Sender["send"]>[1];
/** An answer as a response has it: the response to a new one has the state of the survey. */
export type StoredAnswer = SurveyAnswer & Partial<Pick<SurveyItem, "survey_data">>;

const EXPLAIN = { explain: true };

export class AnswerSender implements Sender {
  /** By id in the queue: how many files the answer had before. A response may have been lost since. */
  readonly #filesBefore = new Map<string, number>();

  constructor(
    private readonly requests: Requests,
    private readonly known: (answer: QueuedAnswer) => SurveyAnswer | undefined,
    private readonly onStored: (answer: QueuedAnswer, item: StoredAnswer | null) => void,
  ) {}

  async send(item: StoredItem, options: SendOptions): Promise<StoredAnswer | null> {
    const answer = item.data as QueuedAnswer;
    const { draft } = answer;
    const isRetry = this.#filesBefore.has(item.id);
    const known =
      (isRetry ? null : this.known(answer)) ?? (isRetry || !draft ? await this.#find(answer) : null);
    if (!draft) return this.#delete(answer, known);
    if (!isRetry) this.#filesBefore.set(item.id, known?.attachments_data.length ?? 0);
    try {
      return await (known
        ? this.#change(item.id, answer, draft, known, options)
        : this.#create(answer, draft, options));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Another page has deleted it.
      if (known && error.status === 404) return this.#create(answer, draft, options);
      // Another page has answered the question, or the response to the same request was lost.
      const isThere = error.fields["related_question"]?.includes("ALREADY_ANSWERED");
      const found = isThere ? await this.#find(answer) : null;
      if (!found) throw error;
      if (!isRetry) this.#filesBefore.set(item.id, found.attachments_data.length);
      return this.#change(item.id, answer, draft, found, options);
    }
  }

  async #find({ survey, question, instance }: QueuedAnswer): Promise<SurveyAnswer | null> {
    const query = { related_question: question };
    const items = await this.requests.request<Page<SurveyAnswer>>("GET", `surveys/${survey}/items`, {
      query,
    });
    return resultsOf(items).find((item) => (item.instance ?? 0) === instance) ?? null;
  }

  #create(answer: QueuedAnswer, draft: AnswerDraft, options: SendOptions): Promise<StoredAnswer> {
    const { files = [], ...rest } = draft;
    const { survey, question, instance } = answer;
    const body = { ...rest, related_question: question, ...(instance ? { instance } : {}) };
    const content = files.length ? { form: formOf(body, files), onProgress: options.onProgress } : { body };
    return this.requests.request<StoredAnswer>("POST", `surveys/${survey}/items`, {
      ...content,
      query: EXPLAIN,
      signal: options.signal,
    });
  }

  async #change(
    id: string,
    { survey }: QueuedAnswer,
    draft: AnswerDraft,
    known: SurveyAnswer,
    { signal, onProgress }: SendOptions,
  ): Promise<StoredAnswer> {
    const path = `surveys/${survey}/items/${known.id}`;
    const { files = [], ...body } = draft;
    // Files that the server has already: their response was lost.
    const there = Math.max(0, known.attachments_data.length - (this.#filesBefore.get(id) ?? 0));
    for (const [at, file] of files.entries()) {
      if (at < there) continue;
      await this.requests.request("POST", `${path}/attachments`, {
        form: fileForm(file),
        query: { ...EXPLAIN, confirm: draft.confirm },
        signal,
        onProgress: (part) => onProgress((at + part) / files.length),
      });
    }
    const isOnlyFiles = files.length > 0 && body.text === undefined && body.answers === undefined;
    return isOnlyFiles
      ? this.requests.request<StoredAnswer>("GET", path, { signal })
      : this.requests.request<StoredAnswer>("PATCH", path, { body, query: EXPLAIN, signal });
  }

  async #delete({ survey }: QueuedAnswer, known: SurveyAnswer | null): Promise<null> {
    try {
      if (known) await this.requests.request("DELETE", `surveys/${survey}/items/${known.id}`);
    } catch (error) {
      if ((error as ApiError).status !== 404) throw error;
    }
    return null;
  }

  stored(item: StoredItem, result: unknown): void {
    this.#filesBefore.delete(item.id);
    this.onStored(item.data as QueuedAnswer, result as StoredAnswer | null);
  }

  hasMovedOn(item: StoredItem): boolean {
    // It is refused for good.
    this.#filesBefore.delete(item.id);
    return false;
  }
}
