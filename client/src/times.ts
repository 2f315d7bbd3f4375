/** Times of the server, which have microseconds and an offset; `Date` keeps milliseconds. */

function secondsOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

function microsecondsOf(time: string): string {
  return (/\.(\d+)/.exec(time)?.[1] ?? "").padEnd(6, "0");
}

/** Return whether one time of the server is before another. */
export function isBefore(one: string, other: string): boolean {
  const difference = secondsOf(one) - secondsOf(other);
  return difference !== 0 ? difference < 0 : microsecondsOf(one) < microsecondsOf(other);
}
