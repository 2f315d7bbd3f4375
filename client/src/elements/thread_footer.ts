/** What is below the messages: the form for a message, or the question of the script and what can be done with it. */

import { html, nothing } from "./lit.js";
import type { AnswerDraft, Explanation, Question, RoomSnapshot, Schema, Sending, Thread } from "../index.js";
import { textButton } from "./buttons.js";
import type { Composed, ComposerElement } from "./composer.js";
import { confirmed } from "./dialogs.js";
import { sentenceOf } from "./errors.js";
import { lib, pageData } from "./library.js";
import { BREAK_STATE, CREATE, may, REOPEN, ROLL_BACK } from "./permissions.js";
import { dayName, timeOf } from "./people.js";
import type { ThreadHost } from "./thread_host.js";

export class ThreadFooter {
  #explanations: readonly Explanation[] = [];
  #canConfirm = false;
  #error = "";
  /** The answer that is on its way, and the message that asked for it. */
  #answering: { readonly id: string; readonly asked: number | null } | null = null;
  #asked: number | null = null;
  #schema: Schema | null = null;
  #chosen: Question | null = null;
  #loaded: string | null = null;

  constructor(private readonly host: ThreadHost) {}

  reset(): void {
    this.#forgetErrors();
    this.#answering = this.#schema = this.#chosen = this.#loaded = this.#asked = null;
  }

