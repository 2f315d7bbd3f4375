/** Start a survey, unless the user has one that is not finished. */

import type { ChatClient } from "../index.js";
import { lib } from "./library.js";

interface Listed {
  readonly id: number;
  readonly schema: number;
  readonly submitted: string | null;
}

/** By client and schema, so that elements that ask at the same time get the same survey. */
const starting = new WeakMap<ChatClient, Map<number, Promise<number>>>();

async function unfinished(client: ChatClient, schema: number): Promise<number | undefined> {
  const query = { schema, ordering: "-id", fields: "id,schema,submitted" };
  try {
    const page = await client.request<Listed[] | { results: Listed[] }>(
      "GET",
      `accounts/${client.account}/surveys`,
      { query },
    );
    const listed = "results" in page ? page.results : page;
    return listed.find((one) => one.schema === schema && one.submitted === null)?.id;
  } catch (error) {
    // Hosts can keep the list to themselves.
    if (error instanceof lib().ApiError && error.status === 403) return undefined;
    throw error;
  }
}

/** Return the id of the user's unfinished survey of a schema; there is one afterwards. */
export function surveyOf(client: ChatClient, schema: number): Promise<number> {
  const mine = starting.get(client) ?? new Map<number, Promise<number>>();
  starting.set(client, mine);
  const started =
    mine.get(schema) ??
    unfinished(client, schema)
      .then(async (id) => id ?? (await client.startSurvey(schema)).id)
      .finally(() => mine.delete(schema));
  mine.set(schema, started);
  return started;
}
