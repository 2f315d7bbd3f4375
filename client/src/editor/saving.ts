/** Drafts save themselves, a while after the last edit; what cannot be saved is kept in this browser. */

import type { Script } from "./document.js";
import { postJson, type Refused, type Saved } from "./requests.js";
import type { Editor } from "./store.js";

/** How long after an edit it is saved, in ms. */
const PAUSE = 1500;
const RETRY_MAX = 30_000;

export type Status =
  "saved" | "waiting" | "saving" | "refused" | "offline" | "conflict" | "published" | "in_use";

/** The other version of a script that two authors have changed. */
export interface Conflict {
  readonly document: Script;
  readonly token: string;
  readonly by: string | null;
  readonly at: string | null;
}

export class Saving {
  status: Status = "saved";
  conflict: Conflict | null = null;
  /** What this browser kept of an earlier visit that could not be saved, until the author decides on it. */
  kept: Script | null = null;
  /** When the script was last saved; null: not since the page was opened. */
  savedAt: Date | null = null;
  #token: string;
  /** What the server has; null: another version, which this one is to replace. */
  #stored: Script | null;
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
      this.#retry = 1000;
      this.savedAt = new Date(body.saved ?? Date.now());
      editor.refused = [];
      editor.findings = body.findings ?? [];
      if (this.isSaved) this.#forget();
      this.#set("saved");
    } else if (status === 409 && body.reason === "CHANGED" && body.document && body.token) {
      this.conflict = {
        document: body.document,
        token: body.token,
        by: body.by ?? null,
        at: body.at ?? null,
      };
      this.#set("conflict");
    } else if (status === 409) {
      editor.refused = body.errors ?? [];
      this.#set(body.reason === "PUBLISHED" ? "published" : "in_use");
    } else if (status === 400 || status === 413) {
      editor.refused = body.errors ?? [];
      this.#set("refused");
    } else {
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

  /** Go on with this author's version, which replaces the other one. */
  keepMine(): void {
    if (!this.conflict) return;
    this.#token = this.conflict.token;
    this.conflict = null;
    this.#stored = null;
    this.#set("waiting");
    void this.save();
  }

  /** Go on with the other version; undo gives this author's one back. */
  takeTheirs(): void {
    if (!this.conflict) return;
    const { document: theirs, token } = this.conflict;
    this.#token = token;
    this.#stored = theirs;
    this.conflict = null;
    this.status = "saved";
    this.editor.refused = [];
    this.editor.edit(() => theirs);
    this.#forget();
    this.#set("saved");
  }

  /** Keep what is not saved, as the page can be closed. */
  #keep(): void {
    if (this.kept) return;
    try {
      localStorage.setItem(this.key, JSON.stringify({ document: this.editor.script, token: this.#token }));
    } catch {
      // The storage is full or closed to this page: the question before leaving remains.
    }
  }

  #forget(): void {
    if (this.kept) return;
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept either.
    }
  }

  /** Look for a script that this browser kept and that differs from the stored one. */
  findKept(): void {
    try {
      const found = JSON.parse(localStorage.getItem(this.key) ?? "null") as { document?: Script } | null;
      const script = found?.document;
      if (!script || !Array.isArray(script.questions)) return;
      if (JSON.stringify(script) !== JSON.stringify(this.editor.script)) this.kept = script;
    } catch {
      // What is there was not written by this page.
    }
  }

  /** Go on with what was kept, or forget it. */
  decideKept(isWanted: boolean): void {
    const { kept } = this;
    this.kept = null;
    if (kept && isWanted) this.editor.edit(() => kept);
    else {
      this.#forget();
      this.editor.changed();
    }
  }
}
