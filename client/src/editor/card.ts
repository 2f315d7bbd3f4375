/** The card of one question: a line when folded, all that can be set when open. It draws again only when it changes. */

import { html, nothing, render } from "./lit.js";
import { answersSection } from "./answers.js";
import { leadsOf, targetChooser } from "./chooser.js";
import { isChoice, type Question, shortened } from "./document.js";
import { addForkBelow, duplicate, setGroupOf, setQuestion } from "./edits.js";
import { button, checkField, field, section, selectField, textField } from "./fields.js";
import { problemText } from "./findings.js";
import { forkSection } from "./fork.js";
import { limitsSection } from "./limits.js";
import { moreSection } from "./more.js";
import { picturesSection } from "./pictures.js";
import type { Editor, Problem } from "./store.js";

/** What the types say themselves: they have no answer, and so no answer can be required or skipped. */
const SILENT: readonly string[] = ["message", "fork", "calculation", "control"];

export class Card extends HTMLElement {
  editor!: Editor;
  qid = 0;
  #question: Question | undefined;
  #isOpen = false;
  /** What else is drawn, as a text. */
  #key = "";

  connectedCallback(): void {
    this.addEventListener("focusout", this.#left);
  }

  disconnectedCallback(): void {
    this.removeEventListener("focusout", this.#left);
  }

  readonly #left = (event: FocusEvent): void => {
    const isInside = this.contains(event.relatedTarget as Node | null);
    // The focus can be lost while the page draws: it draws again after that.
    if (!isInside && this.editor.fresh.delete(this.qid)) queueMicrotask(() => this.editor.changed());
  };

  /** Draw the card if its question, what is wrong with it, or whether it is open, has changed. */
  update(question: Question): void {
    const isOpen = this.editor.open.has(question.qid);
    const problems = this.editor.problemsOf(question.qid);
    const refusal = this.editor.refusedPictures.get(question.qid);
    const leads = isOpen ? "" : leadsOf(this.editor, question);
    const key = JSON.stringify([problems, refusal, leads]);
    if (question === this.#question && isOpen === this.#isOpen && key === this.#key) return;
    this.#question = question;
    this.#isOpen = isOpen;
    this.#key = key;
    this.#draw(question, problems, leads);
  }

  #draw(question: Question, problems: readonly Problem[], leads: string): void {
    this.editor.drawn += 1;
    const { editor } = this;
    const { qid, type } = question;
    this.id = `question-${qid}`;
    this.className = `ed-card ed-type-${type}${problems.length ? " ed-refused" : ""}${this.#isOpen ? " ed-open" : ""}`;
    render(
      html`<div class="ed-head">
          <span class="ed-handle" draggable="true" title=${editor.t("drag")} aria-hidden="true">⠿</span>
          <button
            type="button"
            class="ed-fold"
            data-key="fold"
            aria-expanded=${this.#isOpen}
            aria-controls="q${qid}-body"
            @click=${() => this.#fold()}
            @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
          >
            <span class="ed-kind">${editor.type(type)?.label ?? type}</span>
            <span class="ed-text" dir="auto"
              >${shortened(question.text, 140) || editor.t("without_text")}</span
            >
            ${leads ? html`<span class="ed-leads" dir="auto">${leads}</span>` : nothing}
          </button>
          ${problems.length ? html`<span class="ed-count">${editor.t("problems", { count: problems.length })}</span>` : nothing}
          ${this.#tools(question)}
        </div>
        <div class="ed-body" id="q${qid}-body" ?hidden=${!this.#isOpen}>
          ${this.#isOpen ? this.#body(question, problems) : nothing}
        </div>`,
      this,
    );
  }

  #fold(): void {
    const { open } = this.editor;
    if (!open.delete(this.qid)) open.add(this.qid);
    this.editor.changed();
  }

