/** One conversation: its messages, and the form or the question that it has for the user. */

import { html, nothing } from "./lit.js";
import type { Attachment, LoggedMessage, RoomSnapshot, Snapshot } from "../index.js";
import { ChatElement } from "./base.js";
import type { PropertyDeclarations } from "./drawn.js";
import { icon } from "./icons.js";
import type { ComposerElement } from "./composer.js";
import { showPicture } from "./dialogs.js";
import { sentenceOf } from "./errors.js";
import { keyed } from "./keyed.js";
import { MessageActions } from "./message_actions.js";
import { type MessageContext, messagesView } from "./message_view.js";
import { PartKeys } from "./part_keys.js";
import { PendingMessages } from "./pending_messages.js";
import { namesOf, titleOf } from "./people.js";
import { may, DELETE, EDIT } from "./permissions.js";
import { Pictures } from "./pictures.js";
import { ScrollKeeper } from "./scroll.js";
import { SearchPanel } from "./search_panel.js";
import { ThreadFooter } from "./thread_footer.js";
import { headerView } from "./thread_header.js";
import type { ThreadHost } from "./thread_host.js";
import { AWAY, RoomElement } from "./thread_room.js";
import { ThreadStaff } from "./thread_staff.js";

/** So many pages back is a message looked for that was found or linked. */
const PAGES_BACK = 60;

/**
 * A conversation.
 *
 * @tagname dca-thread
 * @attr {number} thread - The id of the thread.
 * @attr {boolean} bare - Without the line with title and actions.
 * @attr {boolean} staff - Flags of the conversation, and who looks after it.
 * @slot before - In front of the title, for example a button that leads back.
 * @slot after - Behind the buttons of the title.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 * @fires thread-left - The user cannot read the thread, or no longer; `detail.thread` is its id.
 * @cssprop [--dca-accent] - The color of buttons and links.
 * @cssprop [--dca-accent-text] - The color of texts on `--dca-accent`.
 * @cssprop [--dca-background] - The color behind messages.
 * @cssprop [--dca-surface] - The color of bars and panels.
 * @cssprop [--dca-text] - The color of texts.
 * @cssprop [--dca-muted] - The color of less important texts.
 * @cssprop [--dca-border] - The color of lines.
 * @cssprop [--dca-danger] - The color of errors.
 * @cssprop [--dca-radius] - The radius of corners.
 * @cssprop [--dca-font] - The font family.
 * @cssprop [--dca-bubble-own] - The color of the user's messages.
 * @cssprop [--dca-bubble-own-text] - The color of texts in the user's messages.
 * @cssprop [--dca-bubble-other] - The color of the messages of others.
 */
export class ThreadElement extends RoomElement implements ThreadHost {
  static override properties: PropertyDeclarations = {
    ...ChatElement.properties,
    thread: { type: Number, reflect: true },
    bare: { type: Boolean },
    staff: { type: Boolean },
  };
  static override sheets = ["dialogs", "messages", "thread"];

  /** The id of the thread. */
  declare thread: number | null;
  /** Whether the line with title and actions is left out. */
  declare bare: boolean;
  /** Whether the user looks after others: shows flags, and takes over. */
  declare staff: boolean;

  readonly #scroll = new ScrollKeeper((atEnd, isNearStart) => this.#moved(atEnd, isNearStart));
  readonly #footer = new ThreadFooter(this);
  readonly #staff = new ThreadStaff(this, (act) => this.#footer.attempt(act));
  readonly #pending = new PendingMessages(this, (error) => this.#footer.fail(error));
  readonly #actions = new MessageActions(this);
  readonly #search = new SearchPanel(this);
  readonly #keys = new PartKeys();
  #pictures: Pictures | null = null;
  #isAtEnd = true;
  #hasDraft = false;
  /** Whether messages were drawn, and whether all are: the first frame has the last ones. */
  #hasBegun = false;
  #isWhole = false;

