/** The client of django-chat-api: REST and socket behind one state that views subscribe to. */

export { ChatClient } from "./client.js";
export type { Snapshot } from "./core.js";
export { createClient } from "./registry.js";
export type { AccountId, Auth, SessionAuth, TokenAuth } from "./credentials.js";
export { ApiError, type Explanation } from "./errors.js";
export type { ClientEvents } from "./events.js";
export type { LoggedMessage } from "./log.js";
export type { Draft, DraftFile, QueuedMessage, Sending } from "./messages.js";
export { type ClientOptions, type PageConfiguration, pageConfiguration } from "./options.js";
export type { QueueItem } from "./queue_items.js";
export type { AuthProblem, RequestOptions } from "./requests.js";
export type { RoomSnapshot } from "./room.js";
export type { Connection } from "./socket.js";
export { listKey, type ThreadListSnapshot, type ThreadQuery } from "./thread_lists.js";
export type { UnreadCounts, UnreadTotals } from "./unread.js";
export { answerKey } from "./survey_types.js";
export type {
  Answering,
  AnswerDraft,
  AnswerSnapshot,
  QueuedAnswer,
  RefusedAnswer,
  SurveyAnswer,
  SurveySnapshot,
} from "./survey_types.js";
export {
  LINK_REL,
  plainText,
  safeUrl,
  splitHighlight,
  splitLinks,
  type FormattedText,
  type HighlightPart,
  type TextPart,
} from "./text.js";
export type * from "./documents.js";
export { resultsOf } from "./documents.js";
export type { Frame } from "./frames.js";
