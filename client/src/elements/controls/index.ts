/** The control of each type of questions. */

import { choice, multichoice } from "./choice.js";
import type { Control, Shown } from "./control.js";
import { date, datetime, time } from "./dates.js";
import { file } from "./files.js";
import { location } from "./location.js";
import { range } from "./range.js";
import { control, silent } from "./steps.js";
import { float, int, text } from "./text.js";

const controls = new Map<string, Control>(
  Object.entries({
    ...{ choice, multichoice, text, int, float, range, date, time, datetime, file, location, control },
    ...{ message: silent, fork: silent, calculation: silent },
  }),
);

/** Use a control for questions of a type: one of the host's, or another one for a type of ours. */
export function registerControl(type: string, control: Control): void {
  controls.set(type, control);
}

/** Return an answer as people read it. */
export function shownText(asked: Shown): string {
  return controlFor(asked.question.type).shown?.(asked) ?? asked.input.text;
}

/** Return the control for questions of a type; for unknown types a field for a text. */
export function controlFor(type: string): Control {
  return controls.get(type) ?? text;
}
