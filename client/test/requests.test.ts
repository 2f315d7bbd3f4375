import { describe, expect, test, vi } from "vitest";
import { type Auth, Credentials } from "../src/credentials.js";
import { ApiError } from "../src/errors.js";
import { type AuthProblem, Requests } from "../src/requests.js";
import { API, FakeServer, json, unreachable } from "./support/server.js";
import { Gate, settle } from "./support/waiting.js";

function setUp(auth: Auth, isSameOrigin = true) {
  const server = new FakeServer();
  const problems: AuthProblem[] = [];
  const credentials = new Credentials(auth, isSameOrigin);
  const requests = new Requests(API, credentials, server.fetch as typeof fetch, (problem) =>
    problems.push(problem),
  );
  return { server, requests, problems, credentials };
}

/** The status of a request: 200, or that of its error. */
function statusOf(request: Promise<unknown>): Promise<number> {
  return request.then(
    () => 200,
    (error: ApiError) => error.status,
  );
}

const session = { account: 1, csrf: "page" };

describe("what a request carries", () => {
  test.each<[string, Auth, string, Record<string, string | null>]>([
    ["a session reads without a secret", session, "GET", { "X-CSRFToken": null, Authorization: null }],
    ["the page's token", session, "POST", { "X-CSRFToken": "page" }],
    ["the token of a function", { account: 1, csrf: () => "made" }, "PATCH", { "X-CSRFToken": "made" }],
    ["a header of the host's", { ...session, csrfHeader: "X-Mine" }, "DELETE", { "X-Mine": "page" }],
    ["a token", { account: 1, token: "abc" }, "GET", { Authorization: "Token abc", "X-CSRFToken": null }],
    [
      "a JWT",
      { account: 1, scheme: "Bearer", token: async () => "jwt" },
      "POST",
      { Authorization: "Bearer jwt" },
    ],
  ])("%s", async (_, auth, method, headers) => {
    const { server, requests } = setUp(auth);
    server.on(`${method} things`, () => ({}));
    await requests.request(method, "things");
    const [sent] = server.of(`${method} things`);
    for (const [name, value] of Object.entries(headers)) expect(sent?.headers.get(name)).toBe(value);
  });

  test("the CSRF token of the cookie, where the page has none", async () => {
    vi.stubGlobal("document", { cookie: "a=1; csrftoken=cookie; xcsrftoken=other" });
    const { server, requests } = setUp({ account: 1 });
    server.on("POST things", () => ({}));
    await requests.request("POST", "things");
    expect(server.received[0]?.headers.get("X-CSRFToken")).toBe("cookie");
  });

  test.each<[Auth, boolean, string]>([
    [session, true, "same-origin"],
    [session, false, "include"],
    [{ account: 1, token: "abc" }, true, "omit"],
    [{ account: 1, token: "abc" }, false, "omit"],
  ])("cookies go with sessions only: %j, same origin %s: %s", async (auth, isSameOrigin, mode) => {
    const { server, requests } = setUp(auth, isSameOrigin);
    server.on("GET things", () => ({}));
    await requests.request("GET", "things");
    expect(server.received[0]?.credentials).toBe(mode);
  });

  test.each(["GET", "POST", "PATCH", "DELETE"])("%s names the account", async (method) => {
    const { server, requests } = setUp({ account: "a/b", csrf: "page" });
    server.on(`${method} things`, () => ({}));
    await requests.request(method, "things", { query: { q: "x & y", gone: undefined, none: null } });
    expect(Object.fromEntries(server.received[0]?.query ?? [])).toEqual({ account: "a/b", q: "x & y" });
  });

  test("no query replaces the account", async () => {
    const { server, requests } = setUp(session);
    server.on("GET things", () => ({}));
    await requests.request("GET", "things", { query: { account: 2 } });
    expect(server.received[0]?.query.getAll("account")).toEqual(["1"]);
  });

  test.each([
    "https://elsewhere.example/api/things",
    "//elsewhere.example/things",
    "http://chat.example/api/x",
  ])("nothing goes to another origin: %s", async (path) => {
    const { server, requests } = setUp({ account: 1, token: "secret" });
    await expect(requests.request("GET", path)).rejects.toThrow("another origin");
    expect(server.received).toEqual([]);
  });
});

