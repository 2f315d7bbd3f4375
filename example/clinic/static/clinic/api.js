/** The REST API. Every function returns the response's data, or throws `ApiError`. */

/** An error response (`status`, `body`), or no response at all (status 0). */
export class ApiError extends Error {
  constructor(status, body) {
    super(`${status}`);
    this.status = status;
    this.body = body;
  }

  /** Whether the same request can succeed later. */
  get isTemporary() {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

function csrfToken() {
  return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

async function request(method, path, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  let text;
  try {
    response = await fetch(path, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin" });
    text = await response.text();
  } catch {
    throw new ApiError(0, null);
  }
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const data = text && isJson ? JSON.parse(text) : null;
  if (!response.ok) throw new ApiError(response.status, data);
  return data;
}

const get = (path) => request("GET", path);
const post = (path, body = {}) => request("POST", path, body);

export const whoAmI = () => get("/session");
export const signIn = (username, password) => post("/session", { username, password });
export const signOut = () => request("DELETE", "/session");

export const questionnaires = () =>
  get("/api/schemas/automated_flow?published=true&deprecated=false&fields=id,name");

export const threads = async (me) => (await get(`/api/accounts/${me}/threads/chat?limit=100`)).results;
export const thread = (id) => get(`/api/threads/${id}`);
export const startThread = (me, body) => post(`/api/accounts/${me}/threads/chat`, body);
export const members = (id) => get(`/api/threads/${id}/users?fields=user,state`);
export const addMember = (id, body) => post(`/api/threads/${id}/users`, body);
export const changeMember = (id, user, body) => request("PATCH", `/api/threads/${id}/users/${user}`, body);
export const rollBack = (id) => post(`/api/threads/${id}/rollback`);

/** The newest messages, or those before one: at most `PAGE`, newest first. Loading marks nothing as read. */
export const PAGE = 50;
export const messages = async (id, before) => {
  const part = before ? `&before=${before}` : "";
  return (await get(`/api/threads/${id}/messages?ordering=-id&limit=${PAGE}&mark_read=false${part}`)).results;
};
export const send = (id, body) => post(`/api/threads/${id}/messages`, body);
export const markRead = (id, upTo) => post(`/api/threads/${id}/read`, { up_to: upTo });
export const history = (id, after) => get(`/api/threads/${id}/events?after=${after}`);
