/** Icons. */

import { html, type TemplateResult } from "./lit.js";

/** Draw an icon: a path on a square of 24. */
export function icon(path: string): TemplateResult<1> {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d=${path}></path>
  </svg>`;
}
