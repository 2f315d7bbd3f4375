/** Texts as people typed them: for text nodes and form fields, never for innerHTML. */

/** The five entities that Python's `html.escape` writes. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#x27": "'",
};

/** A document with a text and its format: a message, or an item of a survey. */
export interface FormattedText {
  readonly text?: string;
  readonly text_format?: string;
}

/** A part of a search result; `marked` parts match the query. */
export interface HighlightPart {
  readonly text: string;
  readonly marked: boolean;
}

/** A part of a text: plain, or a link if it has an `href`. */
export interface TextPart {
  readonly text: string;
  readonly href?: string;
}

/** Undo `html.escape`, once: an entity that the decoding makes is not decoded again. */
export function unescapeHtml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#x27);/g, (_, name: string) => ENTITIES[name] as string);
}

/** Return the text as its sender typed it: decoded exactly once, and only if the server says that it is escaped. */
export function plainText(message: FormattedText): string {
  const text = message.text ?? "";
  return message.text_format === "escaped" ? unescapeHtml(text) : text;
}

/** Split the `highlight` of a search result at its marks; the parts are plain text. */
export function splitHighlight(highlight: string): HighlightPart[] {
  return highlight
    .split(/<mark>(.*?)<\/mark>/s)
    .map((part, at) => ({ text: unescapeHtml(part), marked: at % 2 === 1 }))
    .filter(({ text }) => text !== "");
}

/** The `rel` of every link whose address a person or a script wrote. */
export const LINK_REL = "noopener noreferrer nofollow";

/** Return the address as an absolute URL if its scheme is http, https, mailto or tel, else null. */
export function safeUrl(address: string | null | undefined, base?: string): string | null {
  if (!address) return null;
  try {
    const url = new URL(address, base ?? globalThis.location?.href);
    return /^(https?|mailto|tel):$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Return the address without the punctuation after it; a parenthesis that was opened within it belongs to it. */
function withoutEnding(address: string): string {
  let end = address.length;
  let unopened = address.split(")").length - address.split("(").length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    if (last === ")" && unopened > 0) unopened -= 1;
    else if (!".,;:!?'\"]".includes(last)) break;
  }
  return address.slice(0, end);
}

/** Split a plain text into texts and links; punctuation that ends a sentence does not belong to a link. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"]+/gi)) {
    const address = withoutEnding(match[0]);
    const href = safeUrl(address);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