  #pressed(event: KeyboardEvent): void {
    const by = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined;
    if (by === undefined) return;
    event.preventDefault();
    this.#move(by, "fold");
  }

  #move(by: number, focus: string): void {
    const { editor, qid } = this;
    editor.move(qid, editor.indexOf(qid) + by);
    editor.focus(qid, focus);
  }

  #tools({ qid, text: whole }: Question): unknown {
    const { editor } = this;
    const { t } = editor;
    const text = shortened(whole, 40) || t("without_text");
    const copy = (): void => {
      const made = duplicate(editor.script, qid);
      if (!made) return;
      editor.edit(() => made.script);
      editor.show(made.question.qid);
    };
    return html`<span class="ed-tools">
      ${button("↑", () => this.#move(-1, "up"), { key: "up", label: t("move_up", { text }), classes: "ed-quiet" })}
      ${button("↓", () => this.#move(1, "down"), { key: "down", label: t("move_down", { text }), classes: "ed-quiet" })}
      ${button("⧉", copy, { key: "copy", label: t("duplicate", { text }), classes: "ed-quiet" })}
      ${button("+", () => editor.add(editor.indexOf(qid) + 1), { key: "add", label: t("add_below", { text }), classes: "ed-quiet" })}
      ${button("✕", () => editor.dispatchEvent(new CustomEvent("remove", { detail: qid })), { key: "remove", label: t("remove_question", { text }), classes: "ed-quiet ed-danger" })}
    </span>`;
  }

  #body(question: Question, problems: readonly Problem[]): unknown {
    const { editor } = this;
    const { qid, type } = question;
    const { t } = editor;
    const set = (values: Partial<Record<keyof Question, unknown>>): void => {
      const subject = `${qid}-${Object.keys(values).join("-")}`;
      editor.edit((script) => setQuestion(script, qid, values), subject);
    };
    const of = (name: string): readonly Problem[] =>
      problems.filter((each) => each.field === name && each.answer === null);
    const isSilent = SILENT.includes(type);
    const shown = ["text", "hint", "calculate", "range_from", "range_to", "name", "show_if"];
    const others = problems.filter((each) => each.answer !== null || !shown.includes(each.field ?? ""));
    return html`${
        others.length
          ? html`<ul class="errorlist ed-problems">
              ${others.map((each) => html`<li>${problemText(editor, each)}</li>`)}
            </ul>`
          : nothing
      }
      <div class="ed-row">
        ${selectField({
          id: `q${qid}-type`,
          label: t("type"),
          value: type,
          options: editor.data.types.map(({ value, label }) => [value, label] as const),
          set: (value) => editor.setType(qid, value),
        })}
        ${this.#group(question)}
      </div>
      ${textField({ id: `q${qid}-text`, label: type === "fork" ? t("note") : t("text"), value: question.text, rows: 2, problems: of("text"), set: (text) => set({ text }) })}
      ${isSilent ? nothing : textField({ id: `q${qid}-hint`, label: t("hint"), value: question.hint, problems: of("hint"), set: (hint) => set({ hint: hint || undefined }) })}
      ${
        type === "calculation"
          ? textField({
              id: `q${qid}-calculate`,
              label: t("calculate"),
              help: t("calculate_help"),
              value:
                question.calculate === null || question.calculate === undefined
                  ? ""
                  : String(question.calculate),
              isCode: true,
              problems: of("calculate"),
              set: (calculate) => set({ calculate: calculate || undefined }),
            })
          : nothing
      }
      ${isChoice(question) ? answersSection(editor, question, problems) : nothing}
      ${type === "fork" ? forkSection(editor, question) : nothing} ${limitsSection(editor, question, of, set)}
      ${type === "fork" || type === "calculation" ? nothing : picturesSection(editor, question)}
      ${type === "fork" ? nothing : this.#next(question, set)}
      ${
        isSilent
          ? nothing
          : html`<div class="ed-row">
              ${checkField({ id: `q${qid}-required`, label: t("required"), checked: question.required ?? false, set: (required) => set({ required: required || undefined }) })}
              ${textField({ id: `q${qid}-skip`, label: t("skip"), placeholder: t("skip_placeholder"), value: question.skip, set: (skip) => set({ skip: skip || undefined }) })}
            </div>`
      }
      ${section(
        question.show_if ? t("asked_if_set") : t("asked_if"),
        !!question.show_if || of("show_if").length > 0 || editor.unfinished.has(`q${qid}-show_if`),
        html`<script-condition
          .editor=${editor}
          .label=${t("asked_only_if")}
          .key=${`q${qid}-show_if`}
          .apply=${(script: Editor["script"], source: string) => setQuestion(script, qid, { show_if: source || undefined })}
          .source=${question.show_if ?? ""}
        ></script-condition>`,
      )}
      ${moreSection(editor, question, of, set)}`;
  }

  #group(question: Question): unknown {
    const { editor } = this;
    const names = editor.groupNames();
    return selectField({
      id: `q${question.qid}-group`,
      label: editor.t("group"),
      value: question.group ?? "",
      options: [
        ["", editor.t("no_group")],
        ...names.map((name) => [name, name] as const),
        ["+", editor.t("new_group")],
      ],
      set: (value) => {
        const group = value === "+" ? editor.newGroupName() : value;
        editor.edit((script) => setGroupOf(script, question.qid, group || null));
      },
    });
  }

  #next(question: Question, set: (values: Partial<Record<keyof Question, unknown>>) => void): unknown {
    const { editor, qid } = this;
    const fork = (): void => {
      const made = addForkBelow(editor.script, qid);
      editor.edit(() => made.script);
      editor.show(made.question.qid);
    };
    const isSilent = SILENT.includes(question.type);
    return html`<div class="ed-row ed-next">
      ${
        isChoice(question)
          ? nothing
          : field({ id: `q${qid}-next`, label: editor.t("goes_to") }, () =>
              targetChooser(editor, {
                from: qid,
                label: editor.t("goes_to"),
                next: question.next_qid,
                set: (next_qid) => set({ next_qid }),
              }),
            )
      }
      ${isSilent ? nothing : button(editor.t("fork_on_answer"), fork)}
    </div>`;
  }
}
