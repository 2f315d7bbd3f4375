/** Types of the client that the controls use. */

import type { ElementsPage } from "../library.js";

export type { AnswerDraft, Attachment, DraftFile, Question } from "../../index.js";

/** What the server accepts, as `{% chat_api_client %}` says. */
export type ElementsLimits = Partial<
  Pick<
    ElementsPage,
    "file_bytes_max" | "image_types" | "image_pixels_max" | "attachments_max" | "file_types" | "text_max"
  >
>;
