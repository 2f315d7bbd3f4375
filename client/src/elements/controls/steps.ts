/** Steps that ask nothing: one is confirmed, the others only say something. */

import { html } from "../lit.js";
import type { Control } from "./control.js";

export const stepControl: Control = {
  isSilent: "survey",
  // The question is no label of the button, which would be called like it.
  isGroup: true,
  sendsItself: () => true,
  draft: () => ({}),
  view: (asked) =>
    html`<button id="control" class="primary" aria-disabled=${asked.isWaiting} @click=${() => asked.send()}>
      ${asked.t("go_on")}
    </button>`,
};

export const silentControl: Control = { isSilent: "always", view: () => "", draft: () => null };
