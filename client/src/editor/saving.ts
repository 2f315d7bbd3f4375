/** Drafts save themselves, a while after the last edit; what cannot be saved is kept in this browser. */

import type { Script } from "./document.js";
import { forget, keep, type Kept, keptOf, placeOf } from "./kept.js";
import { areSameScripts, type Clash, Merger } from "./merging.js";
import { type Copied, postJson, type Refused, type Saved } from "./requests.js";
import type { Editor } from "./store.js";
import { Undecided } from "./undecided.js";

/** How long after an edit it is saved, in ms. */
const PAUSE = 1500;
const RETRY_MAX = 30_000;

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
  /** Where this page keeps what is not saved. */
  readonly #place: string;
  #keptAt = "";
  #token: string;
  /** What the server has, as far as this page knows. */
  #stored: Script;
  /** What was sent without an answer since the last one: the server may have any of it. */
  #unanswered: readonly Script[] = [];
  readonly #undecided = new Undecided();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry = 1000;
  #running: Promise<void> | null = null;

  constructor(
    readonly editor: Editor,
    readonly key: string,
  ) {
    this.#place = placeOf(key);
    this.#token = editor.data.token;
    this.#stored = editor.script;
    editor.addEventListener("edit", () => this.#edited());
    addEventListener("online", () => {
      if (this.status === "offline") this.#after(0);
    });
  }

  get isSaved(): boolean {
    return this.editor.script === this.#stored && !this.#unanswered.length;
  }

  #set(status: Status): void {
    this.status = status;
    this.editor.changed();
  }

  #edited(): void {
    if (this.isSaved && this.status !== "saving") {
      clearTimeout(this.#timer);
      this.#forget();
      // Undo has led to a version that was to be decided on, and redo away from it.
      if (this.conflict?.base === null && this.conflict.token === this.#token) this.conflict = null;
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
    if (this.conflict) return;
    if (this.status === "saved" && !this.isSaved) {
      this.#set("waiting");
      this.#after(PAUSE);
    } else if (this.status !== "saved" && this.isSaved) {
      // Undo has taken back what was refused.
      this.editor.refused = [];
      this.#forget();
      this.#set("saved");
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
      this.#written(script, body.token);
      editor.findings = body.findings ?? [];
      editor.changed();
    } else if (this.#isChanged(status, body)) {
      this.#changed(body);
    } else if (status === 409) {
      editor.refused = body.errors ?? [];
      this.#set(body.reason === "PUBLISHED" ? "published" : "in_use");
    } else if (status === 400 || status === 413) {
      editor.refused = body.errors ?? [];
      this.#set("refused");
    } else {
      if (status === 0 || status >= 500) this.#unanswered = [...this.#unanswered, script];
      this.#set("offline");
      this.#after(this.#retry);
      this.#retry = Math.min(this.#retry * 2, RETRY_MAX);
    }
  }

  #written(script: Script, token: string): void {
    this.#token = token;
    this.#stored = script;
    this.#unanswered = [];
    this.#retry = 1000;
    this.editor.refused = [];
    if (this.isSaved) this.#forget();
    // Meanwhile, undo can have led to a version that is to be decided on.
    if (this.conflict) this.#ask({ ...this.conflict, document: script, token });
    else this.#set("saved");
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
    if (this.#running || this.conflict || this.status === "published") return;
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
    const arrived = this.#unanswered.find((script) => areSameScripts(script, theirs));
    this.#unanswered = [];
    if (arrived) {
      // The server has what was sent: only its answer was lost.
      this.#token = token;
      this.#stored = arrived;
      this.status = "waiting";
      this.#edited();
      return;
    }
    this.#meet({ base: this.#stored, document: theirs, token, by: by ?? null, at: at ?? null });
  }

  /** Go on with what both authors changed, or ask if they changed the same differently. */
  #meet(conflict: Conflict): void {
    const { editor } = this;
    const merger = this.#mergerOf(conflict);
    if (!merger || merger.merge(editor.script, "mine").clashes.length) {
      this.#ask(conflict);
      return;
    }
    const before = editor.script;
    this.#decide(conflict);
    this.#undecided.rebase(editor, merger);
    this.#edited();
    if (editor.script !== before)
      editor.say(editor.t(conflict.by ? "merged_by" : "merged", { name: conflict.by ?? "" }));
  }

  #ask(conflict: Conflict): void {
    this.conflict = conflict;
    this.#set("conflict");
  }

  /** Return what both changed differently; null if what they began with is not known. */
  clashes({ base, document: theirs }: Conflict): readonly Clash[] | null {
    const { script } = this.editor;
    return base && new Merger(base, theirs, [script]).merge(script, "mine").clashes;
  }

  /** Return what merges this author's versions with the other one; null if what they began with is not known. */
  #mergerOf({ base, document: theirs, token }: Conflict): Merger | null {
    const { past, present, future } = this.editor.history;
    // A version of this page is put together with what was kept, not with what undo leads to.
    return base && new Merger(base, theirs, token === null ? [present] : [...past, present, ...future]);
  }

  #decide({ document: theirs, token }: Conflict): void {
    this.conflict = null;
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
    const merger = this.#mergerOf(conflict);
    this.#decide(conflict);
    if (merger && conflict.token === null) editor.edit((version) => merger.merge(version, "mine").script);
    else if (merger) this.#undecided.rebase(editor, merger);
    // Decided on, with all that led to it.
    this.#undecided.clear();
    this.#edited();
    void this.save();
  }

  /** Go on with the other version where both changed the same; Undo asks again. */
  takeTheirs(): void {
    const { conflict, editor } = this;
    if (!conflict) return;
    const merger = this.#mergerOf(conflict);
    const taken = merger ? merger.merge(editor.script, "theirs").script : conflict.document;
    this.#decide(conflict);
    editor.refused = [];
    if (merger && conflict.token !== null) this.#undecided.rebase(editor, merger);
    const before = editor.script;
    editor.edit(() => taken);
    if (taken !== before) this.#undecided.add(before);
    this.#edited();
  }

  /** Keep what is not saved, as the page can be closed. */
  #keep(): void {
    keep(this.#place, { document: this.editor.script, base: this.#stored });
  }

  #forget(): void {
    forget(this.#place);
  }

  /** Look for a script that this browser kept and that differs from the stored one. */
  findKept(): void {
    for (const [place, kept] of keptOf(this.key)) {
      this.#keptAt = place;
      if (areSameScripts(kept.document, this.editor.script)) forget(place);
      else {
        this.kept = kept;
        return;
      }
    }
  }

  /** Go on with what was kept, together with what was changed since, or forget it. */
  decideKept(isWanted: boolean): void {
    const { kept, editor } = this;
    this.kept = null;
    forget(this.#keptAt);
    if (!kept || !isWanted) {
      editor.changed();
      return;
    }
    const conflict = { base: kept.base, document: editor.script, token: null, by: null, at: null };
    const merged =
      kept.base && new Merger(kept.base, editor.script, [kept.document]).merge(kept.document, "mine");
    editor.edit(() => (merged && !merged.clashes.length ? merged.script : kept.document));
    if (!merged || merged.clashes.length) this.#ask(conflict);
  }
}