  constructor() {
    super();
    this.thread = null;
    this.bare = this.staff = false;
  }

  /** Draw again. @internal */
  refresh(): void {
    this.requestUpdate();
  }

  /** Have screen readers read a text. @internal */
  say(text: string): void {
    this.announce(text);
  }

  protected override started(signal: AbortSignal): void {
    this.#pictures = new Pictures(this.api, () => this.requestUpdate());
    super.started(signal);
  }

  protected override stopped(): void {
    super.stopped();
    this.#pictures?.close();
  }

  protected override shut(): void {
    super.shut();
    this.#scroll.detach();
    this.#actions.reset();
    this.#search.reset();
    this.#footer.reset();
    this.#staff.reset();
    this.#hasDraft = this.#hasBegun = this.#isWhole = false;
    this.#isAtEnd = true;
  }

  protected override updated(): void {
    const box = this.renderRoot.querySelector<HTMLElement>(".log");
    this.#scroll.attach(box, box?.firstElementChild ?? null);
    this.#restoreDraft();
    if (box && this.isReady(this.room) && !this.#hasBegun) this.#begin(box);
    super.updated();
  }

  #begin(box: HTMLElement): void {
    this.#hasBegun = true;
    // Before the first frame: the observer of sizes would do it only in that frame.
    this.#scroll.restore();
    // Messages that do not fill the box would move when others come above them.
    if (box.scrollHeight <= box.clientHeight) this.#drawAll();
    else requestAnimationFrame(() => setTimeout(() => this.#drawAll()));
  }

  #drawAll(): void {
    this.#isWhole = true;
    this.requestUpdate();
  }

  #restoreDraft(): void {
    const { room } = this;
    const composer = this.renderRoot.querySelector<ComposerElement>("dca-composer");
    if (this.#hasDraft || !composer || !this.isReady(room)) return;
    this.#hasDraft = true;
    composer.restore(room.draft);
  }

  #moved(atEnd: boolean, isNearStart: boolean): void {
    if (atEnd !== this.#isAtEnd) {
      this.#isAtEnd = atEnd;
      this.requestUpdate();
    }
    const { room } = this;
    if (isNearStart && !atEnd && room?.hasEarlier && !room.isLoading) void this.api.loadEarlier(room.id);
  }

  /** Show a message, and load what is between it and those that are loaded. */
  async showMessage(id: number): Promise<void> {
    const { room } = this;
    if (!room) return;
    for (let pages = 0; pages < PAGES_BACK; pages += 1) {
      const now = this.room;
      const oldest = now?.parts[0]?.[0]?.id ?? 0;
      if (!now?.hasEarlier || oldest <= id) break;
      await this.api.loadEarlier(room.id);
    }
    this.#drawAll();
    await this.updateComplete;
    const element = this.renderRoot.querySelector<HTMLElement>(`[data-message="${id}"]`);
    if (!element) return;
    this.#scroll.toElement(element);
    element.focus({ preventScroll: true });
    element.classList.add("found");
    element.addEventListener("animationend", () => element.classList.remove("found"), { once: true });
  }

  /** Focus the messages. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>(".log")?.focus();
  }

  /** Go to the newest message. */
  toNewest(): void {
    this.#scroll.toEnd();
  }

