/** The elements: classes, and `define`, which gives them their names. */

import { ComposerElement } from "./composer.js";
import { registerControl } from "./controls/index.js";
import { LauncherElement } from "./launcher.js";
import { QuestionElement } from "./question.js";
import { SurveyElement } from "./survey.js";
import { ThreadElement } from "./thread.js";
import { ThreadsElement } from "./threads.js";

export { ChatElement } from "./base.js";
export type { Strings } from "./texts.js";
export type { Asked, Control, Input } from "./controls/control.js";
export { LauncherElement, QuestionElement, registerControl, SurveyElement, ThreadElement, ThreadsElement };

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "dca-launcher": LauncherElement,
  "dca-survey": SurveyElement,
  "dca-thread": ThreadElement,
  "dca-threads": ThreadsElement,
  "dca-composer": ComposerElement,
  "dca-question": QuestionElement,
};

/** Define each element whose name is not defined yet. */
export function define(): void {
  for (const [name, element] of Object.entries(ELEMENTS))
    if (!customElements.get(name)) customElements.define(name, element);
}
