/** The conversations of the user, and the one that they have chosen. */

import { html, nothing } from "./lit.js";
import type { Snapshot, ThreadListSnapshot, ThreadQuery, UnreadCounts } from "../index.js";
import { showUnread, UnreadNumbers, unreadOf } from "./badges.js";
import { ChatElement } from "./base.js";
import type { Changes, PropertyDeclarations } from "./drawn.js";
import { sentenceOf } from "./errors.js";
import { icon } from "./icons.js";
import { lib } from "./library.js";
import { showing } from "./rooms.js";
import { canNotify, notify } from "./push.js";
import { HashRoute } from "./routing.js";
import { StartPanel } from "./start_panel.js";
import { rowsView } from "./thread_rows.js";

const PAUSE = 300;
/** What the filters ask for, by name; the later ones are for staff. */
const FILTERS: Readonly<Record<string, Partial<ThreadQuery>>> = {
  all: {},
  unread: { unread: true },
  flagged: { flagged: true },
  mine: { assigned: "me" },
};

/**
 * The conversations of the user, and beside them the one that was chosen; where there is no room, in place of them.
 *
 * @tagname dca-threads
 * @attr {string} type - The type of the threads; default: `chat`.
 * @attr {number} thread - The id of the chosen thread.
 * @attr {boolean} list-only - Only the list: `thread-open` says what was chosen.
 * @attr {boolean} can-start - A button that starts a conversation with one of the published scripts.
 * @attr {boolean} can-write - With `can-start`: the user can also start a conversation without a script. The host adds
 *   those who answer.
 * @attr {boolean} can-notify - A button that asks for notifications on this device.
 * @attr {boolean} staff - Filters for flagged and assigned conversations; flags and assignment in a conversation.
 * @attr {string} routing - `hash` keeps the chosen thread in the address: `#/thread/7`.
 * @attr {boolean} page-badges - The number of unread messages of the type in the title and the icon of the page.
 * @fires thread-open - A thread was chosen; `detail.thread` is its id. `preventDefault()` leaves it to the page.
 * @fires unread-change - The numbers of unread threads and messages of the type have changed; they are in `detail`.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 * @cssprop [--dca-accent] - As for `dca-thread`, like all others.
 */
export class ThreadsElement extends ChatElement {
  static override properties: PropertyDeclarations = {
    ...ChatElement.properties,
    type: {},
    thread: { type: Number, reflect: true },
    listOnly: { type: Boolean, reflect: true },
    canStart: { type: Boolean },
    canWrite: { type: Boolean },
    canNotify: { type: Boolean },
    staff: { type: Boolean },
    routing: {},
    pageBadges: { type: Boolean },
  };
  static override sheets = ["dialogs", "threads"];

  /** The type of the threads. */
  declare type: string;
  /** The id of the chosen thread. */
  declare thread: number | null;
  declare listOnly: boolean;
  declare canStart: boolean;
  declare canWrite: boolean;
  declare canNotify: boolean;
  declare staff: boolean;
  declare routing: string | null;
  declare pageBadges: boolean;

