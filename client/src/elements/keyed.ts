/** Lists whose rows stay the same elements, with their focus and their place, when others come, go or move. */

import {
  type ChildPart,
  Directive,
  directive,
  insertPart,
  noChange,
  removePart,
  setChildPartValue,
} from "./lit.js";

interface Drawn {
  readonly key: unknown;
  readonly part: ChildPart;
  readonly depends: readonly unknown[] | undefined;
}

type Listing<T> = [
  items: readonly T[],
  keyOf: (item: T, at: number) => unknown,
  draw: (item: T, at: number) => unknown,
  /** What a row shows: it is drawn again when one of them is another. Without it, rows are always drawn. */
  dependsOn?: (item: T, at: number) => readonly unknown[],
];

class Keyed extends Directive {
  #drawn: readonly Drawn[] = [];

  override render(..._listing: Listing<never>): unknown {
    return noChange;
  }

  override update(list: ChildPart, [items, keyOf, draw, dependsOn]: Listing<never>): unknown {
    const keys = items.map(keyOf);
    const wanted = new Set(keys);
    // Rows that are gone are removed first: none of the others has to be moved, and lose the focus, because of them.
    for (const { part } of this.#drawn.filter(({ key }) => !wanted.has(key))) removePart(part);
    const rest = this.#drawn.filter(({ key }) => wanted.has(key));
    this.#drawn = items.map((item, at) => {
      const place = rest.findIndex(({ key }) => key === keys[at]);
      const [known] = place < 0 ? [] : rest.splice(place, 1);
      const part = known && place === 0 ? known.part : insertPart(list, rest[0]?.part, known?.part);
      const depends = dependsOn?.(item, at);
      const isSame = depends && known?.depends?.every((one, index) => one === depends[index]);
      if (!isSame) setChildPartValue(part, draw(item, at));
      return { key: keys[at], part, depends };
    });
    for (const { part } of rest) removePart(part);
    return noChange;
  }
}

/** Draw items in the order of their keys. */
export const keyed = directive(Keyed) as unknown as <T>(...listing: Listing<T>) => unknown;
