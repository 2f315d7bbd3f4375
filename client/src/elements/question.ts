/** One question with its control: what is entered, when it is sent, and what is wrong with it. */

import { html, nothing } from "./lit.js";
import { type Changes, DrawnElement, type PropertyDeclarations } from "./drawn.js";
import type { AnswerDraft, Explanation, Question } from "../index.js";
import type {
  Asked,
  Control,
  ElementsLimits,
  Input,
  Saving,
  StoredAnswer,
  StoredFile,
} from "./controls/control.js";
import { controlFor, shownText } from "./controls/index.js";
import { emptyInput, inputOf, suggestionOf } from "./controls/input.js";
import { applyStyles } from "./styles.js";
import type { Parameters, Texts } from "./texts.js";

const PAUSE = 800;

/** Where the addresses of pictures come from. */
interface PictureSource {
  url(src: string | null | undefined): string;
}

/**
 * The control of a question. `dca-thread` and `dca-survey` use it; the events do not leave their roots.
 *
 * @fires answer - The user has answered; `detail` has the `draft` for the client and the text that is `shown` meanwhile.
 * @fires clear - The user has removed the answer.
 * @fires skip - The user has skipped the question.
 * @fires typing - The user is entering something.
 * @fires file-remove - The user has removed a stored file; it is in `detail`.
 */
export class QuestionElement extends DrawnElement implements Asked {
  static override properties: PropertyDeclarations = {
    question: { attribute: false },
    instance: { attribute: false },
    value: { attribute: false },
    texts: { attribute: false },
    layout: {},
    explanations: { attribute: false },
    canConfirm: { attribute: false },
    busy: { attribute: false },
    limits: { attribute: false },
    canSkip: { attribute: false },
    pictures: { attribute: false },
    input: { attribute: false },
    said: { attribute: false },
    isSent: { attribute: false },
  };

  declare question: Question;
  /** The number in its repeated group; 0 outside of them. */
  declare instance: number;
  /** The stored answer. */
  declare value: StoredAnswer | null;
  declare texts: Texts;
  /** `chat`: the question is a message above, and answers are sent; `survey`: it is shown, and answers are saved. */
  declare layout: "chat" | "survey";
  /** Why the last answer was not accepted. */
  declare explanations: readonly Explanation[];
  /** Whether the answer is accepted if the user keeps it. */
  declare canConfirm: boolean;
  /** Whether an answer is on its way: the next one waits. */
  declare busy: boolean;
  /** What the server accepts. */
  declare limits: ElementsLimits | null;
  /** Whether the question can be skipped; null: in a chat, if it has the text for that. */
  declare canSkip: boolean | null;
  /** Where the addresses of pictures come from; null: from their documents. */
  declare pictures: PictureSource | null;
  declare input: Input;
  declare protected said: string;
  declare protected isSent: boolean;

  #shown = "";
  #stored = "";
  #isDirty = false;
  #pause: ReturnType<typeof setTimeout> | undefined;
  readonly #previews = new Map<Blob, string>();

