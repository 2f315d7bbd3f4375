/** The control of each type of questions. */

import { choiceControls } from "./choice.js";
import type { Control, Shown } from "./control.js";
import { dateControls } from "./dates.js";
import { fileControl } from "./files.js";
import { locationControl } from "./location.js";
import { rangeControl } from "./range.js";
import { silentControl, stepControl } from "./steps.js";
import { numberControls, textControl } from "./text.js";

const controls = new Map<string, Control>(
  Object.entries({
    ...choiceControls,
    ...numberControls,
    ...dateControls,
    text: textControl,
    range: rangeControl,
    file: fileControl,
    location: locationControl,
    control: stepControl,
    message: silentControl,
    fork: silentControl,
    calculation: silentControl,
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
  return controls.get(type) ?? textControl;
}
