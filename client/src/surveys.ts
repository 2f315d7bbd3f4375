/** The surveys that are open, and what the user does with them. */

import type { AccountId } from "./credentials.js";
import type { NewInstance, Results, Survey, SurveyCreate } from "./documents.js";
import { ApiError } from "./errors.js";
import { newUuid } from "./ids.js";
import type { Outbox } from "./outbox.js";
import type { QueueItem } from "./queue_items.js";
import type { Requests } from "./requests.js";
import { sharedMap } from "./sharing.js";
import { AnswerSender, type StoredAnswer } from "./survey_sender.js";
import { SurveyState } from "./survey_state.js";
import {
  ANSWER,
  type AnswerDraft,
  type Answering,
  answerKey,
  type QueuedAnswer,
  type SurveyAnswer,
  surveyLane,
  type SurveySnapshot,
} from "./survey_types.js";

export class Surveys {
  readonly #open = new Map<number, SurveyState>();
  /** The answers of this page that the server has not accepted or refused yet. */
  readonly #answering = new Set<QueuedAnswer>();
  readonly #waiting: (() => void)[] = [];
  #shown: ReadonlyMap<number, SurveySnapshot> = new Map();

  constructor(
    private readonly requests: Requests,
    private readonly outbox: Outbox,
    private readonly account: AccountId,
    private readonly changed: () => void,
  ) {
    const known = ({ survey, question, instance }: QueuedAnswer) =>
      this.#open.get(survey)?.item(question, instance);
    outbox.register(ANSWER, new AnswerSender(requests, known, (answer, item) => this.#stored(answer, item)));
  }

  /** Return the open surveys; the same map until one of them changes. */
  snapshot(queue: readonly QueueItem[]): ReadonlyMap<number, SurveySnapshot> {
    const all = new Map([...this.#open].map(([id, state]) => [id, state.snapshot(queue)]));
    this.#shown = sharedMap(this.#shown, all);
    return this.#shown;
  }

  async start(schema: number, body: Partial<SurveyCreate>): Promise<Survey> {
    const path = `accounts/${this.account}/surveys`;
    return this.requests.request<Survey>("POST", path, { body: { client_id: newUuid(), ...body, schema } });
  }

  async open(id: number): Promise<void> {
    const known = this.#open.get(id);
    const state = known ?? new SurveyState(id, this.requests, this.changed);
    this.#open.set(id, state);
    if (!known || known.error) await state.load();
  }

  async reload(id: number): Promise<void> {
    await this.#open.get(id)?.load();
  }

  close(id: number): void {
    this.#open.delete(id);
    this.changed();
  }

  /** Load what could not be loaded without a connection. */
  resume(): void {
    for (const state of this.#open.values()) {
      if (state.error) void state.load();
      else void this.#follow(state);
    }
  }

  answer(survey: number, question: number, draft: AnswerDraft | null, instance: number): Answering {
    const id = newUuid();
    const lane = surveyLane(survey);
    const data: QueuedAnswer = { survey, question, instance, draft };
    this.#open.get(survey)?.noteRefusal(data);
    for (const item of this.#queued(survey)) {
      const other = item.data as QueuedAnswer;
      if (other.question !== question || other.instance !== instance) continue;
      // A refused answer, which this one stands for, or files that are to be deleted.
      if (item.refusal || (!draft && other.draft?.files)) void this.outbox.discard(item.id);
    }
    // Files are added: none stands for another.
    const key = draft?.files?.length ? "" : `${lane}:${answerKey(question, instance)}`;
    const done = this.outbox.add<SurveyAnswer | null>({ id, kind: ANSWER, lane, key, data });
    this.#answering.add(data);
    done
      .catch((error: unknown) => {
        const isKept = this.outbox.items.some((item) => item.id === id);
        if (error instanceof ApiError && !isKept) this.#refused(data, error);
      })
      .finally(() => {
        this.#answering.delete(data);
        this.queueChanged();
      });
    return { id, done };
  }

  #refused(answer: QueuedAnswer, error: ApiError): void {
    const state = this.#open.get(answer.survey);
    state?.noteRefusal(answer, error);
    // It was submitted meanwhile.
    if (error.fields["survey"]) void state?.load();
  }

  #stored(answer: QueuedAnswer, item: StoredAnswer | null): void {
    const { survey, question, instance } = answer;
    const state = this.#open.get(survey);
    if (!state) return;
    const { survey_data: changed, ...stored } = item ?? {};
    if (changed) state.takeSurvey(changed);
    state.takeItem(question, instance, item && (stored as SurveyAnswer));
    state.noteRefusal(answer);
    state.noteStored(changed !== undefined);
  }

  /** Go on with what waits for answers to be stored. Called after changes of the queue. */
  queueChanged(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
    for (const state of this.#open.values()) void this.#follow(state);
  }

  async #follow(state: SurveyState | undefined, hasState?: boolean): Promise<void> {
    if (hasState !== undefined) state?.noteStored(hasState);
    if (state && !this.#isSaving(state.id)) await state.follow();
  }

  #queued(survey: number): QueueItem[] {
    return this.outbox.items.filter(({ lane }) => lane === surveyLane(survey));
  }

  #isSaving(survey: number): boolean {
    const isAnswering = [...this.#answering].some((answer) => answer.survey === survey);
    return isAnswering || this.#queued(survey).some(({ refusal }) => !refusal);
  }

  /** Resolves when all answers of the survey are stored. Rejects with the refusal of one that is not. */
  async #saved(survey: number): Promise<void> {
    while (this.#isSaving(survey)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const kept = this.#queued(survey).find(({ refusal }) => refusal)?.refusal;
    if (kept) throw new ApiError(kept.status, kept.body);
    const [refused] = this.#open.get(survey)?.refused ?? [];
    if (refused) throw refused.error;
  }

  async addInstance(survey: number, group: number): Promise<number> {
    const path = `surveys/${survey}/groups/${group}/instances`;
    const { instance, survey_data: changed } = await this.requests.request<NewInstance>("POST", path);
    const state = this.#open.get(survey);
    state?.takeSurvey(changed);
    await this.#follow(state, true);
    return instance;
  }

  async removeInstance(survey: number, group: number, instance: number): Promise<void> {
    await this.requests.request("DELETE", `surveys/${survey}/groups/${group}/instances/${instance}`);
    const state = this.#open.get(survey);
    state?.dropInstance(group, instance);
    await this.#follow(state, false);
  }

  async removeFile(survey: number, item: SurveyAnswer, attachment: number, confirm: boolean): Promise<void> {
    const path = `surveys/${survey}/items/${item.id}`;
    await this.requests.request("DELETE", `${path}/attachments/${attachment}`, {
      query: { explain: true, confirm },
    });
    const changed = await this.requests.request<StoredAnswer>("GET", path);
    const { related_question: question, instance = 0 } = item;
    this.#stored({ survey, question, instance, draft: {} }, changed);
    this.queueChanged();
  }

  async submit(survey: number): Promise<Survey> {
    await this.#saved(survey);
    const submitted = await this.requests.request<Survey>("POST", `surveys/${survey}/submit`);
    this.#open.get(survey)?.takeSurvey(submitted);
    return submitted;
  }

  async results(survey: number): Promise<Results | null> {
    try {
      return await this.requests.request<Results>("GET", `surveys/${survey}/results`);
    } catch (error) {
      if ((error as ApiError).status === 403) return null;
      throw error;
    }
  }
}
