/** The removal of a question: at once, or after a question if others lead to it or read its answer. */

import { html, nothing } from "./lit.js";
import { BELOW, labelOf, targets, targetText } from "./chooser.js";
import { type Script, shortened } from "./document.js";
import { below, remove } from "./edits.js";
import { button } from "./fields.js";
import { isRead, leadingTo, questionsFor } from "./references.js";
import type { Editor } from "./store.js";

/** The most parts that are named. */
const NAMED_MAX = 10;

export class Removing {
  #asked: { readonly qid: number; instead: number } | null = null;

  constructor(
    readonly root: HTMLElement,
    readonly editor: Editor,
  ) {
    editor.addEventListener("renumber", (event) => {
      const numbers = (event as CustomEvent<ReadonlyMap<number, number>>).detail;
      const asked = this.#asked;
      if (asked) this.#asked = { ...asked, qid: numbers.get(asked.qid) ?? asked.qid };
    });
    editor.addEventListener("remove", (event) => this.#ask((event as CustomEvent<number>).detail));
  }

  #ask(qid: number): void {
    const { editor } = this;
    const question = editor.question(qid);
    if (!question) return;
    const instead = below(editor.script, qid);
    const isNeeded =
      leadingTo(editor.script, qid) > 0 || (!!question.name && isRead(editor.script, question.name));
    if (!isNeeded) return this.#remove(qid, instead);
    this.#asked = { qid, instead };
    editor.changed();
    this.root.querySelector<HTMLElement>(".ed-removing button, .ed-removing input")?.focus();
  }

  #remove(qid: number, instead: number): void {
    const { editor } = this;
    const index = editor.indexOf(qid);
    this.#asked = null;
    editor.edit((script) => remove(script, qid, instead));
    editor.say(editor.t("removed"));
    const next = editor.script.questions[Math.min(index, editor.script.questions.length - 1)];
    if (next) editor.focus(next.qid, "fold");
    else this.root.querySelector<HTMLElement>("[data-key=add-question]")?.focus();
  }

  /** Return the names of the questions, scores and flags that are concerned. */
  #parts(
    qid: number,
    isOne: (one: Script) => boolean,
    isRule: (one: Script) => boolean = () => false,
  ): unknown {
    const { editor } = this;
    const { script } = editor;
    const questions = questionsFor(script, isOne).filter((each) => each.qid !== qid);
    const scores = (script.scores ?? []).filter((score) =>
      isRule({ ...script, scores: [score], flags: null, groups: [] }),
    );
    const flags = (script.flags ?? []).filter((flag) =>
      isRule({ ...script, scores: null, flags: [flag], groups: [] }),
    );
    const names = [
      ...questions.map((each) => labelOf(editor, each.qid)),
      ...scores.map(({ name, label }) => editor.t("the_score", { name: label || name })),
      ...flags.map(({ name, label }) => editor.t("the_flag", { name: label || name })),
    ];
    return html`<ul>
      ${names.slice(0, NAMED_MAX).map((name) => html`<li dir="auto">${name}</li>`)}
      ${names.length > NAMED_MAX ? html`<li>${editor.t("more_found", { count: names.length - NAMED_MAX })}</li>` : nothing}
    </ul>`;
  }

  /** Return the question about the removal, or nothing. */
  view(): unknown {
    const { editor } = this;
    const asked = this.#asked;
    const question = asked && editor.question(asked.qid);
    if (!asked || !question) return nothing;
    const { t } = editor;
    const count = leadingTo(editor.script, asked.qid);
    const isUsed = !!question.name && isRead(editor.script, question.name);
    const cancel = (): void => {
      this.#asked = null;
      editor.changed();
      editor.focus(asked.qid, "remove");
    };
    const isOther = ({ value }: { value: string }): boolean => value !== String(asked.qid) && value !== BELOW;
    return html`<div class="ed-ask ed-removing errornote" role="alertdialog" aria-labelledby="ed-ask-title">
      <p id="ed-ask-title">
        <strong>${t("remove_asked", { text: shortened(question.text, 60) || t("without_text") })}</strong>
      </p>
      ${
        isUsed
          ? html`<p>${t("answer_is_read")}</p>
              ${this.#parts(
                asked.qid,
                (one) => isRead(one, question.name ?? ""),
                (one) => isRead({ ...one, questions: [] }, question.name ?? ""),
              )}`
          : nothing
      }
      ${
        count
          ? html`<p>${t("leading_here", { count })}</p>
              ${this.#parts(asked.qid, (one) => leadingTo(one, asked.qid) > 0)}
              <script-chooser
                .editor=${editor}
                .label=${t("lead_instead_to")}
                .choices=${() => targets(editor, asked.qid).filter(isOther)}
                .textOf=${(value: string) => targetText(editor, value)}
                .value=${String(asked.instead)}
                .choose=${(value: string) => (asked.instead = Number(value))}
              ></script-chooser>`
          : nothing
      }
      <div class="ed-row">
        ${button(t("remove_it"), () => this.#remove(asked.qid, asked.instead), { classes: "ed-danger" })}
        ${button(t("cancel"), cancel)}
      </div>
    </div>`;
  }
}