  #query: ThreadQuery | null = null;
  #close = () => {};
  #filter = "all";
  #words = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #unread = new UnreadNumbers((counts) => {
    this.emit("unread-change", counts);
    if (this.pageBadges) showUnread(counts.messages);
  });
  #notice = "";
  #isNotified = false;
  readonly #route = new HashRoute((thread) => this.#routed(thread));
  readonly #start = new StartPanel(this);

  constructor() {
    super();
    this.type = "chat";
    this.thread = null;
    this.listOnly = this.canStart = this.canWrite = this.canNotify = this.staff = this.pageBadges = false;
    this.routing = null;
  }

  protected select(snapshot: Snapshot): readonly unknown[] {
    return [this.#list, unreadOf(snapshot, this.type)];
  }

  protected override started(signal: AbortSignal): void {
    this.#load();
    if (this.routing === "hash") this.#route.start(signal);
    void canNotify().then((can) => {
      this.#isNotified = !can;
      this.requestUpdate();
    });
  }

  protected override stopped(): void {
    clearTimeout(this.#timer);
    this.#close();
    this.#query = null;
    this.#unread.take(null);
    if (this.pageBadges) showUnread(0);
  }

  protected override willUpdate(changed: Changes): void {
    super.willUpdate(changed);
    if (changed.has("type") && this.#query) this.#load();
    if (this.chat) this.#unread.take(unreadOf(this.api.getSnapshot(), this.type));
  }

  /** Load the list that the filters describe. */
  #load(): void {
    this.#close();
    const { api } = this;
    const q = this.#words.trim();
    const query = { type: this.type, ...FILTERS[this.#filter], ...(q ? { q } : {}) };
    this.#query = query;
    this.#close = showing(
      api,
      lib().listKey(query),
      () => api.loadThreads(query),
      () => api.closeThreads(query),
    );
    this.requestUpdate();
  }

  get #list(): ThreadListSnapshot | undefined {
    return this.#query ? this.api.getSnapshot().lists.get(lib().listKey(this.#query)) : undefined;
  }

  /** Show a thread; null shows the list. */
  open(thread: number | null): void {
    if (thread !== null && !this.emit("thread-open", { thread }, { cancelable: true })) return;
    this.#notice = "";
    if (this.routing === "hash") this.#route.go(thread);
    else this.thread = thread;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("dca-thread")?.focus());
  }

  #routed(thread: number | null): void {
    this.thread = thread;
    if (thread === null)
      void this.updateComplete.then(() =>
        this.renderRoot.querySelector<HTMLElement>(".current, .row")?.focus(),
      );
  }

  /** Show the next thread with unread messages. */
  openNextUnread(): void {
    const threads = this.#list?.threads ?? [];
    const at = threads.findIndex(({ id }) => id === this.thread);
    const next = [...threads.slice(at + 1), ...threads.slice(0, at + 1)].find(
      ({ unread, id }) => unread > 0 && id !== this.thread,
    );
    if (next) this.open(next.id);
    // It may be beyond the loaded pages.
    else if (this.#unread.now?.threads && this.#filter !== "unread") this.#choose("unread");
    else this.announce(this.t("all_read"));
  }

  protected view(): unknown {
    const list = this.#list;
    return html`<div
      class=${`split ${this.thread !== null && !this.listOnly ? "has-thread" : ""}`}
      @keydown=${this.#key}
    >
      <nav aria-label=${this.t("conversations")}>
        ${this.#tools(this.#unread.now)}
        <div class="rows" @scroll=${this.#scrolled}>${list ? this.#rows(list) : nothing}</div>
      </nav>
      ${this.listOnly ? nothing : this.#chosen()}
    </div>`;
  }

  #tools(unread: UnreadCounts | null): unknown {
    return html`<div class="tools">
      <div class="line">
        <input
          type="search"
          dir="auto"
          enterkeyhint="search"
          aria-label=${this.t("search_conversations")}
          placeholder=${this.t("search")}
          @input=${this.#typed}
        />
        ${
          this.canStart
            ? html`<button class="primary" @click=${() => void this.#start.open()}>
                ${icon("M12 5v14M5 12h14")}<span>${this.t("new")}</span>
              </button>`
            : nothing
        }
      </div>
      <div class="line filters" role="group" aria-label=${this.t("filter")}>
        ${Object.keys(FILTERS)
          .slice(0, this.staff ? 4 : 2)
          .map(
            (name) =>
              html`<button
                class="chip"
                aria-pressed=${this.#filter === name}
                @click=${() => this.#choose(name)}
              >
                ${this.t(`filter_${name}`)}${name === "unread" && unread?.threads ? html` <b>${this.texts?.number(unread.threads)}</b>` : nothing}
              </button>`,
          )}
        ${
          unread?.threads
            ? html`<button class="link" aria-keyshortcuts="n" @click=${() => this.openNextUnread()}>
                ${this.t("next_unread")}
              </button>`
            : nothing
        }
        ${
          this.canNotify && !this.#isNotified
            ? html`<button class="link" @click=${() => void this.#notify()}>${this.t("notify_me")}</button>`
            : nothing
        }
      </div>
      ${this.#notice ? html`<p class="hint" role="alert">${this.#notice}</p>` : nothing}
    </div>`;
  }

  #rows(list: ThreadListSnapshot): unknown {
    if (list.error && !list.threads.length)
      return this.failure(sentenceOf(list.error, this.words), () => this.#load());
    return rowsView(this, list, this.#words || this.#filter !== "all", this.#more);
  }

  #chosen(): unknown {
    const back = html`<button
      slot="before"
      class="plain back"
      aria-label=${this.t("conversations")}
      @click=${() => (this.routing === "hash" ? this.#route.back() : this.#routed(null))}
    >
      ${icon("M15 5l-7 7 7 7")}
    </button>`;
    return html`<div class="chosen">
      ${
        this.thread === null
          ? html`<p class="notice">${this.t("choose_thread")}</p>`
          : html`<dca-thread
              .thread=${this.thread}
              .client=${this.chat}
              .strings=${this.strings}
              .staff=${this.staff}
              lang=${this.words.language}
              @thread-left=${() => this.#leave()}
              >${back}</dca-thread
            >`
      }
    </div>`;
  }

  /** The chosen conversation cannot be read. */
  #leave(): void {
    this.#notice = this.t("forbidden");
    if (this.routing === "hash") this.#route.leave();
    else this.thread = null;
  }

  #choose(filter: string): void {
    this.#filter = filter;
    this.#load();
  }

  async #notify(): Promise<void> {
    const problem = await notify(this.api);
    this.#isNotified = !problem;
    this.#notice = this.t(problem ?? "notified");
    this.requestUpdate();
  }

  readonly #typed = (event: Event) => {
    this.#words = (event.target as HTMLInputElement).value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), PAUSE);
  };

  readonly #key = (event: KeyboardEvent) => {
    const isTyping = (event.composedPath()[0] as HTMLElement).matches("input, textarea, select");
    if (event.key !== "n" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.openNextUnread();
  };

  readonly #more = () => {
    if (this.#query) void this.api.loadMoreThreads(this.#query);
  };

  readonly #scrolled = (event: Event) => {
    const box = event.target as HTMLElement;
    if (box.scrollHeight - box.scrollTop - box.clientHeight < box.clientHeight) this.#more();
  };
}
