/** What the editor uses of Lit. */

export { html, nothing, render, type TemplateResult } from "lit/html.js";
export { repeat } from "lit/directives/repeat.js";
