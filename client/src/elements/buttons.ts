/** Buttons with a text. */

import { html, type TemplateResult } from "./lit.js";

/** Draw a button; it looks like a link unless `kind` is another class. */
export function textButton(text: string, act: () => unknown, kind = "link"): TemplateResult {
  return html`<button type="button" class=${kind} @click=${act}>${text}</button>`;
}
