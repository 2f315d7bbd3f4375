/** Doing something in one tab at a time. */

/**
 * Do the work while no other tab does work of that name. Pages without HTTPS have no locks, and frames without an origin
 * are refused them: there, tabs work side by side.
 */
export async function withLock(name: string, work: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks;
  let hasStarted = false;
  const locked = () => {
    hasStarted = true;
    return work();
  };
  try {
    if (locks) return await locks.request(name, locked);
  } catch (error) {
    if (hasStarted) throw error;
  }
  await work();
}