  #forgetErrors(): void {
    this.#explanations = [];
    this.#canConfirm = false;
    this.#error = "";
  }

  view(room: RoomSnapshot | undefined): unknown {
    const thread = room?.thread;
    if (!thread || !room.isLoaded) return nothing;
    this.#follow(thread);
    const error = this.#error ? html`<p class="error" role="alert">${this.#error}</p>` : nothing;
    return html`${error}${this.#control(thread)}`;
  }

  #control(thread: Thread): unknown {
    const { words } = this.host;
    if (!may(thread, CREATE)) return html`<p class="notice">${words.get("read_only")}</p>`;
    switch (thread.state) {
      case "closed":
        return may(thread, REOPEN)
          ? this.#composer(words.get("reopen_hint"))
          : html`<p class="notice">${words.get("closed")}</p>`;
      case "scripted":
        return thread.question_data ? this.#question(thread, thread.question_data) : this.#waiting(thread);
      case "scripted_fe_controlled":
        return html`${this.#choice("choose_question")}${this.#chosen ? this.#question(thread, this.#chosen) : nothing}`;
      case "assisted":
        return html`${this.#choice("send_question")}${this.#composer()}`;
      default:
        return html`${thread.paused ? this.#paused() : nothing}${this.#composer()}`;
    }
  }

  /** Load what the state of the thread needs, and forget errors about an earlier question. */
  #follow(thread: Thread): void {
    if (thread.related_message !== this.#asked) {
      this.#asked = thread.related_message;
      this.#forgetErrors();
      // After an answer, the focus goes to the next control: also when the answer was accepted before that is known.
      const { activeElement } = this.host.renderRoot;
      if (this.#answering || activeElement?.closest("footer")) {
        this.#answering = null;
        void this.host.updateComplete.then(() => this.focus());
      }
    }
    const needsSchema =
      ["assisted", "scripted_fe_controlled"].includes(thread.state) && thread.schema !== null;
    const key = `${thread.id} ${needsSchema ? thread.schema : ""}`;
    if (this.#loaded === key) return;
    this.#loaded = key;
    this.#schema = this.#chosen = null;
    if (needsSchema) void this.#load(`schemas/${thread.schema}`, (schema: Schema) => (this.#schema = schema));
  }

  async #load<T>(path: string, take: (loaded: T) => void): Promise<void> {
    const { thread } = this.host;
    const loaded = await this.host.api.request<T>("GET", path).catch(() => null);
    if (!loaded || thread !== this.host.thread) return;
    take(loaded);
    this.host.refresh();
  }

  /** Focus the control of the question, or the form. */
  focus(): void {
    const root = this.host.renderRoot;
    const question = root.querySelector<HTMLElement & { focusControl(): void }>("footer dca-question");
    if (question) question.focusControl();
    else root.querySelector<HTMLElement>("footer dca-composer")?.focus();
  }

  // Messages

  #composer(hint = ""): unknown {
    const { words, api } = this.host;
    const thread = this.host.thread as number;
    return html`<dca-composer
      .texts=${words}
      .hint=${hint}
      @compose=${(event: CustomEvent<Composed>) => this.#compose(event)}
      @write=${({ detail }: CustomEvent<{ text: string }>) => {
        if (detail.text) api.typing(thread);
        void api.setDraft(thread, detail.text);
      }}
    ></dca-composer>`;
  }

  #compose({ detail: { text, files }, target }: CustomEvent<Composed>): void {
    const thread = this.host.thread as number;
    this.#error = "";
    void this.host.api.setDraft(thread, "");
    const { done } = this.host.api.send(thread, { text, ...(files.length ? { files } : {}) });
    done.catch((error: unknown) => {
      // The user has discarded it.
      if (!(error instanceof lib().ApiError)) return;
      (target as ComposerElement).restore(text);
      this.fail(error);
    });
    this.host.toNewest();
  }

  // The script

  #question(thread: Thread, question: Question): unknown {
    const { words } = this.host;
    const isBusy = this.#answering !== null && this.#answering.asked === thread.related_message;
    const { progress } = question;
    return html`<div class="question">
      ${
        progress === undefined
          ? nothing
          : html`<progress
              class="progress"
              max="1"
              .value=${progress}
              aria-label=${words.get("progress")}
            ></progress>`
      }
      <dca-question
        .question=${question}
        .texts=${words}
        .limits=${pageData()}
        .explanations=${this.#explanations}
        .canConfirm=${this.#canConfirm}
        .busy=${isBusy}
        layout="chat"
        @answer=${({ detail }: CustomEvent<{ draft: AnswerDraft; shown: string }>) =>
          this.#answer(thread, question, detail.draft, detail.shown)}
        @skip=${() => this.#sent(thread, this.host.api.skip(thread.id))}
        @typing=${() => this.host.api.typing(thread.id)}
      ></dca-question>
      ${this.#bar(thread)}
    </div>`;
  }

  #answer(thread: Thread, question: Question, draft: AnswerDraft, shown: string): void {
    // A second tap while the first is on its way does nothing.
    if (this.#answering && this.#answering.asked === thread.related_message) return;
    const { instance } = this.host.room?.parts.flat().find(({ id }) => id === thread.related_message) ?? {};
    this.#sent(
      thread,
      this.host.api.send(thread.id, {
        ...draft,
        question: question.id,
        shown,
        ...(instance ? { instance } : {}),
      } as Parameters<typeof this.host.api.send>[1]),
    );
  }

  #sent(thread: Thread, { id, done }: Sending): void {
    this.#answering = { id, asked: thread.related_message };
    this.#forgetErrors();
    this.host.refresh();
    this.host.toNewest();
    done.then(
      () => this.#done(id),
      (error: unknown) => {
        this.#done(id);
        if (!(error instanceof lib().ApiError)) return;
        this.#explanations = error.explanations;
        this.#canConfirm = error.canConfirm;
        if (this.#explanations.length) this.host.refresh();
        else this.fail(error);
      },
    );
  }

  /** A control that stays, because its question does, can be used again. */
  #done(id: string): void {
    const { related_message: asked = null } = this.host.room?.thread ?? {};
    if (this.#answering?.id !== id || this.#answering.asked !== asked) return;
    this.#answering = null;
    this.#chosen = null;
    this.host.refresh();
    void this.host.updateComplete.then(() => this.focus());
  }

  #bar(thread: Thread): unknown {
    const { words, api, room } = this.host;
    const canPause = may(thread, BREAK_STATE);
    // Nothing is before the first question.
    const canGoBack =
      may(thread, ROLL_BACK) &&
      (room?.hasEarlier ||
        room?.parts.some((part) => part.some((one) => one.is_own && one.related_question)));
    if (!canGoBack && !canPause) return nothing;
    return html`<p class="bar">
      ${canGoBack ? textButton(words.get("back"), () => this.attempt(() => api.rollBack(thread.id))) : nothing}
      ${
        canPause
          ? html`${textButton(words.get("pause"), () => this.attempt(() => api.pauseScript(thread.id)))}
            ${textButton(words.get("stop"), () => this.#stop(thread))}`
          : nothing
      }
    </p>`;
  }

  async #stop(thread: Thread): Promise<void> {
    const { words, api } = this.host;
    const root = this.host.renderRoot;
    if (!(await confirmed(root, words.get("stop_question"), words.get("stop"), words))) return;
    api.stopScript(thread.id).done.catch((error: unknown) => this.fail(error));
  }

  #paused(): unknown {
    const { words, api, thread } = this.host;
    return html`<p class="bar">
      <span>${words.get("paused")}</span>
      ${textButton(words.get("resume"), () => this.attempt(() => api.resumeScript(thread as number)), "primary")}
    </p>`;
  }

  #waiting({ next_restart }: Thread): unknown {
    const { words } = this.host;
    const when = next_restart ? `${dayName(next_restart, words)}, ${timeOf(next_restart, words)}` : "";
    return html`<p class="notice">
      ${when ? words.get("next_questions", { when }) : words.get("no_question")}
    </p>`;
  }

  /** Draw the questions of a schema, of which the user chooses one. */
  #choice(key: string): unknown {
    const { words } = this.host;
    if (!this.#schema) return nothing;
    const all = [...this.#schema.questions, ...this.#schema.groups.flatMap(({ questions }) => questions)];
    const questions = all.filter(({ type }) => !["fork", "calculation"].includes(type));
    return html`<label class="choose"
      ><span>${words.get(key)}</span>
      <select @change=${(event: Event) => this.#choose(event.target as HTMLSelectElement, questions)}>
        <option value=""></option>
        ${questions.map(({ id, text }) => html`<option value=${id}>${text}</option>`)}
      </select></label
    >`;
  }

  #choose(select: HTMLSelectElement, questions: readonly Question[]): void {
    const question = questions.find(({ id }) => String(id) === select.value) ?? null;
    const { thread } = this.host;
    if (this.host.room?.thread?.state === "assisted" && question && thread !== null) {
      select.value = "";
      this.host.api
        .send(thread, { question: question.id, shown: question.text })
        .done.catch((error: unknown) => this.fail(error));
    } else {
      this.#chosen = question;
      this.host.refresh();
    }
  }

  /** Do something, and say so if the server refuses it. */
  attempt(act: () => Promise<unknown>): void {
    this.#error = "";
    act().catch((error: unknown) => this.fail(error));
  }

  fail(error: unknown): void {
    if (!(error instanceof lib().ApiError)) return;
    this.#error = sentenceOf(error, this.host.words);
    this.host.refresh();
  }
}
