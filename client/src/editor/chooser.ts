/** A list of questions that is searched by their texts; the text of the chosen one follows edits. */

import { html, nothing, render, type TemplateResult } from "./lit.js";
import { END, type Question, shortened } from "./document.js";
import type { Editor } from "./store.js";

/** The most choices that are listed at once; words narrow them down. */
const SHOWN_MAX = 50;
/** The greatest height of the list, and the least distance from the edges of the window, in px. */
const LIST_HEIGHT = 256;
const MARGIN = 40;

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The choices before the questions of targets. */
export const BELOW = "below";
export const NOWHERE = "";

/** A combobox of choices. Set `editor`, `label`, `choices` and `value`; `choose` is called with the value. */
export class Chooser extends HTMLElement {
  editor!: Editor;
  /** What can be chosen now. */
  choices: () => readonly Choice[] = () => [];
  /** Return the text of a choice; it is asked for after each edit. */
  textOf: (value: string) => string = (value) => value;
  choose: (value: string) => void = () => undefined;
  #label = "";
  #value = "";
  #text = "";
  /** What is searched; null while the list is closed. */
  #words: string | null = null;
  #active = 0;
  #id = "";
  static #count = 0;

  get label(): string {
    return this.#label;
  }

  set label(label: string) {
    if (label === this.#label) return;
    this.#label = label;
    if (this.isConnected) this.#draw();
  }

  get value(): string {
    return this.#value;
  }

  set value(value: string) {
    this.#value = value;
    if (this.isConnected) this.#look();
  }

  connectedCallback(): void {
    Chooser.#count += 1;
    this.#id ||= `chooser-${Chooser.#count}`;
    this.editor.addEventListener("edit", this.#look);
    this.addEventListener("focusout", this.#left);
    this.#look();
    this.#draw();
  }

  disconnectedCallback(): void {
    this.editor.removeEventListener("edit", this.#look);
    this.removeEventListener("focusout", this.#left);
  }

  /** Look up the text of what is chosen. */
  readonly #look = (): void => {
    const text = this.textOf(this.#value);
    if (text === this.#text) return;
    this.#text = text;
    this.#draw();
  };

  readonly #left = (event: FocusEvent): void => {
    if (!this.contains(event.relatedTarget as Node | null)) this.#close();
  };

  /** What has all of the words: first what begins with them as they are typed, then what has them in a row. */
  get #found(): readonly Choice[] {
    const typed = (this.#words ?? "").trim().toLowerCase();
    const words = typed.split(/\s+/).filter(Boolean);
    const rank = (label: string): number => (label.startsWith(typed) ? 0 : label.includes(typed) ? 1 : 2);
    return this.choices()
      .map((choice) => ({ choice, label: choice.label.toLowerCase() }))
      .filter(({ label }) => words.every((word) => label.includes(word)))
      .sort((one, other) => rank(one.label) - rank(other.label))
      .map(({ choice }) => choice);
  }

  #open(words: string): void {
    this.#words = words;
    const found = this.#found;
    this.#active = Math.max(0, words ? 0 : found.findIndex(({ value }) => value === this.#value));
    this.#draw();
  }

  #close(): void {
    if (this.#words === null) return;
    this.#words = null;
    this.#draw();
  }

  #take(choice: Choice | undefined): void {
    this.#words = null;
    if (choice && choice.value !== this.#value) {
      this.value = choice.value;
      this.choose(choice.value);
    }
    this.#draw();
  }

  #key(event: KeyboardEvent): void {
    const { key } = event;
    if (key === "Escape" && this.#words !== null) {
      event.preventDefault();
      this.#close();
    } else if (key === "Enter" && this.#words !== null) {
      event.preventDefault();
      this.#take(this.#found[this.#active]);
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.#words === null) this.#open("");
      else {
        const count = Math.min(this.#found.length, SHOWN_MAX) || 1;
        this.#active = (this.#active + (key === "ArrowDown" ? 1 : -1) + count) % count;
        this.#draw();
      }
    }
  }

  #draw(): void {
    const isOpen = this.#words !== null;
    const found = isOpen ? this.#found : [];
    const from = Math.max(0, Math.min(this.#active - SHOWN_MAX + 1, found.length - SHOWN_MAX));
    const shown = found.slice(from, from + SHOWN_MAX);
    const { t } = this.editor;
    render(
      html`<input
          type="text"
          class="vTextField ed-chooser-input"
          role="combobox"
          aria-label=${this.label}
          aria-expanded=${isOpen}
          aria-controls="${this.#id}-list"
          aria-autocomplete="list"
          aria-activedescendant=${isOpen && found.length ? `${this.#id}-${this.#active}` : nothing}
          autocomplete="off"
          dir="auto"
          .value=${isOpen ? (this.#words ?? "") : this.#text}
          placeholder=${isOpen ? this.#text || t("search") : t("choose")}
          @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
          @click=${() => (isOpen ? this.#close() : this.#open(""))}
          @input=${(event: Event) => this.#open((event.target as HTMLInputElement).value)}
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
        />
        <ul
          class="ed-choices"
          role="listbox"
          id="${this.#id}-list"
          aria-label=${this.label}
          ?hidden=${!isOpen}
        >
          ${shown.map(
            (choice, at) =>
              html`<li
                role="option"
                id="${this.#id}-${from + at}"
                class=${from + at === this.#active ? "active" : ""}
                aria-selected=${choice.value === this.#value}
                dir="auto"
                @mousedown=${(event: Event) => event.preventDefault()}
                @click=${() => this.#take(choice)}
              >
                ${choice.label}
              </li>`,
          )}
          ${
            found.length > shown.length
              ? html`<li class="more" role="option" aria-disabled="true" aria-selected="false">
                  ${t("more_found", { count: found.length - shown.length })}
                </li>`
              : nothing
          }
          ${isOpen && !found.length ? html`<li class="more" role="option" aria-disabled="true" aria-selected="false">${t("nothing_found")}</li>` : nothing}
        </ul>`,
      this,
    );
    if (isOpen) this.#place();
    this.querySelector(".active")?.scrollIntoView?.({ block: "nearest" });
  }

  /** Open the list where it has room: below the field, or above it near the lower edge of the window. */
  #place(): void {
    const list = this.querySelector<HTMLElement>(".ed-choices");
    if (!list) return;
    const { top, bottom } = this.getBoundingClientRect();
    const below = innerHeight - bottom - MARGIN;
    const above = top - MARGIN;
    const isUp = below < LIST_HEIGHT && above > below;
    list.classList.toggle("ed-up", isUp);
    list.style.maxHeight = `${Math.max(MARGIN * 3, Math.min(LIST_HEIGHT, isUp ? above : below))}px`;
  }
}

/** Return how lists call a question: by its text, or by its type if it has none. */
export function labelOf(editor: Editor, qid: number): string {
  const question = editor.question(qid);
  if (!question) return qid === END ? editor.t("the_end") : editor.t("a_missing_question");
  const label = editor.type(question.type)?.label ?? question.type;
  const text = shortened(question.text);
  return text && question.type !== "fork"
    ? text
    : `${label}${text ? `: ${text}` : ` ${editor.t("without_text")}`}`;
}

/** Return where a question leads by name, as a folded card says it; empty if always to the one below. */
export function leadsOf(editor: Editor, { next_qid, answers, forking_rules }: Question): string {
  const rules = (forking_rules ?? []).map(([target]) =>
    /^-?\d+$/.test(target.trim()) ? Number(target) : undefined,
  );
  const named = [next_qid, ...(answers ?? []).map((answer) => answer.next_qid), ...rules];
  const qids = [...new Set(named.filter((qid) => typeof qid === "number"))];
  return qids.map((qid) => `→ ${shortened(labelOf(editor, qid), 40)}`).join("  ");
}

/** Return the text of a target, as lists show it. */
export function targetText(editor: Editor, value: string): string {
  if (value === BELOW) return editor.t("question_below");
  return value === NOWHERE ? editor.t("nowhere") : labelOf(editor, Number(value));
}

/** Return the targets that a question can lead to. */
export function targets(editor: Editor, from: number, isNullable = false): readonly Choice[] {
  const qids = editor.script.questions.map(({ qid }) => qid);
  const special = [BELOW, String(END), ...(isNullable ? [NOWHERE] : [])];
  return [
    ...special.map((value) => ({ value, label: targetText(editor, value) })),
    ...qids.map((qid) => ({
      value: String(qid),
      label: qid === from ? `${labelOf(editor, qid)} ${editor.t("itself")}` : labelOf(editor, qid),
    })),
  ];
}

/** A chooser of the target that `next` is; `set` is called with the one that is chosen, undefined for the one below. */
export function targetChooser(
  editor: Editor,
  options: {
    readonly from: number;
    readonly label: string;
    readonly next: number | null | undefined;
    readonly isNullable?: boolean;
    readonly set: (next: number | null | undefined) => void;
  },
): TemplateResult {
  const { from, label, next, isNullable = false, set } = options;
  return html`<script-chooser
    .editor=${editor}
    .label=${label}
    .choices=${() => targets(editor, from, isNullable)}
    .textOf=${(value: string) => targetText(editor, value)}
    .value=${next === undefined ? BELOW : next === null ? NOWHERE : String(next)}
    .choose=${(value: string) => set(value === BELOW ? undefined : value === NOWHERE ? null : Number(value))}
  ></script-chooser>`;
}
