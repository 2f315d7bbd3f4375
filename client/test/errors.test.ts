import { expect, test } from "vitest";
import { ApiError } from "../src/index.js";

const WARNING = { field: "text", code: "CONFIRM", text: "That is very high.", expected: null };

test.each([
  ["only warnings can be confirmed", 400, { text: ["CONFIRM"], explanations: [WARNING] }, [WARNING], true],
  ["what is wrong, too, can not", 400, { text: ["CONFIRM"], answers: ["REQUIRED"] }, [], false],
  ["other refusals can not", 400, { text: ["REQUIRED"] }, [], false],
  ["a refusal without fields can not", 403, { code: "FORBIDDEN" }, [], false],
  ["without a response, there are no explanations", 0, null, [], false],
  ["a proxy may answer with anything", 400, { explanations: "none" }, [], false],
  ["or with a text", 502, "Bad gateway", [], false],
])("%s", (_, status, body, explanations, canConfirm) => {
  const error = new ApiError(status, body);
  expect(error.explanations).toEqual(explanations);
  expect(error.canConfirm).toBe(canConfirm);
});
