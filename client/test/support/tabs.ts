/** What browsers share between tabs: locks and channels. */

/** `navigator.locks`, for exclusive locks. */
export class FakeLocks {
  readonly #tails = new Map<string, Promise<unknown>>();
  /** The names that were requested. */
  readonly requested: string[] = [];

  request<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.requested.push(name);
    const before = this.#tails.get(name) ?? Promise.resolve();
    const done = before.then(work);
    this.#tails.set(
      name,
      done.catch(() => {}),
    );
    return done;
  }
}

/** `BroadcastChannel`: it delivers a copy to the other channels of the name. */
export class FakeChannel {
  static readonly open = new Set<FakeChannel>();
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(readonly name: string) {
    FakeChannel.open.add(this);
  }

  postMessage(message: unknown): void {
    if (!FakeChannel.open.has(this)) throw new DOMException("The channel is closed", "InvalidStateError");
    const data = structuredClone(message);
    for (const other of FakeChannel.open) {
      if (other === this || other.name !== this.name) continue;
      setImmediate(() => FakeChannel.open.has(other) && other.onmessage?.({ data }));
    }
  }

  close(): void {
    FakeChannel.open.delete(this);
  }
}
