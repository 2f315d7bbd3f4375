/** Keys of parts of messages: they stay while parts grow at either end, so that each message keeps its element. */

export class PartKeys {
  /** By the ids of messages at the ends of parts. */
  readonly #known = new Map<number, number>();
  #last = 0;

  /** Return the key of each part. */
  of(parts: readonly (readonly { readonly id: number }[])[]): readonly number[] {
    const used = new Set<number>();
    return parts.map((part) => {
      const ends = [part[0], part.at(-1)].flatMap((message) => message?.id ?? []);
      const known = ends.map((id) => this.#known.get(id) ?? 0).find((key) => key && !used.has(key));
      const key = known ?? (this.#last += 1);
      used.add(key);
      for (const id of ends) this.#known.set(id, key);
      return key;
    });
  }
}
