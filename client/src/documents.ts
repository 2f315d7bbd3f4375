/** Names for the documents of the REST API. */

import type { AccountId } from "./credentials.js";
import type { components } from "./generated/schemas.js";

type Schemas = components["schemas"];

/** A user; a host's `ACCOUNT_SERIALIZER` can add fields. */
export type Account = Omit<Schemas["SimpleAccount"], "id"> & { readonly id: AccountId };
export type Attachment = Schemas["Attachment"];
export type Member = Schemas["Member"];
export type Message = Schemas["Message"];
export type FoundMessage = Schemas["FoundMessage"];
export type SentMessage = Schemas["SentMessage"];
export type Question = Schemas["Question"];
export type Run = Schemas["Run"];
export type Thread = Schemas["Thread"];
export type ThreadCreate = Schemas["ThreadCreate"];
export type MessageCreate = Schemas["MessageCreate"];
export type Correction = Schemas["Correction"];
export type Rollback = Schemas["Rollback"];
export type Schema = Schemas["Schema"];
export type Survey = Schemas["SurveyDetails"];
export type SurveyItem = Schemas["SurveyItem"];
export type SurveyCreate = Pick<Schemas["Survey"], "schema" | "automated_sender" | "client_id">;
export type NewInstance = Schemas["NewInstance"];
export type Results = Schemas["Results"];
export type MemberCreate = Schemas["MemberCreate"];
export type MemberChange = Schemas["MemberChange"];

/** A page of a list; a list without pagination is a plain array. */
export type Page<T> = readonly T[] | { readonly results: readonly T[]; readonly next: string | null };

/** Return the objects of a page. */
export function resultsOf<T>(page: Page<T>): readonly T[] {
  return "results" in page ? page.results : page;
}

/** Return whether there is another page. */
export function hasNext<T>(page: Page<T>): boolean {
  return "results" in page && page.next !== null;
}
