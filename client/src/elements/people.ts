/** Names of people, titles of threads and times, as the elements show them. */

import type { Account, AccountId, Thread } from "../index.js";
import type { Texts } from "./texts.js";

/** What a person of a document looks like: hosts can add fields. */
export type Person = Pick<Account, "first_name" | "last_name"> & {
  readonly id?: AccountId;
  readonly avatar?: string;
};

/** Return the name of a person. */
export function nameOf(person: Person | null | undefined, texts: Texts): string {
  const name = `${person?.first_name ?? ""} ${person?.last_name ?? ""}`.trim();
  return name || texts.get("somebody");
}

/** Return the names of people, as the language lists them. */
export function namesOf(people: readonly Person[], texts: Texts): string {
  return texts.list(people.map((person) => nameOf(person, texts)));
}

/** Return the others in a thread. */
export function othersIn(thread: Thread, me: AccountId): readonly Person[] {
  return (thread.users_data ?? []).filter(({ id }) => String(id) !== String(me));
}

/** Return the title of a thread, else the names of the others in it. */
export function titleOf(thread: Thread | null, me: AccountId, texts: Texts): string {
  if (!thread) return "";
  return thread.title || namesOf(othersIn(thread, me), texts) || texts.get("conversation");
}

/** Return a text that is the same for all times of a day, where the user is. */
export function dayOf(when: string | Date): string {
  return new Date(when).toDateString();
}

/** Return a day in words: today, yesterday, or its date. */
export function dayName(iso: string, texts: Texts): string {
  const day = dayOf(iso);
  const now = new Date();
  if (day === dayOf(now)) return texts.get("today");
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day === dayOf(yesterday)) return texts.get("yesterday");
  return dateOf(iso, texts, { weekday: "long", day: "numeric", month: "long" });
}

/** Return a date, with its year unless it is this one. */
function dateOf(iso: string, texts: Texts, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(iso);
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return texts.date(date, isThisYear ? options : { ...options, year: "numeric" });
}

/** Return the time of day. */
export function timeOf(when: string | Date, texts: Texts): string {
  return texts.date(new Date(when), { timeStyle: "short" });
}

/** Return a time of today as a time, any other as a date. */
export function whenOf(iso: string, texts: Texts): string {
  if (dayOf(iso) === dayOf(new Date())) return timeOf(iso, texts);
  return dateOf(iso, texts, { day: "numeric", month: "short" });
}
