/** What is entered: from a stored answer, and from the answer that the question suggests. */

import { chosenText } from "./choice.js";
import type { Input, Question, StoredAnswer } from "./control.js";

export const emptyInput: Input = { answers: [], text: "", files: [] };

/** Return what the control shows of a stored answer. The text of a choice begins with those of the chosen answers. */
export function inputOf(question: Question, value: StoredAnswer | null): Input {
  const { answers = [], text = "" } = value ?? {};
  if (!answers.length) return { ...emptyInput, text };
  const chosen = chosenText(question, answers);
  const typed = text === chosen ? "" : text.startsWith(`${chosen}, `) ? text.slice(chosen.length + 2) : text;
  return { ...emptyInput, answers, text: question.choice_open ? typed : "" };
}

/** Return what the question suggests as its answer; null if that is nothing. */
export function suggestionOf({ answers, default: suggested }: Question): Input | null {
  if (suggested === undefined || suggested === null) return null;
  if (!answers.length) return { ...emptyInput, text: String(suggested) };
  const values: unknown[] = Array.isArray(suggested) ? suggested : [suggested];
  const chosen = answers.filter(({ text, value }) => values.includes(value ?? text)).map(({ id }) => id);
  return chosen.length ? { ...emptyInput, answers: chosen } : null;
}
