/** How the elements look: everything comes from custom properties that pages can set. */

import { css } from "lit";

/** The tokens, and what all elements use: buttons, fields, notices. */
export const shared = css`
  :host {
    --_accent: var(--dca-accent, light-dark(#1f5fbf, #8fb8ff));
    --_accent-text: var(--dca-accent-text, light-dark(#fff, #0b1626));
    --_background: var(--dca-background, light-dark(#fff, #15181d));
    --_surface: var(--dca-surface, light-dark(#f3f5f8, #20252c));
    --_text: var(--dca-text, light-dark(#1a1f27, #eceff4));
    --_muted: var(--dca-muted, light-dark(#56606e, #a7b1bf));
    --_border: var(--dca-border, light-dark(#d5dbe3, #39414c));
    --_control: light-dark(#7b8694, #76818f);
    --_danger: var(--dca-danger, light-dark(#b3261e, #ffb4ab));
    --_radius: var(--dca-radius, 14px);
    --_own: var(--dca-bubble-own, light-dark(#1f5fbf, #2c4f86));
    --_own-text: var(--dca-bubble-own-text, #fff);
    --_other: var(--dca-bubble-other, light-dark(#eef1f5, #262c35));
    display: block;
    box-sizing: border-box;
    background: var(--_background);
    color: var(--_text);
    font: 400 1rem/1.45 var(--dca-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
    -webkit-text-size-adjust: 100%;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  :host([theme="auto"]) {
    color-scheme: light dark;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }
  /* Phones zoom in on smaller fields. */
  input,
  select,
  textarea {
    font-size: max(16px, 1rem);
    min-height: 44px;
    max-width: 100%;
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--_control);
    border-radius: calc(var(--_radius) * 0.7);
    background: var(--_background);
  }
  button {
    min-height: 44px;
    padding: 0.5rem 1rem;
    border: 1px solid var(--_control);
    border-radius: calc(var(--_radius) * 0.7);
    background: var(--_background);
    cursor: pointer;
    touch-action: manipulation;
  }
  button:hover:not(:disabled) {
    background: var(--_surface);
  }
  button.primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_accent-text);
    font-weight: 600;
  }
  button.primary:hover:not(:disabled) {
    background: color-mix(in srgb, var(--_accent) 88%, var(--_text));
  }
  button.plain {
    border-color: transparent;
    background: none;
  }
  button.link {
    min-height: 24px;
    padding: 0 0.25rem;
    border: 0;
    background: none;
    color: var(--_accent);
    text-decoration: underline;
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  button[aria-disabled="true"] {
    cursor: default;
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  a {
    color: var(--_accent);
  }
  .icon {
    width: 1.4em;
    height: 1.4em;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
    vertical-align: -0.3em;
  }
  [dir="rtl"] .icon.turns {
    transform: scaleX(-1);
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    padding: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
    border: 0;
  }
  .notice {
    margin: 0;
    padding: 0.75rem 1rem;
    background: var(--_surface);
    color: var(--_text);
    text-align: center;
  }
  .error {
    margin: 0.25rem 0 0;
    color: var(--_danger);
  }
  .hint {
    margin: 0.25rem 0;
    color: var(--_muted);
    font-size: 0.9rem;
  }
  .loading {
    min-height: 8rem;
  }
  @media (prefers-contrast: more) {
    :host {
      --_muted: var(--_text);
      --_border: var(--_text);
      --_control: var(--_text);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
  @media (forced-colors: active) {
    button.primary {
      border-width: 2px;
    }
  }
`;
