/** The preview beside the editor: the script as a member would see it on a phone, in any language, after each edit. */

import { loadLibrary } from "../elements/library.js";
import { QuestionElement } from "../elements/question.js";
import { loadStyles } from "../elements/styles.js";
import { loadTexts, type Texts } from "../elements/texts.js";
import type { AnswerDraft, Question } from "../index.js";
import { html, nothing, render } from "./lit.js";
import { button, selectField, textField } from "./fields.js";
import { postJson } from "./requests.js";
import type { Editor } from "./store.js";
import { shortened } from "./document.js";
import { languagesOf } from "./translations.js";

/** How long after an edit the preview follows, in ms. */
const PAUSE = 400;

/** An answer of the author, by what it chose: its place in the document, because previews store nothing. */
interface Given {
  readonly qid: number;
  readonly text: string;
  readonly answers: readonly number[];
  readonly skip: boolean;
  readonly files: readonly { readonly name: string; readonly size: number }[];
}

interface Line {
  readonly who: "script" | "person";
  readonly qid: number | null;
  readonly text: string;
  readonly pictures: readonly { readonly src: string; readonly title: string }[];
  readonly problems: readonly string[];
}

type Offered = Question & { readonly answers: readonly { readonly id: number; readonly index?: number }[] };

interface Result {
  readonly lines: readonly Line[];
  readonly question: Offered | null;
  readonly ended: string | null;
  readonly accepted: number;
  readonly explanations: readonly { readonly code: string; readonly text: string }[];
  readonly values: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly scores: readonly {
    readonly name: string;
    readonly label: string | null;
    readonly value: string | null;
    readonly band: string | null;
  }[];
  readonly flags: readonly { readonly name: string; readonly label: string | null }[];
  readonly context: Readonly<Record<string, string>>;
  readonly errors?: readonly { readonly text: string }[];
}

/** Scroll to the end, but no further than the beginning of what the script said last. */
function showNewest(log: Element): void {
  log.scrollTop = log.scrollHeight;
  const said = [...log.querySelectorAll<HTMLElement>(".ed-script")].at(-1);
  if (said && said.offsetTop < log.scrollTop) log.scrollTop = said.offsetTop;
}

export class PreviewElement extends HTMLElement {
  editor!: Editor;
  #language = "";
  #replies: readonly Given[] = [];
  #context: Readonly<Record<string, string>> = {};
  #result: Partial<Result> | null = null;
  #texts: Texts | null = null;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the newest line is to be scrolled to. */
  #scrolls = false;

  connectedCallback(): void {
    if (!customElements.get("dca-question")) customElements.define("dca-question", QuestionElement);
    this.editor.addEventListener("edit", this.#follow);
    void Promise.all([loadLibrary(), loadStyles(), this.#load()]).then(() => this.#ask());
    this.#draw();
  }

  disconnectedCallback(): void {
    this.editor.removeEventListener("edit", this.#follow);
    clearTimeout(this.#timer);
  }

  async #load(): Promise<void> {
    this.#texts = await loadTexts(this.#language || document.documentElement.lang);
  }

  readonly #follow = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), PAUSE);
  };

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.#asked += 1;
    const asked = this.#asked;
    const { script, data } = this.editor;
    const { status, body } = await postJson<Result>(data, data.urls.preview, {
      document: script,
      language: this.#language || null,
      replies: this.#replies,
      context: this.#context,
    });
    if (asked !== this.#asked) return;
    if (status === 200) {
      this.#result = body;
      // After an edit, answers that no longer fit are given again.
      this.#replies = this.#replies.slice(0, body.accepted ?? 0);
    } else
      this.#result = {
        ...this.#result,
        errors: body.errors ?? [{ text: this.editor.t(status ? "preview_failed" : "no_connection") }],
      };
    this.#draw();
    const log = this.querySelector(".ed-said");
    if (log && this.#scrolls) showNewest(log);
    this.#scrolls = false;
  }

  #reply(reply: Given): void {
    this.#replies = [...this.#replies, reply];
    this.#scrolls = true;
    void this.#ask().then(() => this.querySelector<QuestionElement>("dca-question")?.focusControl());
  }

  #answer(question: Offered, draft: AnswerDraft): void {
    const chosen = (draft.answers ?? []).map((id) => {
      const at = question.answers.findIndex((answer) => answer.id === id);
      return question.answers[at]?.index ?? at;
    });
    const files = (draft.files ?? []).map((file) => {
      const found = file as unknown as { file?: File };
      return { name: found.file?.name ?? "file", size: found.file?.size ?? 0 };
    });
    this.#reply({ qid: question.qid, text: draft.text ?? "", answers: chosen, skip: false, files });
  }

  #back(): void {
    this.#replies = this.#replies.slice(0, -1);
    this.#scrolls = true;
    void this.#ask();
  }

