/** The builder of a condition: rows of question, comparison and value, with the expression below them. */

import { html, nothing, render } from "./lit.js";
import { type Choice, labelOf } from "./chooser.js";
import {
  type Comparison,
  type Condition,
  conditionOf,
  expressionOf,
  type Row,
  WITHOUT_VALUE,
} from "./conditions.js";
import { isChoice, type Question, type Script } from "./document.js";
import { named, withAnswerValues } from "./edits.js";
import { comparisonsOf, takesNumber, valueControl, wordOf } from "./comparing.js";
import { button, textField } from "./fields.js";
import { takenNames } from "./references.js";
import type { Editor } from "./store.js";

/** What the answer is called that a rule of its own question judges. */
const VALUE = "value";

/** What a row can be about: a question by its qid, a score or a variable by its name. */
type SubjectKey = `question:${number}` | `score:${string}` | `name:${string}` | "";

/** Set `editor`, `source` and `apply`, which returns the script with an expression in its place. */
export class ConditionElement extends HTMLElement {
  editor!: Editor;
  label = "";
  /** Before the ids of the controls. */
  key = "";
  /** The question whose rule it is, if `value` is its answer; null elsewhere. */
  judged: number | null = null;
  /** The expression that stands for no rows: of a rule that never applies, or a check that always holds. */
  blank = "";
  apply: (script: Script, source: string) => Script = (script) => script;
  #source: string | null = null;
  /** The rows as they are entered; null if rows cannot show the expression. */
  #condition: Condition | null = null;

  get source(): string {
    return this.#source ?? "";
  }

  set source(source: string) {
    if (source !== this.#source) {
      this.#source = source;
      // While a value is missing, the rows are ahead of the expression, also when the card was folded meanwhile.
      const entered = this.editor.unfinished.get(this.key);
      if (entered?.source === source) this.#condition = entered.condition;
      else if (!this.#condition || this.#sourceOf(this.#condition) !== source) {
        this.#condition = this.#conditionOf(source);
        this.editor.unfinished.delete(this.key);
      }
    }
    if (this.isConnected) this.#draw();
  }

  connectedCallback(): void {
    this.editor.addEventListener("edit", this.#draw);
    this.editor.addEventListener("closed-up", this.#reread);
    this.#draw();
  }

  disconnectedCallback(): void {
    this.editor.removeEventListener("edit", this.#draw);
    this.editor.removeEventListener("closed-up", this.#reread);
  }

  /** Show what is entered for the key now. */
  readonly #reread = (): void => {
    const entered = this.editor.unfinished.get(this.key);
    this.#condition = entered?.source === this.source ? entered.condition : this.#conditionOf(this.source);
    this.#draw();
  };

  #set(condition: Condition, edit: (script: Script) => Script = (script) => script): void {
    this.#condition = condition;
    const source = this.#sourceOf(condition);
    const isWhole = condition.rows.every((row) => expressionOf({ join: "and", rows: [row] }));
    const isStored = isWhole || !this.source;
    if (isStored) this.#source = source;
    const { unfinished } = this.editor;
    if (isWhole) unfinished.delete(this.key);
    else unfinished.set(this.key, { condition, source: this.source });
    this.editor.edit(
      (script) => (isStored ? this.apply(edit(script), source) : edit(script)),
      `${this.key}-rows`,
    );
    this.editor.changed();
    this.#draw();
  }

  #sourceOf(condition: Condition): string {
    return expressionOf(condition) || this.blank;
  }

  #conditionOf(source: string): Condition | null {
    return conditionOf(source === this.blank ? "" : source);
  }

