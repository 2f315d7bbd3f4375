/** What the user can do with a message of theirs: edit it, delete it, or change the answer that it is. */

import { html, nothing } from "./lit.js";
import type { AnswerDraft, ApiError, Explanation, LoggedMessage, Question } from "../index.js";
import { textButton } from "./buttons.js";
import { icon } from "./icons.js";
import { confirmed } from "./dialogs.js";
import { sentenceOf } from "./errors.js";
import { lib, pageData } from "./library.js";
import { may, ROLL_BACK } from "./permissions.js";
import type { ThreadHost } from "./thread_host.js";

/** The response of `threads/{id}/messages/{pk}/question`. */
interface Answered {
  readonly question: Question | null;
  readonly answers: readonly number[];
  readonly text: string;
  readonly correctable: boolean;
}

interface Changing {
  readonly message: number;
  readonly instance: number;
  readonly answered: Answered | null;
  readonly explanations: readonly Explanation[];
  readonly canConfirm: boolean;
  readonly isBusy: boolean;
}

const PENCIL = "M4 20l1-5L16 4l4 4L9 19z";
const BIN = "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13";

export class MessageActions {
  #editing: { readonly message: number; error: string } | null = null;
  #changing: Changing | null = null;
  #problem: { readonly message: number; readonly text: string } | null = null;

  constructor(private readonly host: ThreadHost) {}

