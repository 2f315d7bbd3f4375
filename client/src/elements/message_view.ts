/** How messages are drawn. */

import { html, nothing, type TemplateResult } from "./lit.js";
import type { Attachment, FoundMessage, LoggedMessage } from "../index.js";
import { shownDate } from "./controls/dates.js";
import { icon } from "./icons.js";
import { keyed } from "./keyed.js";
import { lib } from "./library.js";
import { dayName, dayOf, nameOf, type Person, timeOf } from "./people.js";
import type { Texts } from "./texts.js";

/** So long apart are messages of a sender that stand together, in milliseconds. */
const TOGETHER = 5 * 60_000;

/** What messages need to be drawn, and what can be done with them. */
export interface MessageContext {
  readonly texts: Texts;
  /** The first message that was unread when the thread was opened. */
  readonly firstUnread: number | null;
  readonly url: (src: string | null | undefined) => string;
  readonly show: (attachment: Attachment) => void;
  /** The actions of a message; empty if there are none. */
  readonly actions: (message: LoggedMessage) => unknown;
  /** What stands in place of a message's text, while it is edited. */
  readonly instead: (message: LoggedMessage) => unknown;
}

/** Return whether two messages stand together: same sender, same day, shortly after each other. */
function belongsTo(before: LoggedMessage | undefined, message: LoggedMessage): boolean {
  return (
    before !== undefined &&
    before.sender === message.sender &&
    before.is_own === message.is_own &&
    dayOf(before.created) === dayOf(message.created) &&
    Date.parse(message.created) - Date.parse(before.created) < TOGETHER
  );
}

/** Draw some messages, with the ones before and after them. */
export function messagesView(
  part: readonly LoggedMessage[],
  before: LoggedMessage | undefined,
  after: LoggedMessage | undefined,
  context: MessageContext,
): unknown {
  const key = ({ id }: LoggedMessage) => id;
  return keyed(part, key, (message, at) => {
    const previous = at ? part[at - 1] : before;
    const next = part[at + 1] ?? after;
    const isNewDay = !previous || dayOf(previous.created) !== dayOf(message.created);
    const isUnread = message.id === context.firstUnread;
    return html`${isNewDay ? html`<p class="day"><span>${dayName(message.created, context.texts)}</span></p>` : nothing}
    ${isUnread ? html`<p class="new"><span>${context.texts.get("new_messages")}</span></p>` : nothing}
    ${messageView(message, !belongsTo(isUnread ? undefined : previous, message), !next || !belongsTo(message, next), context)}`;
  });
}

function messageView(
  message: LoggedMessage,
  isFirst: boolean,
  isLast: boolean,
  context: MessageContext,
): TemplateResult {
  const { texts } = context;
  const own = message.is_own;
  const classes = ["message", own && "own", isFirst && "first", isLast && "last"].filter(Boolean).join(" ");
  const name = own
    ? texts.get("you")
    : message.sender === null
      ? texts.get("script")
      : nameOf(message.sender_data, texts);
  const instead = context.instead(message);
  return html`<article class=${classes} data-message=${message.id} tabindex="-1">
    ${own ? nothing : avatarView(message, isLast, context)}
    <div class="body">
      <p class=${isFirst && !own ? "name" : "unseen"}>${name}</p>
      <div class="bubble">
        ${instead ?? html`<div class="text" dir="auto">${textView(textOf(message, texts))}</div>`}
        ${message.attachments_data.map((attachment) => attachmentView(attachment, context))}
        <p class="meta">${metaView(message, texts)}</p>
      </div>
      ${context.actions(message)}
    </div>
  </article>`;
}

/** Return the text of a message; of an answer as people write dates, and a word where the question was skipped. */
function textOf(message: LoggedMessage, texts: Texts): string {
  const text = lib().plainText(message);
  if (message.sender === null || message.related_question === null) return text;
  const type = /^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/.exec(text);
  if (type) return shownDate(texts, type[1] ? "datetime-local" : "date", text) ?? text;
  return text || (message.has_attachments ? "" : texts.get("skipped"));
}