  #write(source: string): void {
    this.#source = source;
    this.#condition = this.#conditionOf(source);
    this.editor.unfinished.delete(this.key);
    this.editor.edit((script) => this.apply(script, source), `${this.key}-expression`);
    this.#draw();
  }

  #questionOf(row: Row): Question | undefined {
    if (row.subject.kind !== "name") return undefined;
    if (row.subject.name === VALUE && this.judged !== null) return this.editor.question(this.judged);
    return this.editor.script.questions.find(({ name }) => name === row.subject.name);
  }

  #keyOf(row: Row): SubjectKey {
    if (!row.subject.name) return "";
    if (row.subject.kind === "score") return `score:${row.subject.name}`;
    if (row.subject.name === VALUE && this.judged !== null) return `name:${VALUE}`;
    const question = this.#questionOf(row);
    return question ? `question:${question.qid}` : `name:${row.subject.name}`;
  }

  #textOf(key: string): string {
    const [kind, rest = ""] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
    const { editor } = this;
    if (!key) return "";
    if (kind === "question") return labelOf(editor, Number(rest));
    if (kind === "score") {
      const label = editor.script.scores?.find(({ name }) => name === rest)?.label;
      return editor.t("the_score", { name: label || rest });
    }
    return rest === VALUE && this.judged !== null
      ? editor.t("this_answer")
      : editor.t("the_variable", { name: rest });
  }

  #subjects(): readonly Choice[] {
    const { editor } = this;
    const { questions, scores } = editor.script;
    const asked = questions.filter(
      ({ type, qid }) => (editor.type(type)?.asked ?? true) || type === "calculation" || qid === this.judged,
    );
    const names = new Set(questions.map(({ name }) => name));
    const variables = [...takenNames(editor.script)].filter((name) => !names.has(name));
    const keys = [
      ...(this.judged === null ? [] : [`name:${VALUE}`]),
      ...asked.map(({ qid }) => `question:${qid}`),
      ...(scores ?? []).map(({ name }) => `score:${name}`),
      ...variables.map((name) => `name:${name}`),
    ];
    const own = editor.indexOf(Number(/^q(-?\d+)-/.exec(this.key)?.[1] ?? NaN));
    const isLater = (key: string): boolean =>
      own >= 0 && key.startsWith("question:") && editor.indexOf(Number(key.slice(9))) > own;
    return keys.map((value) => ({
      value,
      label: isLater(value) ? `${this.#textOf(value)} ${editor.t("asked_later")}` : this.#textOf(value),
    }));
  }

  #rows(index: number, row: Row | null): Condition {
    const { join, rows } = this.#condition ?? { join: "and", rows: [] };
    const rest = rows.map((each, at) => (at === index ? row : each)).filter((each) => each !== null);
    return { join, rows: index === rows.length && row ? [...rest, row] : rest };
  }

  #choose(index: number, key: string): void {
    const [kind, rest] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
    if (kind !== "question") {
      const comparison =
        kind === "score"
          ? ">="
          : rest === VALUE
            ? (comparisonsOf(this.editor.question(this.judged ?? 0))[0] ?? "==")
            : ">=";
      this.#set(
        this.#rows(index, {
          subject: { kind: kind === "score" ? "score" : "name", name: rest },
          comparison,
          value: null,
        }),
      );
      return;
    }
    const qid = Number(rest);
    const question = this.editor.question(qid);
    const prepared = (script: Script): { script: Script; name: string } => {
      const found = named(script, qid);
      return question && isChoice(question)
        ? { ...found, script: withAnswerValues(found.script, qid) }
        : found;
    };
    const { name } = prepared(this.editor.script);
    const comparison = comparisonsOf(question)[0] ?? "==";
    this.#set(
      this.#rows(index, { subject: { kind: "name", name }, comparison, value: null }),
      (script) => prepared(script).script,
    );
  }

  readonly #draw = (): void => {
    const { t } = this.editor;
    const { rows = [], join = "and" } = this.#condition ?? {};
    const add = (): void => {
      this.#set({
        join,
        rows: [...rows, { subject: { kind: "name", name: "" }, comparison: "==", value: null }],
      });
      this.querySelector<HTMLElement>(".ed-condition-row:last-of-type input")?.focus();
    };
    render(
      html`<fieldset class="ed-condition">
        <legend>${this.label}</legend>
        ${rows.map((row, index) => this.#row(row, index))}
        ${this.#condition ? button(rows.length ? t("add_condition") : t("add_first_condition"), add, { classes: "ed-add-condition" }) : html`<p class="help">${t("by_expression_only")}</p>`}
        <details class="ed-expression" ?open=${!this.#condition}>
          <summary>${t("as_expression")}</summary>
          ${textField({ id: `${this.key}-expression`, label: t("expression"), value: this.source, isCode: true, set: (source) => this.#write(source) })}
        </details>
      </fieldset>`,
      this,
    );
  };

  #row(row: Row, index: number): unknown {
    const { t } = this.editor;
    const question = this.#questionOf(row);
    const comparisons = comparisonsOf(question);
    const known = comparisons.includes(row.comparison) ? comparisons : [row.comparison, ...comparisons];
    const { join = "and" } = this.#condition ?? {};
    return html`<div
      class="ed-condition-row"
      role="group"
      aria-label=${t("condition_number", { number: index + 1 })}
    >
      ${
        index
          ? html`<select
              aria-label=${t("joined_by")}
              @change=${(event: Event) => this.#set({ ...this.#rows(index, row), join: (event.target as HTMLSelectElement).value as "and" | "or" })}
            >
              <option value="and" .selected=${join === "and"}>${t("and")}</option>
              <option value="or" .selected=${join === "or"}>${t("or")}</option>
            </select>`
          : nothing
      }
      <script-chooser
        .editor=${this.editor}
        .label=${t("question")}
        .choices=${() => this.#subjects()}
        .textOf=${(key: string) => this.#textOf(key)}
        .value=${this.#keyOf(row)}
        .choose=${(key: string) => this.#choose(index, key)}
      ></script-chooser>
      <select
        aria-label=${t("comparison")}
        ?hidden=${!row.subject.name}
        @change=${(event: Event) => this.#compare(index, row, (event.target as HTMLSelectElement).value as Comparison)}
      >
        ${known.map((each) => html`<option value=${each} .selected=${each === row.comparison}>${t(`is_${wordOf(each, question)}`)}</option>`)}
      </select>
      ${row.subject.name && !WITHOUT_VALUE.includes(row.comparison) ? valueControl(this.editor, row, question, (value) => this.#set(this.#rows(index, { ...row, value }))) : nothing}
      ${button("×", () => this.#set(this.#rows(index, null)), { label: t("remove_condition", { number: index + 1 }), classes: "ed-quiet" })}
      ${expressionOf({ join, rows: [row] }) ? nothing : html`<p class="help ed-unfinished">${row.subject.name && takesNumber(row, question) ? t("number_needed") : t("unfinished")}</p>`}
    </div>`;
  }

  #compare(index: number, row: Row, comparison: Comparison): void {
    this.#set(
      this.#rows(index, { ...row, comparison, value: WITHOUT_VALUE.includes(comparison) ? null : row.value }),
    );
  }
}
