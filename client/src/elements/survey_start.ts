/** Start a survey, unless the user has one that is not finished. */

import type { ChatClient, Page } from "../index.js";
import { lib } from "./library.js";

interface Listed {
  readonly id: number;
  readonly schema: number;
  readonly submitted: string | null;
}

/** By client and schema, so that elements that ask at the same time get the same survey. */
const startings = new WeakMap<ChatClient, Map<number, Promise<number>>>();

async function unfinished(client: ChatClient, schema: number): Promise<number | undefined> {
  const query = { schema, ordering: "-id", fields: "id,schema,submitted" };
  try {
    const page = await client.request<Page<Listed>>("GET", `accounts/${client.account}/surveys`, { query });
    return lib()
      .resultsOf(page)
      .find((one) => one.schema === schema && one.submitted === null)?.id;
  } catch (error) {
    // Hosts can keep the list to themselves.
    if (error instanceof lib().ApiError && error.status === 403) return;
    throw error;
  }
}

/** Return the id of the user's unfinished survey of a schema; there is one afterwards. */
export function surveyOf(client: ChatClient, schema: number): Promise<number> {
  const mine = startings.get(client) ?? new Map<number, Promise<number>>();
  startings.set(client, mine);
  const started =
    mine.get(schema) ??
    unfinished(client, schema)
      .then(async (id) => id ?? (await client.startSurvey(schema)).id)
      .finally(() => mine.delete(schema));
  mine.set(schema, started);
  return started;
}
