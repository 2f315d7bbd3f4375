/** The flags of `permissions`: what a member can do in a thread. */

import type { Thread } from "../index.js";

export const CREATE = 2;
export const EDIT = 4;
export const DELETE = 8;
export const CONTROL_OTHERS = 512;
export const BREAK_STATE = 1024;
export const ROLL_BACK = 2048;
export const REOPEN = 4096;

/** Return whether the user has a permission in the thread. */
export function may(thread: Pick<Thread, "permissions"> | null | undefined, flag: number): boolean {
  return ((thread?.permissions ?? 0) & flag) === flag;
}
