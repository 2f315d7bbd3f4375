/** What tests of elements share. */

import strings from "../../src/elements/strings/en.json";
import { Texts } from "../../src/elements/texts.js";
import type { Question } from "../../src/index.js";

export const TEXTS = new Texts("en", strings);

/** Return a question with answers that have these texts and the ids 1, 2, 3. */
export function questionOf(
  type: string,
  texts: readonly string[] = [],
  more: Partial<Question> = {},
  exclusive: readonly number[] = [],
): Question {
  const answers = texts.map((text, at) => ({
    id: at + 1,
    text,
    exclusive: exclusive.includes(at + 1),
    meta: {},
    next_qid: -1,
    position: at,
    question: 7,
    variable_modifications: [],
  }));
  return {
    id: 7,
    qid: 1,
    type,
    text: "How are you?",
    answers,
    attachments: [],
    choice_open: false,
    forking_rules: [],
    group: null,
    has_attachments: false,
    meta: {},
    next_qid: null,
    position: 1,
    range_from: null,
    range_to: null,
    required: false,
    schema: 1,
    show_as_type: "",
    variable_modifications: [],
    ...more,
  };
}
