/** How surveys and their answers are shown. */

import type { Schema, Survey, SurveyItem } from "./documents.js";
import type { ApiError, Explanation } from "./errors.js";
import type { DraftFile } from "./messages.js";
import type { QueueItem } from "./queue_items.js";

/** A stored answer of a survey. */
export type SurveyAnswer = Pick<
  SurveyItem,
  "id" | "related_question" | "instance" | "text" | "updated" | "attachments_data"
> & {
  /** The ids of the chosen answers. */
  readonly answers: readonly number[];
  /** How `text` is written; see `plainText`. */
  readonly text_format?: string;
};

/** What the user answers. What is left out stays as it is stored. */
export interface AnswerDraft {
  /** The ids of the chosen answers; an empty list for none. */
  readonly answers?: readonly number[];
  /** The text as typed, not escaped. */
  readonly text?: string;
  /** Files that are added to the answer. */
  readonly files?: readonly DraftFile[];
  /** Accept the answer although constraints warn about it. */
  readonly confirm?: boolean;
}

/** An answer that the server does not accept. The answer that was stored before stays. */
export interface RefusedAnswer {
  /** What was refused; null if the answer was to be deleted. */
  readonly draft: AnswerDraft | null;
  readonly error: ApiError;
  readonly explanations: readonly Explanation[];
  /** Whether constraints only warn: the same answer with `confirm` is accepted. */
  readonly canConfirm: boolean;
}

/** One question of a survey, in one instance of its repeated group. */
export interface AnswerSnapshot {
  readonly question: number;
  /** The number of the instance; 0 outside of repeated groups. */
  readonly instance: number;
  /** The stored answer; null if there is none. */
  readonly item: SurveyAnswer | null;
  /** What is on its way to the server, with its progress; its `data` is a `QueuedAnswer`. */
  readonly saving: QueueItem | null;
  /** Whether everything that the user has answered here is stored. */
  readonly saved: boolean;
  /** The latest answer, if it was refused. */
  readonly refused: RefusedAnswer | null;
}

export interface SurveySnapshot {
  readonly id: number;
  /** The survey with its state; null until it is loaded. */
  readonly survey: Survey | null;
  /** The questions, with the texts and suggested answers of this survey; null until they are loaded. */
  readonly schema: Schema | null;
  /** The answers, by `answerKey` of their question and instance; a question without one has no entry. */
  readonly answers: ReadonlyMap<string, AnswerSnapshot>;
  readonly isLoaded: boolean;
  readonly isLoading: boolean;
  readonly error: Error | null;
}

/** The data of a queued answer. */
export interface QueuedAnswer {
  readonly survey: number;
  readonly question: number;
  readonly instance: number;
  /** Null deletes the answer. */
  readonly draft: AnswerDraft | null;
}

/** The id of an answer in the queue, and what becomes of it. */
export interface Answering {
  readonly id: string;
  /**
   * The stored answer; null if it was deleted, or if a later answer to the question has replaced it. Rejects if the
   * server refuses it or it is discarded.
   */
  readonly done: Promise<SurveyAnswer | null>;
}

/** Return the key of an answer in the snapshot of its survey. */
export function answerKey(question: number, instance = 0): string {
  return `${question}:${instance}`;
}

export const ANSWER = "survey-answer";

export function surveyLane(survey: number): string {
  return `survey:${survey}`;
}

export function refusedAnswer(draft: AnswerDraft | null, error: ApiError): RefusedAnswer {
  return { draft, error, explanations: error.explanations, canConfirm: error.canConfirm };
}
