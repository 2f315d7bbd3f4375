/** The numbers of unread threads and messages, as elements show them and as they are in the title and the icon of the page. */

import type { Snapshot, UnreadCounts } from "../index.js";

const NONE: UnreadCounts = { threads: 0, messages: 0 };

/** Return the numbers of the threads of a type; null until they are known. */
export function unreadOf({ unread }: Snapshot, type: string): UnreadCounts | null {
  return unread && (unread.types[type] ?? NONE);
}

/** The numbers that an element shows. */
export class UnreadNumbers {
  now: UnreadCounts | null = null;

  constructor(private readonly changed: (counts: UnreadCounts) => void) {}

  /** Take the numbers as they are now. If they differ from those before, the element is notified, after it is drawn. */
  take(counts: UnreadCounts | null): void {
    const before = this.now;
    this.now = counts;
    if (counts && (counts.threads !== before?.threads || counts.messages !== before.messages))
      queueMicrotask(() => this.changed(counts));
  }
}

let usualTitle: string | null = null;
let usualIcon = "";
let dottedIcon = "";

/** Show the number in the title, and a dot on the icon; 0 shows the page as it was. */
export function showUnread(count: number): void {
  usualTitle ??= document.title;
  document.title = count ? `(${count}) ${usualTitle}` : usualTitle;
  void showDot(count > 0);
}

async function showDot(isShown: boolean): Promise<void> {
  const link = document.querySelector<HTMLLinkElement>('link[rel~="icon"]');
  if (!link) return;
  usualIcon ||= link.href;
  if (isShown) dottedIcon ||= await dotted(usualIcon).catch(() => "");
  link.href = (isShown && dottedIcon) || usualIcon;
}

/** Return the address of the icon with a dot. */
async function dotted(href: string): Promise<string> {
  const image = new Image();
  image.src = href;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.drawImage(image, 0, 0, 64, 64);
  context.fillStyle = "#d92d20";
  context.arc(48, 16, 14, 0, 2 * Math.PI);
  context.fill();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  return blob ? URL.createObjectURL(blob) : "";
}
