/** What a member may do in a thread: the flags of `permissions`. */

export const READ = 1;
export const WRITE = 2;
export const READ_THREAD = 16;
export const CONTROL_OTHERS = 512;
export const BREAK = 1024;
export const ROLL_BACK = 2048;
export const REOPEN = 4096;

/** What somebody gets who is to be asked: he may go back, and stop. */
export const LED = READ | WRITE | READ_THREAD | BREAK | ROLL_BACK;

export const may = (thread, flag) => (thread.permissions & flag) === flag;
