/** Addresses of pictures: private files of clients with a token are fetched, and shown as `blob:`. */

import type { ChatClient } from "../index.js";

export class Pictures {
  /** The addresses that are known; empty while a file is fetched, and if it could not be. */
  readonly #urls = new Map<string, string>();
  /** It grows whenever another picture is there. */
  version = 0;

  constructor(
    private readonly client: ChatClient,
    private readonly changed: () => void,
  ) {}

  /** Return the address of a file for `src`; empty until it is there. */
  url(src: string | null | undefined): string {
    if (!src) return "";
    if (!this.#urls.has(src)) void this.#load(src);
    return this.#urls.get(src) ?? "";
  }

  async #load(src: string): Promise<void> {
    this.#urls.set(src, "");
    // Otherwise the text of the picture stands in its place.
    this.#urls.set(src, await this.client.fileUrl(src).catch(() => ""));
    this.version += 1;
    this.changed();
  }

  /** Free what was fetched. */
  close(): void {
    for (const url of this.#urls.values()) if (url.startsWith("blob:")) URL.revokeObjectURL(url);
    this.#urls.clear();
  }
}