  /** The messages that look different because of what the user is doing. */
  get marked(): readonly number[] {
    return [this.#editing, this.#changing, this.#problem].flatMap((one) => (one ? [one.message] : []));
  }

  reset(): void {
    this.#editing = this.#changing = this.#problem = null;
  }

  /** Draw what can be done with a message. */
  view(message: LoggedMessage): unknown {
    if (!message.is_own || this.#editing?.message === message.id) return nothing;
    if (this.#changing?.message === message.id) return this.#changingView(this.#changing);
    const { edit, remove } = this.host.canChange(message);
    const isAnswer = message.related_question !== null && Boolean(this.host.room?.thread?.schema);
    const problem = this.#problem?.message === message.id ? this.#problem.text : "";
    return html`${problem ? html`<p class="error" role="alert">${problem}</p>` : nothing}
      <p class=${`acts quiet ${isAnswer ? "answer" : ""}`}>
        ${isAnswer ? this.#button("change_answer", PENCIL, () => void this.#change(message)) : nothing}
        ${edit ? this.#button("edit", PENCIL, () => this.#edit(message)) : nothing}
        ${remove ? this.#button("delete", BIN, () => void this.#remove(message)) : nothing}
      </p>`;
  }

  #button(key: string, path: string, act: () => void): unknown {
    const label = this.host.words.get(key);
    return html`<button class="plain act" aria-label=${label} title=${label} @click=${act}>
      ${icon(path)}
    </button>`;
  }

  /** Draw the form in which a message is edited, in place of its text. */
  instead(message: LoggedMessage): unknown {
    if (this.#editing?.message !== message.id) return null;
    const { words } = this.host;
    const save = (event: Event) => {
      event.preventDefault();
      void this.#save(message, (event.target as HTMLFormElement).querySelector("textarea")?.value ?? "");
    };
    return html`<form
      class="edit"
      @submit=${save}
      @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#finish(message.id)}
    >
      <textarea
        dir="auto"
        rows="2"
        aria-label=${words.get("edit")}
        .defaultValue=${lib().plainText(message)}
      ></textarea>
      ${this.#editing.error ? html`<p class="error" role="alert">${this.#editing.error}</p>` : nothing}
      <p class="acts">
        <button class="primary">${words.get("save")}</button>
        ${textButton(words.get("cancel"), () => this.#finish(message.id), "")}
      </p>
    </form>`;
  }

  #edit(message: LoggedMessage): void {
    this.#editing = { message: message.id, error: "" };
    void this.#drawn(`[data-message="${message.id}"] textarea`);
  }

  async #save(message: LoggedMessage, text: string): Promise<void> {
    if (!text.trim()) return;
    try {
      await this.host.api.edit(message.thread, message.id, text);
      this.#finish(message.id);
    } catch (error) {
      this.#editing = { message: message.id, error: sentenceOf(error, this.host.words) };
      this.host.refresh();
    }
  }

  async #remove(message: LoggedMessage): Promise<void> {
    const { words, api } = this.host;
    const root = this.host.renderRoot;
    if (!(await confirmed(root, words.get("delete_question"), words.get("delete"), words))) return;
    try {
      await api.remove(message.thread, message.id);
      this.host.say(words.get("deleted"));
    } catch (error) {
      this.#fail(message.id, error);
    }
  }

  async #change(message: LoggedMessage): Promise<void> {
    const path = `threads/${message.thread}/messages/${message.id}/question`;
    this.#problem = null;
    try {
      const answered = await this.host.api.request<Answered>("GET", path);
      if (!answered.correctable || !answered.question) return await this.#goBack(message, answered);
      this.#changing = {
        message: message.id,
        instance: message.instance ?? 0,
        answered,
        explanations: [],
        canConfirm: false,
        isBusy: false,
      };
      await this.#drawn(`[data-message="${message.id}"] dca-question`);
    } catch (error) {
      this.#fail(message.id, error);
    }
  }

  /** A script that cannot be corrected can be rolled back: its later answers are deleted. */
  async #goBack(message: LoggedMessage, { question }: Answered): Promise<void> {
    const { words, api, room } = this.host;
    const isPossible = question && room?.thread?.state === "scripted" && may(room.thread, ROLL_BACK);
    if (!isPossible) {
      this.#problem = { message: message.id, text: words.get("not_changeable") };
      this.host.refresh();
      return;
    }
    const root = this.host.renderRoot;
    if (!(await confirmed(root, words.get("go_back_question"), words.get("go_back"), words))) return;
    await api.rollBack(message.thread, { message: message.id });
  }

  #changingView({ message, instance, answered, explanations, canConfirm, isBusy }: Changing): unknown {
    const { words } = this.host;
    const answer = (event: CustomEvent<{ draft: AnswerDraft }>) =>
      void this.#correct(message, event.detail.draft);
    return html`<div class="changing">
      <dca-question
        .question=${answered?.question}
        .instance=${instance}
        .value=${{ answers: answered?.answers ?? [], text: answered?.text ?? "" }}
        .texts=${words}
        .limits=${pageData()}
        .explanations=${explanations}
        .canConfirm=${canConfirm}
        .busy=${isBusy}
        .canSkip=${false}
        labelled
        layout="chat"
        @answer=${answer}
      ></dca-question>
      ${textButton(words.get("cancel"), () => this.#finish(message))}
    </div>`;
  }

  async #correct(message: number, { files: _, ...draft }: AnswerDraft): Promise<void> {
    const { thread } = this.host;
    const changing = this.#changing;
    if (thread === null || !changing || changing.isBusy) return;
    this.#changing = { ...changing, isBusy: true };
    this.host.refresh();
    try {
      await this.host.api.correct(thread, { message, ...draft });
      this.#finish(message);
      this.host.say(this.host.words.get("changed"));
    } catch (error) {
      const { explanations = [], canConfirm = false } = error as Partial<ApiError>;
      const others = [{ field: "", code: "", text: sentenceOf(error, this.host.words), expected: null }];
      this.#changing = {
        ...changing,
        isBusy: false,
        explanations: explanations.length ? explanations : others,
        canConfirm,
      };
      this.host.refresh();
    }
  }

  #fail(message: number, error: unknown): void {
    this.#problem = { message, text: sentenceOf(error, this.host.words) };
    this.host.refresh();
  }

  #finish(message: number): void {
    this.reset();
    this.host.refresh();
    void this.host.updateComplete.then(() =>
      this.host.renderRoot.querySelector<HTMLElement>(`[data-message="${message}"]`)?.focus(),
    );
  }

  async #drawn(selector: string): Promise<void> {
    this.host.refresh();
    await this.host.updateComplete;
    const element = this.host.renderRoot.querySelector<HTMLElement & { focusControl?: () => void }>(selector);
    if (element?.focusControl) element.focusControl();
    else element?.focus();
  }
}
