/** What the editor asks of the server: each is a POST of JSON with the token against forged requests. */

import type { Attachment, Script } from "./document.js";
import type { Editor, Finding, PageData, Problem } from "./store.js";

/** An answer of the server; without one, `status` is 0. */
export interface Reply<Body> {
  readonly status: number;
  readonly body: Body;
}

export interface Saved {
  readonly token: string;
  readonly findings: readonly Finding[];
  readonly saved: string;
}

/** Where an unpublished copy of a script is edited. */
export interface Copied {
  readonly url: string;
}

/** Why a script was not saved. */
export interface Refused {
  readonly errors?: readonly Problem[];
  readonly reason?: "CHANGED" | "PUBLISHED" | "IN_USE";
  readonly document?: Script;
  readonly token?: string;
  readonly by?: string | null;
  readonly at?: string | null;
}

function csrfToken(): string {
  return document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** Return the answer to a POST; what is no JSON, for example the sign-in page, is a refusal without errors. */
async function post<Body>(
  data: PageData,
  url: string,
  body: BodyInit,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply<Partial<Body>>> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { [data.csrfHeader ?? "X-CSRFToken"]: csrfToken(), Accept: "application/json", ...headers },
      credentials: "same-origin",
      redirect: "error",
    });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return { status: response.status, body: isJson ? ((await response.json()) as Partial<Body>) : {} };
  } catch {
    return { status: 0, body: {} };
  }
}

export function postJson<Body>(page: PageData, url: string, data: unknown): Promise<Reply<Partial<Body>>> {
  return post<Body>(page, url, JSON.stringify(data), { "Content-Type": "application/json" });
}

/** Send a picture; return its entry in the document and its address, or why it was refused. */
export async function upload(
  editor: Editor,
  file: File,
): Promise<{ attachment: Attachment; src: string } | string> {
  const form = new FormData();
  form.append("file", file);
  const { status, body } = await post<{ attachment: Attachment; src: string } & Refused>(
    editor.data,
    editor.data.urls.picture,
    form,
  );
  if (status === 200 && body.attachment) return { attachment: body.attachment, src: body.src ?? "" };
  const reasons = body.errors?.map(({ text }) => text).join(" ");
  return reasons || editor.t(status ? "picture_refused" : "no_connection");
}
