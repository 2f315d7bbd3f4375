/** Values that keep their identity while they stay the same. */

/** Return `next`, with all parts of `known` that are equal: `known` itself if nothing differs. Both are JSON. */
export function shared<T>(known: unknown, next: T): T {
  if (known === next || !isContainer(known) || !isContainer(next)) return next;
  if (Array.isArray(known) !== Array.isArray(next)) return next;
  const names = Object.keys(next);
  const merged = (Array.isArray(next) ? [] : {}) as Record<string, unknown>;
  let isSame = names.length === Object.keys(known).length;
  for (const name of names) {
    merged[name] = shared(known[name], next[name]);
    isSame &&= merged[name] === known[name] && name in known;
  }
  return (isSame ? known : merged) as T;
}

/** Return `known` if it has the same values, else `next`. */
export function sharedMap<K, V>(known: ReadonlyMap<K, V>, next: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  const isSame = next.size === known.size && [...next].every(([key, value]) => known.get(key) === value);
  return isSame ? known : next;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