describe("what a response becomes", () => {
  test.each([
    ["JSON", json(200, { a: 1 }), { a: 1 }],
    ["null", json(200, null), null],
    ["nothing", new Response(null, { status: 204 }), null],
    ["a text", new Response("a,b", { headers: { "Content-Type": "text/csv" } }), null],
  ])("%s", async (_, response, value) => {
    const { server, requests } = setUp(session);
    server.on("GET things", () => response);
    expect(await requests.request("GET", "things")).toEqual(value);
  });

  test.each([
    [
      "a page in place of JSON",
      new Response("<html>Sign in</html>", { headers: { "Content-Type": "text/html" } }),
    ],
    ["half of the JSON", new Response('{"a": ', { headers: { "Content-Type": "application/json" } })],
  ])("%s is no success, and can be repeated", async (_, response) => {
    const { server, requests } = setUp(session);
    server.on("POST things", () => response);
    const error = await requests.request("POST", "things").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 0, isTemporary: true });
  });

  test("no network is status 0", async () => {
    const { server, requests, problems } = setUp(session);
    server.on("GET things", unreachable);
    await expect(requests.request("GET", "things")).rejects.toMatchObject({ status: 0, isTemporary: true });
    expect(problems).toEqual([]);
  });

  test("a request that nobody answers is lost after a while, and can be repeated", async () => {
    const patience = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(patience.signal);
    const { server, requests } = setUp(session);
    server.on("GET things", () => new Promise<Response>(() => {}));
    const request = requests.request("GET", "things");
    await settle();
    expect(server.received).toHaveLength(1);
    patience.abort(new DOMException("Too late", "TimeoutError"));
    await expect(request).rejects.toMatchObject({ status: 0, isTemporary: true });
    expect(timeout).toHaveBeenCalledWith(60_000);
    timeout.mockRestore();
  });

  test("a file may take longer, and one that breaks off can be requested again", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout");
    const { server, requests } = setUp(session);
    const broken = new ReadableStream({ pull: (stream) => stream.error(new TypeError("reset")) });
    server.on("GET attachments/message/3/file", () => new Response(broken));
    const file = requests.blob(`${API}attachments/message/3/file`);
    await expect(file).rejects.toMatchObject({ status: 0, isTemporary: true });
    expect(timeout).not.toHaveBeenCalled();
    timeout.mockRestore();
  });

  test.each([
    [400, false],
    [403, false],
    [404, false],
    [408, true],
    [409, false],
    [429, true],
    [500, true],
    [503, true],
  ])("%i is temporary: %s", async (status, isTemporary) => {
    const { server, requests } = setUp(session);
    server.on("GET things", () => new Response("<html>", { status }));
    await expect(requests.request("GET", "things")).rejects.toMatchObject({
      status,
      isTemporary,
      body: null,
    });
  });

  test.each([
    ["12", 12],
    ["0", 0],
    ["1.5", 1.5],
    ["", null],
    ["-3", null],
    ["soon", null],
    ["Wed, 21 Oct 2026 07:28:00 GMT", null],
  ])("Retry-After %j is %s", async (header, seconds) => {
    const { server, requests } = setUp(session);
    server.on("GET things", () => json(429, {}, { "Retry-After": header }));
    await expect(requests.request("GET", "things")).rejects.toMatchObject({ retryAfter: seconds });
  });

  test("errors are read by field", () => {
    const body = { text: ["REQUIRED"], explanations: { text: ["Write"] }, code: "X", answers: ["A", "B"] };
    expect(new ApiError(400, body).fields).toEqual({ text: ["REQUIRED"], answers: ["A", "B"] });
    expect(new ApiError(404, body).fields).toEqual({});
    expect(new ApiError(400, null).fields).toEqual({});
    expect(new ApiError(400, ["a"]).code).toBe("");
  });
});