  constructor() {
    super();
    this.instance = 0;
    this.value = null;
    this.layout = "chat";
    this.explanations = [];
    this.canConfirm = false;
    this.busy = false;
    this.limits = null;
    this.canSkip = null;
    this.pictures = null;
    this.input = emptyInput;
    this.said = "";
    this.isSent = false;
    this.addEventListener("focusout", () => this.#left());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    applyStyles(this.renderRoot, ["controls"]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.save();
    for (const url of this.#previews.values()) URL.revokeObjectURL(url);
    this.#previews.clear();
  }

  get #control(): Control {
    return controlFor(this.question.type);
  }

  get isWaiting(): boolean {
    return this.busy || this.isSent;
  }

  get describedBy(): string {
    return "hint limits error";
  }

  get invalid(): "true" | "false" {
    return this.explanations.length ? "true" : "false";
  }

  readonly t = (key: string, parameters?: Parameters): string => this.texts.get(key, parameters);

  /** Put the focus into the control. */
  focusControl(): void {
    void this.updateComplete.then(() => {
      const fields = "#control, input:checked, .control :is(input, button, textarea, select)";
      this.renderRoot.querySelector<HTMLElement>(fields)?.focus();
    });
  }

  /** Forget what was entered: it was accepted, or is not wanted. */
  reset(): void {
    this.#begin();
  }

  /** Whether something was entered that is neither sent nor stored. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  change(part: Partial<Input>, saving: Saving = "paused"): void {
    this.input = { ...this.input, ...part };
    this.#isDirty = true;
    this.isSent = false;
    this.#dispatch("typing");
    clearTimeout(this.#pause);
    if (this.layout === "chat") return;
    if (saving === "now") this.save();
    else if (saving === "paused") this.#pause = setTimeout(() => this.save(), PAUSE);
  }

  send(): void {
    if (this.layout === "survey") return this.save();
    if (this.isWaiting) return;
    const draft = this.#draft();
    if (draft) this.#emit(draft);
    else {
      this.said = this.t("answer_first");
      this.focusControl();
    }
  }

  /** In a survey, store what was entered and not stored yet. */
  save(): void {
    clearTimeout(this.#pause);
    if (this.layout === "chat" || !this.#isDirty) return;
    const draft = this.#draft();
    if (draft) this.#emit(draft);
    else if (this.question.type !== "file") this.clear();
  }

  /** Remove the answer. */
  clear(): void {
    clearTimeout(this.#pause);
    this.input = emptyInput;
    this.#isDirty = false;
    this.said = "";
    if (this.value || this.explanations.length) this.#dispatch("clear");
  }

  say(text: string): void {
    this.said = text;
  }

  url(src: string | null | undefined): string {
    return this.pictures ? this.pictures.url(src) : (src ?? "");
  }

  preview(file: Blob): string {
    const url = this.#previews.get(file) ?? URL.createObjectURL(file);
    this.#previews.set(file, url);
    return url;
  }

  removeFile(file: StoredFile): void {
    this.#dispatch("file-remove", file);
  }

  #draft(): AnswerDraft | null {
    const { draft } = this.#control;
    if (draft) return draft(this);
    return this.input.text.trim() ? { text: this.input.text } : null;
  }

  #emit(draft: AnswerDraft): void {
    this.#isDirty = false;
    this.said = "";
    this.isSent = this.layout === "chat";
    const shown = shownText(this);
    // Files are added to those that are stored: they are handed over once.
    if (this.layout === "survey" && draft.files) this.input = emptyInput;
    this.#dispatch("answer", { draft, shown });
  }

  #dispatch(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #confirm(): void {
    const draft = this.#draft() ?? {};
    this.isSent = false;
    this.#emit({ ...draft, confirm: true });
  }

  #begin(): void {
    clearTimeout(this.#pause);
    this.#isDirty = false;
    this.said = "";
    this.isSent = false;
    this.#adopt();
    if (this.layout === "chat" && !this.#stored) this.input = suggestionOf(this.question) ?? this.input;
  }

  /** Show what is stored. */
  #adopt(): void {
    this.input = inputOf(this.question, this.value);
    this.#stored = this.#valueKey();
  }

  #valueKey(): string {
    const { answers = [], text = "" } = this.value ?? {};
    return answers.length || text ? JSON.stringify([answers, text]) : "";
  }

  #left(): void {
    this.save();
    // While somebody types, what arrives from the server waits.
    if (this.layout === "survey" && !this.#isDirty && this.#stored !== this.#valueKey()) this.#adopt();
  }

