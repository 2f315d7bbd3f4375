/** The form for messages: an element of its own, so that a key does not draw the messages again. */

import { html, nothing } from "./lit.js";
import { grow } from "./controls/text.js";
import { DrawnElement, type PropertyDeclarations } from "./drawn.js";
import type { DraftFile } from "../index.js";
import { icon } from "./icons.js";
import { acceptedTypes, prepared } from "./files.js";
import { pageData } from "./library.js";
import { applyStyles } from "./styles.js";
import type { Texts } from "./texts.js";

/** What is sent: a text, files, or both. */
export interface Composed {
  readonly text: string;
  readonly files: readonly DraftFile[];
}

interface Chosen {
  readonly draft: DraftFile;
  readonly preview: string;
}

/**
 * The form for messages. Internal: `dca-thread` uses it.
 *
 * @fires compose - The user sends what they have written; `detail` is a `Composed`.
 * @fires write - The user has changed the text; `detail.text` is the text.
 */
export class ComposerElement extends DrawnElement {
  static override properties: PropertyDeclarations = {
    texts: { attribute: false },
    hint: {},
    chosen: { attribute: false },
    problems: { attribute: false },
  };

  declare texts: Texts;
  declare hint: string;
  declare chosen: readonly Chosen[];
  declare problems: readonly string[];

  constructor() {
    super();
    this.hint = "";
    this.chosen = [];
    this.problems = [];
  }

  /** The text as it is typed. */
  get text(): string {
    return this.#field?.value ?? this.#waiting;
  }

  /** Put a text into the form; what the user has typed stays. */
  restore(text: string): void {
    if (this.#field) this.#field.value ||= text;
    else this.#waiting ||= text;
    this.requestUpdate();
  }

  #waiting = "";

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  override focus(): void {
    this.#field?.focus();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    applyStyles(this.renderRoot, ["composer"]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const { preview } of this.chosen) URL.revokeObjectURL(preview);
    this.chosen = [];
  }

  protected override updated(): void {
    if (this.#waiting && this.#field) {
      this.#field.value = this.#waiting;
      this.#waiting = "";
      this.requestUpdate();
    }
    if (this.#field) grow(this.#field);
  }

  /** Add files: of the button, of a drop or of the clipboard. */
  async add(files: Iterable<File>): Promise<void> {
    const limits = pageData();
    const free = (limits?.attachments_max ?? 10) - this.chosen.length;
    const all = [...files];
    const { texts } = this;
    const rules = { limits, accept: [], bytes: limits?.file_bytes_max ?? Infinity, texts };
    const read = await Promise.all(all.slice(0, Math.max(0, free)).map((file) => prepared(rules, file)));
    const drafts = read.filter((one) => typeof one !== "string");
    this.problems = read.filter((one) => typeof one === "string");
    if (all.length > free) this.problems = [...this.problems, texts.get("too_many_files")];
    const added = drafts.map((draft) => ({ draft, preview: URL.createObjectURL(draft.file) }));
    this.chosen = [...this.chosen, ...added];
    this.focus();
  }

  #removeFile(chosen: Chosen): void {
    URL.revokeObjectURL(chosen.preview);
    this.chosen = this.chosen.filter((other) => other !== chosen);
    this.focus();
  }

  #send(event?: Event): void {
    event?.preventDefault();
    const text = this.text;
    if (!text.trim() && !this.chosen.length) return this.focus();
    const files = this.chosen.map(({ draft }) => draft);
    for (const { preview } of this.chosen) URL.revokeObjectURL(preview);
    this.chosen = [];
    this.problems = [];
    if (this.#field) this.#field.value = "";
    this.dispatchEvent(new CustomEvent<Composed>("compose", { detail: { text, files } }));
    this.requestUpdate();
    this.focus();
  }

  #typed(): void {
    this.dispatchEvent(new CustomEvent("write", { detail: { text: this.text } }));
    this.requestUpdate();
  }

  readonly #key = (event: KeyboardEvent) => {
    // On a phone the key starts a new line: there is a button beside it.
    const isPhone = matchMedia("(pointer: coarse)").matches;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || isPhone) return;
    this.#send(event);
  };

  readonly #paste = (event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    void this.add(files);
  };

  readonly #pick = (event: Event) => {
    const input = event.target as HTMLInputElement;
    void this.add([...(input.files ?? [])]);
    input.value = "";
  };

  protected override render(): unknown {
    const { texts } = this;
    const left = (pageData()?.text_max ?? Infinity) - [...this.text].length;
    return html`<form
      dir=${texts.isRightToLeft ? "rtl" : "ltr"}
      @submit=${(event: Event) => this.#send(event)}
    >
      ${this.hint ? html`<p class="hint">${this.hint}</p>` : nothing}
      ${this.chosen.length ? this.#files() : nothing}
      ${this.problems.map((problem) => html`<p class="error" role="alert" dir="auto">${problem}</p>`)}
      ${left < 0 ? html`<p class="error" role="alert">${texts.get("too_long", { n: -left })}</p>` : nothing}
      <div class="line">
        <label class="attach">
          <input
            type="file"
            class="unseen"
            multiple
            accept=${acceptedTypes(pageData()).join(",")}
            @change=${this.#pick}
          />
          ${icon("M7 9v7a5 5 0 0 0 10 0V6a3 3 0 0 0-6 0v10a1 1 0 0 0 2 0V9")}
          <span class="unseen">${texts.get("attach")}</span>
        </label>
        <textarea
          rows="1"
          dir="auto"
          aria-label=${texts.get("message")}
          placeholder=${texts.get("message")}
          enterkeyhint="enter"
          @input=${() => this.#typed()}
          @keydown=${this.#key}
          @paste=${this.#paste}
        ></textarea>
        <button
          class="primary send"
          ?disabled=${left < 0}
          aria-label=${texts.get("send")}
          title=${texts.get("send")}
        >
          ${icon("M4 12l16-8-6 16-3-7z")}
        </button>
      </div>
    </form>`;
  }

  #files(): unknown {
    return html`<ul class="chosen">
      ${this.chosen.map((chosen) => {
        const name = chosen.draft.title ?? "";
        const isPicture = chosen.draft.file.type.startsWith("image/");
        return html`<li>
          ${isPicture ? html`<img src=${chosen.preview} alt="" />` : nothing}
          <span dir="auto">${name}</span>
          <button
            type="button"
            class="plain"
            aria-label=${this.texts.get("remove_file", { name })}
            @click=${() => this.#removeFile(chosen)}
          >
            ${icon("M6 6l12 12M18 6L6 18")}
          </button>
        </li>`;
      })}
    </ul>`;
  }
}