  #again(): void {
    this.#replies = [];
    void this.#ask();
  }

  async #speak(language: string): Promise<void> {
    this.#language = language;
    await this.#load();
    await this.#ask();
  }

  #draw(): void {
    const { editor } = this;
    const { t } = editor;
    const known = new Map(editor.data.languages);
    const codes = [...new Set([...languagesOf(editor.script), ...known.keys()])];
    const { lines = [], ended, errors = [], flags = [] } = this.#result ?? {};
    render(
      html`<section aria-labelledby="ed-preview-title">
        <div class="ed-row ed-preview-head">
          <h2 id="ed-preview-title">${t("preview")}</h2>
          ${selectField({
            id: "preview-language",
            label: t("preview_language"),
            value: this.#language,
            options: [
              ["", t("language_as_written")],
              ...codes.map((code) => [code, known.get(code) ?? code] as const),
            ],
            set: (code) => void this.#speak(code),
          })}
        </div>
        <div role="status">
          ${flags.map(({ name, label }) => html`<p class="ed-flag"><strong>${t("flag_raised")}</strong> <span dir="auto">${label || name}</span></p>`)}
        </div>
        <div class="ed-phone" lang=${this.#language || nothing}>
          <div class="ed-said" role="log" tabindex="0" aria-label=${t("conversation")}>
            ${lines.map((line) => this.#line(line))}
            ${ended ? html`<p class="ed-ended">${ended}</p>` : nothing}
          </div>
          ${errors.map(({ text }) => html`<p class="errornote">${text}</p>`)}
          <div class="ed-asked">${this.#question()}</div>
        </div>
        <div class="ed-row">
          ${button(t("preview_back"), () => this.#back(), { isDisabled: !this.#replies.length })}
          ${button(t("preview_again"), () => this.#again(), { isDisabled: !this.#replies.length })}
        </div>
        ${this.#figures()}
      </section>`,
      this,
    );
  }

  #line({ who, qid, text, pictures, problems }: Line): unknown {
    const open = (): void => this.editor.show(qid ?? 0);
    return html`<div class="ed-line ed-${who}">
      ${text ? html`<p dir="auto">${text}</p>` : nothing}
      ${pictures.map(({ src, title }) => (src ? html`<img src=${src} alt=${title} />` : html`<span>${title}</span>`))}
      ${problems.map((problem) => html`<p class="ed-problem">${problem}</p>`)}
      ${who === "script" ? button("✎", open, { label: this.editor.t("edit_question"), classes: "ed-quiet ed-edit" }) : nothing}
    </div>`;
  }

  #question(): unknown {
    const { question, explanations = [] } = this.#result ?? {};
    if (!question || !this.#texts) return nothing;
    const skip = (): void => this.#reply({ qid: question.qid, text: "", answers: [], skip: true, files: [] });
    return html`<dca-question
      .question=${question}
      .texts=${this.#texts}
      .explanations=${explanations}
      layout="chat"
      @answer=${({ detail }: CustomEvent<{ draft: AnswerDraft }>) => this.#answer(question, detail.draft)}
      @skip=${skip}
    ></dca-question>`;
  }

  /** What the answers have come to: values, scores with bands, flags. */
  #figures(): unknown {
    const { t } = this.editor;
    const { values = {}, variables = {}, scores = [], context = {} } = this.#result ?? {};
    // Before the first answer, a score is only what nothing comes to.
    const counted = this.#replies.length ? scores : [];
    const titleOf = (name: string): string =>
      shortened(this.editor.script.questions.find((each) => each.name === name)?.text, 60) || name;
    const rows = [
      ...counted.map(
        ({ name, label, value, band }) =>
          [label || name, [value ?? "–", band].filter(Boolean).join(" · ")] as const,
      ),
      ...Object.entries(values).map(([name, value]) => [titleOf(name), value] as const),
      ...Object.entries(variables),
    ];
    const entered = (path: string, text: string): void => {
      this.#context = { ...context, ...this.#context, [path]: text };
      this.#follow();
    };
    return html`${
      rows.length
        ? html`<table class="ed-figures">
            <caption>
              ${this.#result?.ended ? t("figures") : t("figures_so_far")}
            </caption>
            <tbody>
              ${rows.map(
                ([name, value]) =>
                  html`<tr>
                    <th scope="row" dir="auto">${name}</th>
                    <td dir="auto">${value}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
        : nothing
    }
    ${
      Object.keys(context).length
        ? html`<fieldset>
            <legend>${t("host_data")}</legend>
            ${Object.entries(context).map(([path, text]) => textField({ id: `context-${path}`, label: path, value: this.#context[path] ?? text, set: (entry) => entered(path, entry) }))}
          </fieldset>`
        : nothing
    }`;
  }
}