  get #isTyping(): boolean {
    const active = this.shadowRoot?.activeElement;
    return (
      active instanceof HTMLTextAreaElement ||
      (active instanceof HTMLInputElement && !/^(radio|checkbox)$/.test(active.type))
    );
  }

  protected override willUpdate(changed: Changes): void {
    const key = `${this.question.id}:${this.instance}`;
    if (key !== this.#shown) {
      this.#shown = key;
      this.#begin();
    } else if (changed.has("value") && this.#stored !== this.#valueKey() && !this.#isDirty && !this.#isTyping)
      this.#adopt();
    if ((changed.has("busy") && !this.busy) || changed.has("explanations")) this.isSent = false;
  }

  protected override render(): unknown {
    const control = this.#control;
    if (control.isSilent === "always" || control.isSilent === this.layout)
      return this.layout === "survey" ? this.#message() : nothing;
    const { layout, question } = this;
    const label = html`<span dir="auto">${question.text}</span>${
        question.required && layout === "survey"
          ? html`<span class="required" aria-hidden="true"> *</span
              ><span class="unseen">${this.t("required")}</span>`
          : nothing
      }`;
    const classes = layout === "chat" ? "unseen" : "label";
    const inside = html`
      ${layout === "survey" ? this.#attachments() : nothing}
      <p id="hint" class="hint" dir="auto" ?hidden=${!question.hint}>${question.hint}</p>
      <p id="limits" class="hint" ?hidden=${!control.describe?.(this)}>${control.describe?.(this)}</p>
      <div class="answer">
        <div class="control">${control.view(this)}</div>
        ${control.isGroup ? nothing : this.#actions(control)}
      </div>
    `;
    return html`<div class="question ${layout}">
      ${
        control.isGroup
          ? html`<fieldset>
              <legend class=${classes}>${label}</legend>
              ${inside}
            </fieldset>`
          : html`<label class=${classes} for="control">${label}</label>${inside}`
      }
      ${layout === "survey" ? this.#suggestion() : nothing}
      <div id="error" class="error" aria-live="polite">${this.#errors()}</div>
      ${control.isGroup ? this.#actions(control) : nothing}
    </div>`;
  }

  #message(): unknown {
    return html`<div class="question">
      <p class="said" dir="auto">${this.question.text}</p>
      ${this.#attachments()}
    </div>`;
  }

  #errors(): unknown {
    const { required_message: own, constraints = [] } = this.question;
    const authors = [own, ...constraints.map(({ message }) => message)];
    const sentences = this.explanations.map(({ text, code }) =>
      authors.includes(text) || code === "CONFIRM" || code === "CONSTRAINT"
        ? text
        : this.t("expected", { text }),
    );
    return [...new Set([...sentences, ...(this.said ? [this.said] : [])])].map(
      (sentence) => html`<p dir="auto">${sentence}</p>`,
    );
  }

  #actions(control: Control): unknown {
    const isChat = this.layout === "chat";
    const sends = isChat && !control.sendsItself?.(this);
    const isSkipped = this.canSkip ?? (isChat && !!this.question.skip);
    const clears = !isChat && this.#isClearable;
    if (!sends && !isSkipped && !clears && !this.canConfirm) return nothing;
    const disabled = this.isWaiting ? "true" : "false";
    return html`<div class="actions">
      ${
        isSkipped
          ? html`<button
              type="button"
              class="plain"
              dir="auto"
              aria-disabled=${disabled}
              @click=${() => this.#skip()}
            >
              ${this.question.skip || this.t("skip")}
            </button>`
          : nothing
      }
      ${
        clears
          ? html`<button type="button" class="link" @click=${() => this.clear()}>
              ${this.t("clear_answer")}
            </button>`
          : nothing
      }
      ${
        this.canConfirm
          ? html`<button type="button" @click=${() => this.#confirm()}>${this.t("keep_answer")}</button>`
          : nothing
      }
      ${
        sends
          ? html`<button type="button" class="primary" aria-disabled=${disabled} @click=${() => this.send()}>
              ${this.t("send")}
            </button>`
          : nothing
      }
    </div>`;
  }

  /** Whether the control has no way of its own to remove the answer. */
  get #isClearable(): boolean {
    const { answers, text } = this.input;
    return (
      /^(choice|range|date|time|datetime|location)$/.test(this.question.type) &&
      (answers.length > 0 || text !== "")
    );
  }

  #skip(): void {
    if (this.isWaiting) return;
    this.isSent = true;
    this.#dispatch("skip");
  }

  #suggestion(): unknown {
    const suggested = this.#stored || this.#isDirty || this.isSent ? null : suggestionOf(this.question);
    if (!suggested) return nothing;
    const { question, texts } = this;
    const shown = shownText({ question, texts, input: suggested });
    return html`<p class="suggestion">
      <span>${this.t("suggested")} <b dir="auto">${shown}</b></span>
      <button type="button" @click=${() => this.change(suggested, "now")}>${this.t("use_suggestion")}</button>
    </p>`;
  }

  #attachments(): unknown {
    return this.question.attachments.map(({ type, src, title, description, thumbnail }) => {
      if (type !== "image")
        return src
          ? html`<p>
              <a href=${this.#link(src)} target="_blank" rel="noopener noreferrer nofollow" dir="auto"
                >${title || src}</a
              >
            </p>`
          : nothing;
      const small = (thumbnail as { src?: string } | null)?.src ?? src;
      const url = this.url(src) || this.url(small);
      return url ? html`<img class="picture" src=${url} alt=${description || title} />` : nothing;
    });
  }

  #link(src: string): string | typeof nothing {
    return /^https?:/i.test(new URL(src, location.href).protocol) ? src : nothing;
  }
}
