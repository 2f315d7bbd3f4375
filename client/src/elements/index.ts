/** The elements: classes, and `define`, which gives them their names. */

import { ThreadElement } from "./thread.js";

export { ChatElement } from "./base.js";
export type { Strings } from "./texts.js";
export { ThreadElement };

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "dca-thread": ThreadElement,
};

/** Define each element whose name is not defined yet. */
export function define(): void {
  for (const [name, element] of Object.entries(ELEMENTS))
    if (!customElements.get(name)) customElements.define(name, element);
}
