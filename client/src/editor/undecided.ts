/** Versions that would overwrite what somebody else has saved: Undo may come to them, but they are not saved unasked. */

import type { Script } from "./document.js";
import type { Merger } from "./merging.js";
import type { Editor } from "./store.js";

export class Undecided {
  #versions = new WeakSet<Script>();

  has(version: Script): boolean {
    return this.#versions.has(version);
  }

  add(version: Script): void {
    this.#versions.add(version);
  }

  clear(): void {
    this.#versions = new WeakSet();
  }

  /** Put all versions of the editor together with the other one; those that changed the same differently are undecided. */
  rebase(editor: Editor, merger: Merger): void {
    const found: Script[] = [];
    editor.renumber(merger.numbers);
    editor.rebase((version) => {
      const { script, clashes } = merger.merge(version, "mine");
      if (clashes.length || this.has(version)) found.push(script);
      return script;
    });
    for (const version of found) this.add(version);
  }
}
