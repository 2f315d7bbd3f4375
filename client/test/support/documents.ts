/** Documents as the server sends them. */

import type { Message, Thread } from "../../src/documents.js";

/** Return a time of the server: so many seconds after noon. */
export function at(seconds: number): string {
  return new Date(Date.parse("2026-01-05T12:00:00Z") + seconds * 1000).toISOString().replace("Z", "000Z");
}

export function message(id: number, changes: Partial<Message> = {}): Message {
  return {
    id,
    thread: 7,
    type: "user",
    text: `Message ${id}`,
    sender: 2,
    sender_data: null,
    is_own: false,
    is_read: false,
    client_id: null,
    predecessor: null,
    related_question: null,
    attachments_data: [],
    has_attachments: false,
    meta: null,
    created: at(id),
    updated: at(id),
    ...changes,
  } as Message;
}

export function thread(id: number, changes: Partial<Thread> = {}): Thread {
  return {
    id,
    type: "chat",
    title: `Thread ${id}`,
    state: "open",
    unread: 0,
    permissions: 255,
    related_message: null,
    last_message_data: null,
    question: null,
    question_data: null,
    paused: false,
    created: at(0),
    updated: at(0),
    ...changes,
  } as Thread;
}

/** Return the page of messages with the ids `first` to `last`, newest first. */
export function page(first: number, last: number, next: string | null = null): object {
  const ids = Array.from({ length: last - first + 1 }, (_, index) => last - index);
  return { results: ids.map((id) => message(id)), next, previous: null };
}
