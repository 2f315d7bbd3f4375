/** What the user can do with surveys. */

import { ClientCore } from "./core.js";
import type { Results, Survey, SurveyCreate } from "./documents.js";
import type { AnswerDraft, Answering, SurveyAnswer } from "./survey_types.js";

export class SurveyClient extends ClientCore {
  /** Start a survey of a schema; `body` is that of POST `accounts/{id}/surveys`. Sending it twice starts one. */
  startSurvey(schema: number, body: Partial<SurveyCreate> = {}): Promise<Survey> {
    return this.surveys.start(schema, body);
  }

  /**
   * Open a survey: load it with its questions and all its answers. The result is in `getSnapshot().surveys`, until
   * `closeSurvey`. A failure is in its `error`; it is loaded again when the connection comes back.
   */
  openSurvey(id: number): Promise<void> {
    return this.surveys.open(id);
  }

  /** Load an open survey again: it can have been answered elsewhere. */
  reloadSurvey(id: number): Promise<void> {
    return this.surveys.reload(id);
  }

  /** Forget a survey. Its answers in the queue are sent. */
  closeSurvey(id: number): void {
    this.surveys.close(id);
  }

  /**
   * Answer a question (its `id`), or change its answer; `instance` is the number in its repeated group. It is sent when
   * there is a connection; until then, the last answer to a question stands for those before, except that files are
   * added. What the server refuses is in `refused` of the snapshot, with `explanations`.
   */
  answer(survey: number, question: number, draft: AnswerDraft, instance = 0): Answering {
    return this.surveys.answer(survey, question, draft, instance);
  }

  /** Delete the answer to a question, and everything about it in the queue. */
  clearAnswer(survey: number, question: number, instance = 0): Answering {
    return this.surveys.answer(survey, question, null, instance);
  }

  /** Remove a file of an answer. The last one cannot be removed: `clearAnswer` deletes the answer. */
  removeAnswerFile(survey: number, item: SurveyAnswer, attachment: number, confirm = false): Promise<void> {
    return this.surveys.removeFile(survey, item, attachment, confirm);
  }

  /** Add an instance to a repeated group (its `id`), and return its number. Rejects with `instances: TOO_MANY`. */
  addInstance(survey: number, group: number): Promise<number> {
    return this.surveys.addInstance(survey, group);
  }

  /** Remove an instance of a repeated group with its answers. Rejects with `instances: TOO_FEW`. */
  removeInstance(survey: number, group: number, instance: number): Promise<void> {
    return this.surveys.removeInstance(survey, group, instance);
  }

  /**
   * Close the survey for good, after everything that is queued of it is stored. Rejects with `state: NOT_COMPLETE`, or
   * with the refusal of an answer, which would be lost.
   */
  submitSurvey(survey: number): Promise<Survey> {
    return this.surveys.submit(survey);
  }

  /** Return values, scores, bands and flags, as far as the user is shown them; null if they are shown none. */
  surveyResults(survey: number): Promise<Results | null> {
    return this.surveys.results(survey);
  }
}
