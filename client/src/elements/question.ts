/** One question with its control: how it is drawn, and what is wrong with the answer. */

import { html, nothing } from "./lit.js";
import type { Control } from "./controls/control.js";
import { shownText } from "./controls/index.js";
import { lib } from "./library.js";
import { QuestionInput } from "./question_input.js";

/**
 * The control of a question. `dca-thread` and `dca-survey` use it; the events do not leave their roots.
 *
 * @fires answer - The user has answered; `detail` has the `draft` for the client and the text that is `shown` meanwhile.
 * @fires clear - The user has removed the answer.
 * @fires skip - The user has skipped the question.
 * @fires typing - The user is entering something.
 * @fires file-remove - The user has removed a stored file; it is in `detail`.
 */
export class QuestionElement extends QuestionInput {
  protected override render(): unknown {
    const control = this.control;
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
    return html`<div class="actions">
      ${
        isSkipped
          ? html`<button class="plain" dir="auto" aria-disabled=${this.isWaiting} @click=${() => this.skip()}>
              ${this.question.skip || this.t("skip")}
            </button>`
          : nothing
      }
      ${
        clears
          ? html`<button class="link" @click=${() => this.clear()}>${this.t("clear_answer")}</button>`
          : nothing
      }
      ${
        this.canConfirm
          ? html`<button @click=${() => this.confirm()}>${this.t("keep_answer")}</button>`
          : nothing
      }
      ${
        sends
          ? html`<button class="primary" aria-disabled=${this.isWaiting} @click=${() => this.send()}>
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

  #suggestion(): unknown {
    const { question, texts, suggested: input } = this;
    if (!input) return nothing;
    return html`<p class="suggestion">
      <span>${this.t("suggested")} <b dir="auto">${shownText({ question, texts, input })}</b></span>
      <button @click=${() => this.change(input, "now")}>${this.t("use_suggestion")}</button>
    </p>`;
  }

  #attachments(): unknown {
    return this.question.attachments.map(({ type, src, title, description, thumbnail }) => {
      if (type !== "image")
        return src
          ? html`<p>
              <a href=${lib().safeUrl(src) ?? nothing} target="_blank" rel=${lib().LINK_REL} dir="auto"
                >${title || src}</a
              >
            </p>`
          : nothing;
      const small = (thumbnail as { src?: string } | null)?.src ?? src;
      const url = this.url(src) || this.url(small);
      return url ? html`<img class="picture" src=${url} alt=${description || title} />` : nothing;
    });
  }
}
