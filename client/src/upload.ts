/** Sending forms with files: `fetch` reports no progress of uploads, `XMLHttpRequest` does. */

import { ApiError } from "./errors.js";

interface Upload {
  method: string;
  url: string;
  headers: Record<string, string>;
  form: FormData;
  credentials: RequestCredentials;
  signal: AbortSignal;
  onProgress: ((part: number) => void) | undefined;
  fetch: typeof globalThis.fetch;
}

/** Send the form and return the response. Rejects with `ApiError` without a response, or with the signal's reason. */
export async function sendForm(upload: Upload): Promise<Response> {
  if (upload.onProgress && typeof XMLHttpRequest !== "undefined") return sendWithProgress(upload);
  const { method, url, headers, form, credentials, signal } = upload;
  try {
    return await upload.fetch(url, {
      method,
      headers,
      body: form,
      credentials,
      signal,
    });
  } catch {
    signal.throwIfAborted();
    throw new ApiError(0, null);
  }
}

function sendWithProgress({
  method,
  url,
  headers,
  form,
  credentials,
  signal,
  onProgress,
}: Upload): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.withCredentials = credentials === "include";
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total ? loaded / total : 0);
    request.onload = () => resolve(responseOf(request));
    request.onerror = () => reject(new ApiError(0, null));
    request.onabort = () => reject(signal.reason);
    if (signal.aborted) return reject(signal.reason);
    // After the response, it does nothing.
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const name of ["Content-Type", "Retry-After"]) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  const isEmpty = request.status === 204 || request.status === 304;
  return new Response(isEmpty ? null : request.responseText, { status: request.status, headers });
}
