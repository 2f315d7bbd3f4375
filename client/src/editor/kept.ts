/** What a browser keeps of a script that could not be saved: an entry of its own for each page that shows it. */

import type { Script } from "./document.js";

/** The version of an author, and the stored one that it began with; null if that is not known. */
export interface Kept {
  readonly document: Script;
  readonly base: Script | null;
}

/** Keep a version at `place`, in the stead of the one there. */
export function keep(place: string, kept: Kept): void {
  try {
    localStorage.setItem(place, JSON.stringify(kept));
  } catch {
    // The storage is full or closed to this page: the question before leaving remains.
  }
}

export function forget(place: string): void {
  try {
    localStorage.removeItem(place);
  } catch {
    // Nothing was kept either.
  }
}

/** Return a place of a script that no other page has. */
export function placeOf(key: string): string {
  return `${key} ${Math.random()}`;
}

/** Return what pages have kept of a script, by place. */
export function keptOf(key: string): ReadonlyMap<string, Kept> {
  const found = new Map<string, Kept>();
  try {
    for (const place of Object.keys(localStorage)) {
      const kept = place.startsWith(`${key} `) ? parsed(localStorage.getItem(place)) : null;
      if (kept) found.set(place, kept);
    }
  } catch {
    // The storage is closed to this page.
  }
  return found;
}

function parsed(text: string | null): Kept | null {
  try {
    const found = JSON.parse(text ?? "null") as Partial<Kept> | null;
    if (!isScript(found?.document)) return null;
    return { document: found.document, base: isScript(found.base) ? found.base : null };
  } catch {
    // What is there was not written by this page.
    return null;
  }
}

function isScript(value: Script | null | undefined): value is Script {
  return Array.isArray(value?.questions);
}