  protected view({ connection }: Snapshot): unknown {
    const { room, words: texts } = this;
    if (this.thread === null) return html`<p class="notice">${texts.get("choose_thread")}</p>`;
    const away = AWAY[connection];
    return html`<section
      class="thread"
      aria-label=${titleOf(room?.thread ?? null, this.api.account, texts) || texts.get("conversation")}
      @dragover=${(event: DragEvent) => event.preventDefault()}
      @drop=${this.#drop}
    >
      ${this.bare ? nothing : headerView(this, this.#search, this.#staff)} ${this.#search.view()}
      ${away ? html`<p class="notice away">${texts.get(away)}</p>` : nothing}
      <div class="log" role="log" aria-live="off" tabindex="0" aria-label=${texts.get("messages")}>
        <div class="inner">${this.isReady(room) ? this.#messages(room) : this.#loading(room)}</div>
      </div>
      <div class="corner">
        ${
          this.#isAtEnd || !this.isReady(room)
            ? nothing
            : html`<button
                class="newest"
                @click=${() => this.toNewest()}
                aria-label=${[texts.get("newest"), room.thread?.unread || ""].join(" ").trim()}
                title=${texts.get("newest")}
              >
                ${icon("M12 5v14M6 13l6 6 6-6")}${room.thread?.unread ? html`<span>${room.thread.unread}</span>` : nothing}
              </button>`
        }
      </div>
      <footer>${this.#footer.view(room)}</footer>
    </section>`;
  }

  #loading(room: RoomSnapshot | undefined): unknown {
    if (this.isGone) return this.failure(this.t("forbidden"), () => this.reopen());
    if (room?.error)
      return this.failure(sentenceOf(room.error, this.words), () => this.api.openThread(room.id));
    return html`<p class="skeleton" aria-busy="true"></p>
      <p class="skeleton"></p>
      <p class="skeleton"></p>`;
  }

  #messages(room: RoomSnapshot): unknown {
    const parts = this.#isWhole ? room.parts : room.parts.slice(-2);
    const context = this.#context();
    const marks = this.#actions.marked;
    const keys = this.#keys.of(parts);
    return html`
      ${
        room.hasEarlier
          ? html`<p class="earlier">
              <button class="link" ?disabled=${room.isLoading} @click=${() => this.api.loadEarlier(room.id)}>
                ${this.t(room.isLoading ? "loading" : "earlier")}
              </button>
            </p>`
          : nothing
      }
      ${keyed(
        parts,
        (_, at) => keys[at],
        (part, at) => {
          const before = parts[at - 1]?.at(-1);
          const after = parts[at + 1]?.[0];
          return html`<div class="part">${messagesView(part, before, after, context)}</div>`;
        },
        (part, at) => [
          part,
          parts[at - 1]?.at(-1),
          parts[at + 1]?.[0],
          marks.some((id) => part.some((message) => message.id === id)) ? {} : null,
          this.texts,
          this.#pictures?.version,
          room.thread?.permissions,
          room.thread?.state,
        ],
      )}
      ${parts.length || room.pending.length ? nothing : html`<p class="notice">${this.t("no_messages")}</p>`}
      ${room.pending.map((item) => this.#pending.view(item))}
      ${
        room.typing.length
          ? html`<p class="typing">
              <span class="dots"><i></i><i></i><i></i></span>
              ${this.t("typing", { n: room.typing.length, names: namesOf(room.typing, this.words) })}
            </p>`
          : nothing
      }
    `;
  }

  #context(): MessageContext {
    return {
      texts: this.words,
      firstUnread: this.firstUnread,
      url: (src) => this.#pictures?.url(src) ?? "",
      show: (attachment) => void this.#show(attachment),
      actions: (message) => this.#actions.view(message),
      instead: (message) => this.#actions.instead(message),
    };
  }

  /** Whether a message can be changed or deleted by the user. @internal */
  canChange(message: LoggedMessage): { edit: boolean; remove: boolean } {
    const thread = this.room?.thread;
    const isFree = message.is_own && message.related_question === null;
    return { edit: isFree && may(thread, EDIT), remove: isFree && may(thread, DELETE) };
  }

  async #show({ src, title }: Attachment): Promise<void> {
    const url = await this.api.fileUrl(src ?? "").catch(() => "");
    if (url) showPicture(this.renderRoot, url, title ?? "", this.words);
  }

  readonly #drop = (event: DragEvent) => {
    const composer = this.renderRoot.querySelector<ComposerElement>("dca-composer");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!composer || !files.length) return;
    event.preventDefault();
    void composer.add(files);
  };
}