describe("aborting", () => {
  const reason = new DOMException("Enough", "AbortError");

  test("before, during and after the response's headers rejects with the signal's reason", async () => {
    const { server, requests, problems } = setUp(session);
    const controller = new AbortController();
    server.on("GET things", () => new Gate<object>().passed);
    const during = requests.request("GET", "things", { signal: controller.signal });
    await settle();
    controller.abort(reason);
    await expect(during).rejects.toBe(reason);
    await expect(requests.request("GET", "things", { signal: controller.signal })).rejects.toBe(reason);
    const other = new AbortController();
    const body = new ReadableStream({
      start: (stream) => other.signal.addEventListener("abort", () => stream.error(reason)),
    });
    server.on("GET things", () => new Response(body, { headers: { "Content-Type": "application/json" } }));
    const reading = requests.request("GET", "things", { signal: other.signal });
    await settle();
    other.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(problems).toEqual([]);
  });
});

describe("a rejected sign-in", () => {
  const REJECTED = [
    [401, { detail: "Sign in" }],
    [401, { code: "NOT_AUTHENTICATED" }],
    [403, { code: "NOT_AUTHENTICATED" }],
    [403, { code: "CSRF_FAILED" }],
  ] as const;

  test.each(REJECTED)(
    "%i %j: ten requests fetch the secret once, once more, and are repeated once",
    async (status, body) => {
      const token = vi.fn((isRejected: boolean) => (isRejected ? "new" : "old"));
      const { server, requests, problems } = setUp({ account: 1, token });
      server.on("POST things", ({ headers }) =>
        headers.get("Authorization") === "Token new" ? {} : json(status, body),
      );
      const all = Array.from({ length: 10 }, () => statusOf(requests.request("POST", "things")));
      expect(await Promise.all(all)).toEqual(Array(10).fill(200));
      expect(token.mock.calls).toEqual([[false], [true]]);
      expect(server.of("POST things")).toHaveLength(20);
      expect(problems).toEqual([]);
    },
  );

  test.each(REJECTED)(
    "%i %j for good: one fetch and one repeat, however late they fail",
    async (status, body) => {
      const token = vi.fn(() => `token ${token.mock.calls.length}`);
      const { server, requests } = setUp({ account: 1, token });
      const gates = Array.from({ length: 10 }, () => new Gate());
      let count = 0;
      server.on("POST things", async () => {
        await gates[count++]?.passed;
        return json(status, body);
      });
      const all = gates.map(() => statusOf(requests.request("POST", "things")));
      for (const gate of gates) {
        await settle(5);
        gate.open();
      }
      expect(await Promise.all(all)).toEqual(Array(10).fill(status));
      expect(token.mock.calls.filter((call: unknown[]) => call[0])).toHaveLength(1);
      expect(server.of("POST things").length).toBeLessThanOrEqual(20);
    },
  );

  test("a secret that stays the same is fetched once and not tried again", async () => {
    const token = vi.fn(() => "same");
    const { server, requests, problems } = setUp({ account: 1, token });
    const gates = Array.from({ length: 3 }, () => new Gate());
    let count = 0;
    server.on("GET things", async () => {
      await gates[count++]?.passed;
      return json(401, {});
    });
    const all = gates.map(() => statusOf(requests.request("GET", "things")));
    for (const gate of gates) {
      await settle(5);
      gate.open();
    }
    await Promise.all(all);
    expect(server.of("GET things")).toHaveLength(3);
    expect(token.mock.calls.filter((call: unknown[]) => call[0])).toHaveLength(1);
    expect(problems[0]).toBe("signed-out");
    requests.resume();
    await statusOf(requests.request("GET", "things"));
    expect(token.mock.calls.filter((call: unknown[]) => call[0])).toHaveLength(2);
  });

  test("a CSRF token of the page gives way to that of the cookie", async () => {
    vi.stubGlobal("document", { cookie: "csrftoken=newer" });
    const { server, requests } = setUp(session);
    server.on("POST things", ({ headers }) =>
      headers.get("X-CSRFToken") === "newer" ? {} : json(403, { code: "CSRF_FAILED" }),
    );
    expect(await statusOf(requests.request("POST", "things"))).toBe(200);
  });

  test("another account is never repeated", async () => {
    const token = vi.fn(() => `token ${token.mock.calls.length}`);
    const { server, requests, problems } = setUp({ account: 1, token });
    server.on("POST things", () => json(403, { code: "OTHER_ACCOUNT" }));
    expect(await statusOf(requests.request("POST", "things"))).toBe(403);
    expect(server.of("POST things")).toHaveLength(1);
    expect(token).toHaveBeenCalledTimes(1);
    expect(problems).toEqual(["other-account"]);
  });

  test.each([401, 403])(
    "a %i to what was sent before the user signed in again is repeated",
    async (status) => {
      const { server, requests, problems } = setUp(session);
      const gate = new Gate();
      server.on("POST things", async () => {
        if (server.received.length > 1) return {};
        await gate.passed;
        return json(status, { code: "OTHER_ACCOUNT" });
      });
      const answer = statusOf(requests.request("POST", "things"));
      await settle();
      requests.resume();
      gate.open();
      expect(await answer).toBe(200);
      expect(server.received).toHaveLength(2);
      expect(problems).toEqual([]);
    },
  );

  test("ends what is on its way, and sends nothing more until resume", async () => {
    const { server, requests, problems } = setUp(session);
    server.on("GET slow", () => new Promise(() => {}));
    server.on("POST things", () => json(401, {}));
    const [slow, refused] = [requests.request("GET", "slow"), requests.request("POST", "things")].map(
      statusOf,
    );
    expect(await refused).toBe(401);
    expect(await slow).toBe(401);
    const { length } = server.received;
    expect(await statusOf(requests.request("GET", "more"))).toBe(401);
    expect(server.received).toHaveLength(length);
    expect(problems).toEqual(["signed-out"]);
    server.on("POST things", () => ({}));
    requests.resume();
    expect(await statusOf(requests.request("POST", "things"))).toBe(200);
  });

  test("another account at the repeat is named as such", async () => {
    const answers = [json(401, {}), json(403, { code: "OTHER_ACCOUNT" })];
    const { server, requests, problems } = setUp({ account: 1, token: (isRejected) => String(isRejected) });
    server.on("POST things", () => answers.shift() ?? {});
    expect(await statusOf(requests.request("POST", "things"))).toBe(403);
    expect(problems).toEqual(["other-account"]);
  });

  test.each([{}, { detail: "You do not have permission" }, { code: "NO_PERMISSIONS" }])(
    "403 %j is about the permission alone",
    async (body) => {
      const token = vi.fn(() => "abc");
      const { server, requests, problems } = setUp({ account: 1, token });
      server.on("GET things", () => json(403, body));
      expect(await statusOf(requests.request("GET", "things"))).toBe(403);
      expect(server.of("GET things")).toHaveLength(1);
      expect(token).toHaveBeenCalledTimes(1);
      expect(problems).toEqual([]);
    },
  );

  test("no network at the repeat is no sign-out", async () => {
    const { server, requests, problems } = setUp({ account: 1, token: (isRejected) => String(isRejected) });
    server.on("GET things", () => (server.received.length > 1 ? unreachable() : json(401, {})));
    await expect(requests.request("GET", "things")).rejects.toMatchObject({ status: 0 });
    expect(problems).toEqual([]);
  });

  test("a host that cannot fetch its first token is like no network", async () => {
    const { server, requests, problems } = setUp({ account: 1, token: unreachable });
    await expect(requests.request("GET", "things")).rejects.toMatchObject({ status: 0, isTemporary: true });
    expect(server.received).toEqual([]);
    expect(problems).toEqual([]);
  });

  test("a host that has no other token after a rejection is signed out", async () => {
    const token = (isRejected: boolean) => (isRejected ? unreachable() : "old");
    const { server, requests, problems } = setUp({ account: 1, token });
    server.on("GET things", () => json(401, {}));
    expect(await statusOf(requests.request("GET", "things"))).toBe(401);
    expect(problems).toEqual(["signed-out"]);
  });

  test("credentials of another account are refused", () => {
    const { credentials } = setUp(session);
    expect(() => credentials.replace({ account: 2, token: "x" })).toThrow("another account");
    credentials.replace({ account: "1" as unknown as number, token: "x" });
    expect(credentials.usesToken).toBe(true);
  });
});
