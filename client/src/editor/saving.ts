/** Drafts save themselves, a while after the last edit; what cannot be saved is kept in this browser. */

import type { Script } from "./document.js";
import { forget, keep, type Kept, keptAt } from "./kept.js";
import { areSame, Merger } from "./merging.js";
import { type Copied, postJson, type Refused, type Saved } from "./requests.js";
import type { Editor } from "./store.js";

/** How long after an edit it is saved, in ms. */
const PAUSE = 1500;
const RETRY_MAX = 30_000;
/** How often the page asks whether somebody else has saved the script, in ms. */
const LOOK_EVERY = 20_000;

export type Status =
  "saved" | "waiting" | "saving" | "refused" | "offline" | "conflict" | "published" | "in_use";

/** The other version of a script that two authors have changed. */
export interface Conflict {
  /** What both versions began with; null if it is not known. */
  readonly base: Script | null;
  readonly document: Script;
  /** The token of the other version on the server; null if it is one of this page. */
  readonly token: string | null;
  readonly by: string | null;
  readonly at: string | null;
}

export class Saving {
  status: Status = "saved";
  conflict: Conflict | null = null;
  /** What this browser kept of an earlier visit that could not be saved, until the author decides on it. */
  kept: Kept | null = null;
  /** When the script was last saved; null: not since the page was opened. */
  savedAt: Date | null = null;
  #token: string;
  /** What the server has, as far as this page knows. */
  #stored: Script;
  /** What was sent last without an answer: the server may have it. */
  #unanswered: Script | null = null;
  /** Versions before the author took somebody else's: Undo comes back to the question which one to keep. */
  #undecided = new WeakSet<Script>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry = 1000;
  #running: Promise<void> | null = null;

  constructor(
    readonly editor: Editor,
    readonly key: string,
  ) {
    this.#token = editor.data.token;
    this.#stored = editor.script;
    editor.addEventListener("edit", () => this.#edited());
    addEventListener("online", () => {
      if (this.status === "offline") this.#after(0);
    });
  }

  /** Look for what others save, from now on: from time to time while the page is seen, and whenever it is seen again. */
  watch(): void {
    const look = (): void => {
      if (document.visibilityState === "visible") void this.look();
    };
    setInterval(look, LOOK_EVERY);
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
  }

  get isSaved(): boolean {
    return this.editor.script === this.#stored;
  }

  #set(status: Status): void {
    this.status = status;
    this.editor.changed();
  }

  #edited(): void {
    if (this.isSaved && this.status !== "saving") {
      clearTimeout(this.#timer);
      this.#forget();
      if (!this.conflict) this.#set("saved");
      return;
    }
    this.#keep();
    if (!this.conflict && this.#undecided.has(this.editor.script))
      this.#ask({ base: null, document: this.#stored, token: this.#token, by: null, at: null });
    if (this.conflict || this.status === "published" || this.status === "in_use") {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#check(), PAUSE);
      return;
    }
    if (this.status !== "saving") this.#set("waiting");
    this.#after(PAUSE);
  }

  #after(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), pause);
  }

