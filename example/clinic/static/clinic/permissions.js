/** The flags of `permissions`: what a member can do in a thread. */

export const READ = 1;
export const WRITE = 2;
export const READ_THREAD = 16;
export const CONTROL_OTHERS = 512;
export const BREAK = 1024;
export const ROLL_BACK = 2048;
export const REOPEN = 4096;

/** The permissions of a member who answers a script: they can go back, and stop. */
export const ANSWERING = READ | WRITE | READ_THREAD | BREAK | ROLL_BACK;

export const may = (thread, flag) => (thread.permissions & flag) === flag;