function metaView(message: LoggedMessage, texts: Texts): unknown {
  const isEdited = Date.parse(message.updated) - Date.parse(message.created) > 1_000 && message.is_own;
  const isRead = message.readBy.some((id) => id !== message.sender);
  const state = texts.get(isRead ? "read" : "sent");
  return html`${isEdited ? html`<span>${texts.get("edited")}</span>` : nothing}
    <time datetime=${message.created}>${timeOf(message.created, texts)}</time>
    ${
      message.is_own
        ? html`<span class="mark" title=${state}
            >${icon(isRead ? "M2 13l4 4L15 7M10 16l1 1L21 7" : "M5 13l4 4L19 7")}<span class="unseen"
              >${state}</span
            ></span
          >`
        : nothing
    }`;
}

function avatarView(
  { sender, sender_data }: LoggedMessage,
  isLast: boolean,
  { url, texts }: MessageContext,
): unknown {
  if (!isLast) return html`<span class="avatar"></span>`;
  if (sender === null) return scriptView();
  return personView(sender_data, url, texts);
}

/** Draw what stands for a script. */
export function scriptView(): TemplateResult {
  return html`<span class="avatar">${icon("M5 8h14v10H5zM12 4v4M9 12v2M15 12v2")}</span>`;
}

/** Draw the picture of a person, else the first letter of their name. */
export function personView(
  person: Person | null | undefined,
  url: (src: string) => string,
  texts: Texts,
): TemplateResult {
  // The picture that everybody has says less than a letter.
  const src = person?.avatar && !person.avatar.includes("chat_api/avatar") ? url(person.avatar) : "";
  const letter = [...nameOf(person, texts)][0]?.toLocaleUpperCase() ?? "";
  return html`<span class="avatar" aria-hidden="true"
    >${src ? html`<img src=${src} alt="" loading="lazy" />` : letter}</span
  >`;
}

/** Draw a text with its links. */
export function textView(text: string): unknown {
  const { LINK_REL, splitLinks } = lib();
  return splitLinks(text).map((part) =>
    part.href ? html`<a href=${part.href} rel=${LINK_REL} target="_blank">${part.text}</a>` : part.text,
  );
}

interface Thumbnail {
  readonly src?: string;
  readonly width?: number;
  readonly height?: number;
}

function attachmentView(attachment: Attachment, { url, show, texts }: MessageContext): unknown {
  const { type, title, src, thumbnail } = attachment;
  const name = title || texts.get(type === "image" ? "picture" : "file");
  const small = (thumbnail ?? {}) as Thumbnail;
  if (type === "image") {
    const picture = url(small.src ?? src);
    return html`<button
      class="picture"
      @click=${() => show(attachment)}
      aria-label=${texts.get("open_picture", { name })}
    >
      ${
        picture
          ? html`<img
              src=${picture}
              alt=${title ?? ""}
              width=${small.width ?? 240}
              height=${small.height ?? 180}
              loading="lazy"
            />`
          : name
      }
    </button>`;
  }
  const href = lib().safeUrl(src);
  const link = href
    ? html`<a href=${href} rel=${lib().LINK_REL} target="_blank" dir="auto">${name}</a>`
    : html`<span dir="auto">${name}</span>`;
  return html`<p class="attached">
    ${icon(type === "youtube" ? "M8 5v14l11-7z" : "M6 3h8l4 4v14H6zM14 3v4h4")} ${link}
  </p>`;
}

/** Draw what was found of a message, with marks. */
export function foundView(message: FoundMessage): unknown {
  return lib()
    .splitHighlight(message.highlight ?? "")
    .map(({ text, marked }) => (marked ? html`<mark>${text}</mark>` : text));
}
