/** What the elements use of Lit: the only module that imports it, so that the build can put it in front of them. */

export { html, noChange, nothing, render, type TemplateResult } from "lit/html.js";
export { type ChildPart, Directive, directive } from "lit/directive.js";
export { insertPart, removePart, setChildPartValue } from "lit/directive-helpers.js";
