/** What all elements have in common: the client, the language, the theme and announcements. */

import { textButton } from "./buttons.js";
import { html, nothing } from "./lit.js";
import { type Changes, DrawnElement, type PropertyDeclarations } from "./drawn.js";
import type { ChatClient, Snapshot } from "../index.js";
import { lib, loadLibrary, pageData } from "./library.js";
import { applyStyles, holdPlace, loadStyles } from "./styles.js";
import { loadTexts, type Parameters, type Strings, Texts } from "./texts.js";

/** Why an element shows nothing of the user. */
type Problem = "signed_out" | "other_account" | "not_loaded";

/**
 * An element that shows the state of a client.
 *
 * @attr lang - The language of its texts; default: that of the page.
 * @attr theme - `light`, `dark` or `auto` (as the system); default: the `color-scheme` of the page.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 */
export abstract class ChatElement extends DrawnElement {
  static override properties: PropertyDeclarations = {
    lang: {},
    theme: { reflect: true },
    client: { attribute: false },
    strings: { attribute: false },
  };
  /** The sheets of the element in `elements.css`. */
  static sheets: readonly string[] = [];

  declare lang: string;
  declare theme: string | null;
  /** The client whose state is shown; default: that of the account that is signed in on the page. */
  declare client: ChatClient | null;
  /** Texts in place of those of the language, by key. */
  declare strings: Strings;
  /** The texts; undefined until they are loaded. */
  protected texts: Texts | undefined;
  protected problem: Problem | null = null;
  #owned: ChatClient | null = null;
  #listening = new AbortController();
  #seen: readonly unknown[] = [];
  #startings = 0;

  constructor() {
    super();
    holdPlace(this.renderRoot);
    this.lang = "";
    this.theme = null;
    this.client = null;
    this.strings = {};
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  /** The client once the element has started. */
  protected get chat(): ChatClient | null {
    return this.#owned ?? this.client;
  }

  /** The client, where the element draws or acts: it has started then. @internal */
  get api(): ChatClient {
    return this.chat as ChatClient;
  }

  /** The texts, as for `api`. @internal */
  get words(): Texts {
    return this.texts as Texts;
  }

  /** Return a text of the language. */
  protected t(key: string, parameters?: Parameters): string {
    return this.texts?.get(key, parameters) ?? "";
  }

  /** The parts of the state that the element draws: it draws again when one of them is another. */
  protected abstract select(snapshot: Snapshot): readonly unknown[];

  /** Draw, with the texts and the client at hand. */
  protected abstract view(snapshot: Snapshot): unknown;

  /** The client is there; the signal is aborted when it is about to be left. */
  protected started(_signal: AbortSignal): void {}

  /** The client is about to be left. */
  protected stopped(): void {}

  async #start(): Promise<void> {
    const starting = ++this.#startings;
    try {
      const [texts] = await Promise.all([this.#loadTexts(), loadLibrary(), loadStyles()]);
      if (starting !== this.#startings || !this.isConnected) return;
      this.texts = texts;
      applyStyles(this.renderRoot, (this.constructor as typeof ChatElement).sheets);
      this.#connect();
    } catch (error) {
      // The sentence that says so is in a file of its own, which may be there.
      this.texts ??= await this.#loadTexts();
      this.problem = "not_loaded";
      console.error(error);
    }
    this.requestUpdate();
  }

  #loadTexts(): Promise<Texts> {
    return loadTexts(this.#language(), this.strings);
  }

  #language(): string {
    const above = this.closest<HTMLElement>("[lang]:not([lang=''])")?.lang;
    return this.lang || above || pageData()?.language || "en";
  }

  #connect(): void {
    this.problem = null;
    if (!this.client) {
      const isSignedOut = pageData()?.user === null;
      if (isSignedOut) return this.#needsAuth("signed-out");
      this.#owned = lib().createClient();
    }
    const client = this.api;
    this.#seen = [];
    const { signal } = (this.#listening = new AbortController());
    signal.addEventListener(
      "abort",
      client.subscribe(() => this.#changed(client)),
    );
    signal.addEventListener(
      "abort",
      client.on("auth-required", (problem) => this.#needsAuth(problem)),
    );
    // The user comes back, perhaps from another tab, in which they have signed in again.
    const returned = () => {
      if (this.problem === "signed_out" && !document.hidden) client.resume();
    };
    document.addEventListener("visibilitychange", returned, { signal });
    this.started(signal);
    this.#changed(client);
  }

  #stop(): void {
    this.#startings += 1;
    this.#listening.abort();
    if (this.chat) this.stopped();
    this.#owned?.destroy();
    this.#owned = null;
  }

  #changed(client: ChatClient): void {
    const snapshot = client.getSnapshot();
    if (this.problem && this.problem !== "not_loaded" && !snapshot.authRequired) this.problem = null;
    const now = [this.problem, ...this.select(snapshot)];
    if (now.length === this.#seen.length && now.every((part, at) => part === this.#seen[at])) return;
    this.#seen = now;
    this.requestUpdate();
  }

  #needsAuth(problem: "signed-out" | "other-account"): void {
    this.problem = problem.replace("-", "_") as Problem;
    this.emit("auth-required", { problem });
    this.requestUpdate();
  }

  /** Dispatch an event that leaves the element. Return false if a listener prevents what follows from it. */
  protected emit(name: string, detail: unknown, options: EventInit = {}): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, ...options }));
  }

  protected override willUpdate(changed: Changes): void {
    if (changed.has("client") && changed.get("client") !== undefined && this.isConnected && this.texts) {
      this.#stop();
      void this.#start();
    } else if ((changed.has("lang") || changed.has("strings")) && this.texts) {
      void this.#loadTexts().then((texts) => {
        this.texts = texts;
        this.requestUpdate();
      });
    }
  }

  protected override render(): unknown {
    if (this.problem === "not_loaded")
      return html`<p class="notice" role="alert">${this.t("not_loaded")}</p>`;
    if (!this.texts) return html`<div class="loading" aria-busy="true"></div>`;
    if (!this.chat) return html`<p class="notice">${this.t("signed_out")}</p>`;
    return html`
      <div class="root" dir=${this.texts.isRightToLeft ? "rtl" : "ltr"} lang=${this.texts.language}>
        ${this.problem ? html`<p class="notice" role="alert">${this.t(this.problem)}</p>` : nothing}
        ${this.view(this.chat.getSnapshot())}
        <p class="unseen" role="status" aria-live="polite"></p>
      </div>
    `;
  }

  /** Draw why something cannot be shown, with a button that tries again. */
  protected failure(sentence: string, again: () => unknown): unknown {
    return html`<div class="notice" role="alert">
      <p>${sentence}</p>
      ${textButton(this.t("retry"), again, "")}
    </div>`;
  }

  /** Have screen readers read a text, in the one polite region of the element. */
  protected announce(text: string): void {
    const region = this.renderRoot.querySelector('[role="status"]');
    // The same text twice in a row is read twice only if it differs.
    if (region) region.textContent = region.textContent === text ? `${text}\u00a0` : text;
  }
}
