/** What is entered for a question, and when it is sent or saved. */

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

/** A question without its looks. */
export abstract class QuestionInput extends DrawnElement implements Asked {
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
  declare explanations: readonly Pick<Explanation, "code" | "text">[];
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

  protected get control(): Control {
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
    const { draft } = this.control;
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

  protected confirm(): void {
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

  protected skip(): void {
    if (this.isWaiting) return;
    this.isSent = true;
    this.#dispatch("skip");
  }

  /** What the question suggests, until there is an answer. */
  protected get suggested(): Input | null {
    return this.#stored || this.#isDirty || this.isSent ? null : suggestionOf(this.question);
  }
}
