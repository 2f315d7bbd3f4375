/** What the parts of a conversation know of the element that they belong to. */

import type { ChatClient, LoggedMessage, RoomSnapshot } from "../index.js";
import type { Texts } from "./texts.js";

export interface ThreadHost {
  readonly thread: number | null;
  /** Whether the user looks after others. */
  readonly staff: boolean;
  /** The state of the thread. */
  readonly room: RoomSnapshot | undefined;
  readonly api: ChatClient;
  readonly words: Texts;
  readonly renderRoot: ShadowRoot;
  readonly updateComplete: Promise<void>;
  /** Draw again. */
  refresh(): void;
  /** Have screen readers read a text. */
  say(text: string): void;
  /** Return what the user can do with a message of theirs. */
  canChange(message: LoggedMessage): { edit: boolean; remove: boolean };
  /** Show a message, and load what is between it and those that are loaded. */
  showMessage(id: number): Promise<void>;
  /** Go to the newest message. */
  toNewest(): void;
}