  /** Save now, and again if the script changes meanwhile. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#running) return this.#running;
    this.#running = this.#save();
    await this.#running;
    this.#running = null;
    if (this.status === "saved" && !this.isSaved) {
      this.#set("waiting");
      this.#after(PAUSE);
    }
  }

  async #save(): Promise<void> {
    if (this.isSaved || this.conflict) return;
    const { editor } = this;
    const { script } = editor;
    this.#set("saving");
    const { status, body } = await postJson<Saved & Refused>(editor.data, editor.data.urls.save, {
      document: script,
      token: this.#token,
    });
    if (status === 200 && body.token) {
      this.#token = body.token;
      this.#stored = script;
      this.#unanswered = null;
      this.#retry = 1000;
      this.savedAt = new Date(body.saved ?? Date.now());
      editor.refused = [];
      editor.findings = body.findings ?? [];
      if (this.isSaved) this.#forget();
      this.#set("saved");
    } else if (this.#isChanged(status, body)) {
      this.#changed(body);
    } else if (status === 409) {
      editor.refused = body.errors ?? [];
      this.#set(body.reason === "PUBLISHED" ? "published" : "in_use");
    } else if (status === 400 || status === 413) {
      editor.refused = body.errors ?? [];
      this.#set("refused");
    } else {
      this.#unanswered = status ? null : script;
      this.#set("offline");
      this.#after(this.#retry);
      this.#retry = Math.min(this.#retry * 2, RETRY_MAX);
    }
  }

  /** Look for problems in a script that cannot be saved now. */
  async #check(): Promise<void> {
    const { editor } = this;
    const { script, data } = editor;
    const { status, body } = await postJson<Pick<Saved, "findings">>(data, data.urls.check, {
      document: script,
    });
    if (status !== 200 || script !== editor.script) return;
    editor.refused = [];
    editor.findings = body.findings ?? [];
    editor.changed();
  }

  /** Look whether somebody else has saved the script, and take over what they changed. */
  async look(): Promise<void> {
    if (this.#running || this.conflict || this.kept || this.status === "published") return;
    const token = this.#token;
    const { data } = this.editor;
    const { status, body } = await postJson<Refused>(data, data.urls.state, { token });
    // What was saved meanwhile has been answered with what it needs.
    if (this.#running || this.conflict || token !== this.#token) return;
    if (this.#isChanged(status, body)) this.#changed(body);
    else if (status === 409) this.#set("published");
  }

  #isChanged(status: number, body: Refused): boolean {
    return status === 409 && body.reason === "CHANGED" && !!body.document && !!body.token;
  }

  #changed({ document: theirs, token, by, at }: Refused): void {
    if (!theirs || !token) return;
    if (this.#unanswered && areSame(this.#unanswered, theirs)) {
      // The server has what was sent: only its answer was lost.
      this.#token = token;
      this.#stored = this.#unanswered;
      this.#unanswered = null;
      this.#edited();
      return;
    }
    this.#meet({ base: this.#stored, document: theirs, token, by: by ?? null, at: at ?? null });
  }

  /** Go on with what both authors changed, or ask if they changed the same differently. */
  #meet(conflict: Conflict): void {
    const { editor } = this;
    const merger = this.mergerOf(conflict);
    if (!merger || merger.merge(editor.script, "mine").clashes.length) {
      this.#ask(conflict);
      return;
    }
    const before = editor.script;
    this.#decide(conflict);
    editor.rebase((version) => merger.merge(version, "mine").script);
    if (conflict.token !== null && editor.script !== before)
      editor.say(editor.t(conflict.by ? "merged_by" : "merged", { name: conflict.by ?? "" }));
  }

  #ask(conflict: Conflict): void {
    this.conflict = conflict;
    this.#set("conflict");
  }

  /** Return what merges this author's versions with the other one; null if what they began with is not known. */
  mergerOf({ base, document: theirs }: Conflict): Merger | null {
    const { past, present, future } = this.editor.history;
    return base && new Merger(base, theirs, [...past, present, ...future]);
  }

  #decide({ document: theirs, token }: Conflict): void {
    this.conflict = null;
    this.#undecided = new WeakSet();
    this.status = "waiting";
    if (token === null) return;
    this.#token = token;
    this.#stored = theirs;
  }

  /** Go on with this version in an unpublished copy of the script, where this one cannot be changed any more. */
  async copy(): Promise<void> {
    const { editor } = this;
    const { status, body } = await postJson<Copied & Refused>(editor.data, editor.data.urls.copy, {
      document: editor.script,
    });
    if (status === 200 && body.url) {
      this.#stored = editor.script;
      this.#forget();
      editor.unfinished.clear();
      location.assign(body.url);
      return;
    }
    editor.refused = body.errors ?? [];
    editor.say(editor.t(status ? "copy_refused" : "no_connection"));
  }

  /** Go on with this author's version where both changed the same; what only the other one changed is taken over. */
  keepMine(): void {
    const { conflict, editor } = this;
    if (!conflict) return;
    const merger = this.mergerOf(conflict);
    this.#decide(conflict);
    if (merger) editor.rebase((version) => merger.merge(version, "mine").script);
    this.#edited();
    void this.save();
  }

  /** Go on with the other version where both changed the same; Undo asks again. */
  takeTheirs(): void {
    const { conflict, editor } = this;
    if (!conflict) return;
    const merger = this.mergerOf(conflict);
    const taken = merger ? merger.merge(editor.script, "theirs").script : conflict.document;
    this.#decide(conflict);
    editor.refused = [];
    const undecided = merger ? [] : [editor.script];
    if (merger)
      editor.rebase((version) => {
        const { script, clashes } = merger.merge(version, "mine");
        if (clashes.length) undecided.push(script);
        return script;
      });
    editor.edit(() => taken);
    for (const version of undecided) this.#undecided.add(version);
    this.#edited();
  }

  /** Keep what is not saved, as the page can be closed; not before the author has decided on what was kept before. */
  #keep(): void {
    if (!this.kept) keep(this.key, { document: this.editor.script, base: this.#stored });
  }

  #forget(): void {
    if (!this.kept) forget(this.key);
  }

  /** Look for a script that this browser kept and that differs from the stored one. */
  findKept(): void {
    const found = keptAt(this.key);
    if (found && !areSame(found.document, this.editor.script)) this.kept = found;
  }

  /** Go on with what was kept, together with what was changed since, or forget it. */
  decideKept(isWanted: boolean): void {
    const { kept, editor } = this;
    this.kept = null;
    if (!kept || !isWanted) {
      this.#forget();
      editor.changed();
      return;
    }
    const current = editor.script;
    editor.edit(() => kept.document);
    if (kept.base === null || !areSame(kept.base, current))
      this.#meet({ base: kept.base, document: current, token: null, by: null, at: null });
  }
}
