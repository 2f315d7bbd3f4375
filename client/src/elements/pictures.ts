/** Addresses of pictures: private files of clients with a token are fetched, and shown as `blob:`. */

import type { ChatClient } from "../index.js";

export class Pictures {
  readonly #urls = new Map<string, string>();
  readonly #loading = new Set<string>();
  /** It grows whenever another picture is there. */
  version = 0;

  constructor(
    private readonly client: ChatClient,
    private readonly changed: () => void,
  ) {}

  /** Return the address of a file for `src`; empty until it is there. */
  url(src: string | null | undefined): string {
    if (!src) return "";
    const known = this.#urls.get(src);
    if (known !== undefined) return known;
    if (!this.#loading.has(src)) void this.#load(src);
    return "";
  }

  async #load(src: string): Promise<void> {
    this.#loading.add(src);
    try {
      this.#urls.set(src, await this.client.fileUrl(src));
    } catch {
      // The text of the picture stands in its place.
      this.#urls.set(src, "");
    }
    this.version += 1;
    this.changed();
  }

  /** Free what was fetched. */
  close(): void {
    for (const url of this.#urls.values()) if (url.startsWith("blob:")) URL.revokeObjectURL(url);
    this.#urls.clear();
    this.#loading.clear();
  }
}
