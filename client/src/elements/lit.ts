/** What the elements use of Lit: the only module that imports it, so that the build can put it in front of them. */

export {
  css,
  type CSSResultGroup,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  render,
  type TemplateResult,
} from "lit";
export { guard } from "lit/directives/guard.js";
export { repeat } from "lit/directives/repeat.js";
