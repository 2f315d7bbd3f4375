/** What survives the page: queued requests and drafts, by account. */

/** A request that waits to be sent. The client's id makes sending it twice harmless. */
export interface StoredItem {
  /** Its place in the queue; given by the storage. */
  order: number;
  /** The API and the account: it is sent only under them. */
  readonly owner: string;
  /** The `client_id`. */
  readonly id: string;
  readonly kind: string;
  /** Items of a lane are sent one after another: `thread:7`, `survey:3`. */
  readonly lane: string;
  /** A later item with the same key replaces an earlier one; empty for items that are all sent. */
  readonly key: string;
  readonly data: unknown;
  /** Milliseconds since 1970. */
  readonly created: number;
  state: "queued" | "confirm" | "refused";
  /** The server's refusal. */
  refusal: { readonly status: number; readonly body: unknown } | null;
}

export interface Storage {
  items(owner: string): Promise<StoredItem[]>;
  /** Add the item, in place of those with the same key; set its `order`. */
  add(item: StoredItem): Promise<void>;
  /** Change an item, if it is still there. */
  update(item: StoredItem): Promise<void>;
  remove(item: StoredItem): Promise<void>;
  draft(owner: string, place: string): Promise<string>;
  setDraft(owner: string, place: string, text: string): Promise<void>;
  /** Forget everything of the owner. */
  clear(owner: string): Promise<void>;
  close(): void;
}

/** Nothing survives the page. */
export class MemoryStorage implements Storage {
  #items: StoredItem[] = [];
  readonly #drafts = new Map<string, string>();
  #order = 0;

  async items(owner: string): Promise<StoredItem[]> {
    return this.#items.filter((item) => item.owner === owner).map((item) => ({ ...item }));
  }

  async add(item: StoredItem): Promise<void> {
    if (item.key) this.#items = this.#items.filter((other) => !isReplaced(other, item));
    this.#order += 1;
    item.order = this.#order;
    this.#items.push({ ...item });
  }

  async update(item: StoredItem): Promise<void> {
    this.#items = this.#items.map((other) => (other.order === item.order ? { ...item } : other));
  }

  async remove(item: StoredItem): Promise<void> {
    this.#items = this.#items.filter((other) => other.order !== item.order);
  }

  async draft(owner: string, place: string): Promise<string> {
    return this.#drafts.get(`${owner} ${place}`) ?? "";
  }

  async setDraft(owner: string, place: string, text: string): Promise<void> {
    this.#drafts.set(`${owner} ${place}`, text);
  }

  async clear(owner: string): Promise<void> {
    this.#items = this.#items.filter((item) => item.owner !== owner);
    for (const key of this.#drafts.keys()) if (key.startsWith(`${owner} `)) this.#drafts.delete(key);
  }

  close(): void {}
}

function isReplaced(earlier: StoredItem, later: StoredItem): boolean {
  return earlier.owner === later.owner && earlier.key === later.key && earlier.state === "queued";
}

const DATABASE = "django-chat-api";
const VERSION = 1;

/** Return the storage of the browser, or that of the page where the browser has none. */
export async function openStorage(kind: "indexeddb" | "none"): Promise<Storage> {
  if (kind === "none") return new MemoryStorage();
  try {
    return new DatabaseStorage(await openDatabase());
  } catch {
    // Private windows of some browsers refuse, and elsewhere there may be none.
    return new MemoryStorage();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    const queue = request.result.createObjectStore("queue", { keyPath: "order", autoIncrement: true });
    queue.createIndex("owner", "owner");
    request.result.createObjectStore("drafts", { keyPath: ["owner", "place"] });
  };
  return resultOf(request);
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

class DatabaseStorage implements Storage {
  constructor(private readonly database: IDBDatabase) {
    // A newer version of the module, in another tab, must not wait for this page.
    database.onversionchange = () => database.close();
  }

  async items(owner: string): Promise<StoredItem[]> {
    const store = this.database.transaction("queue").objectStore("queue");
    return resultOf(store.index("owner").getAll(owner) as IDBRequest<StoredItem[]>);
  }

  async add(item: StoredItem): Promise<void> {
    const transaction = this.database.transaction("queue", "readwrite");
    const done = finished(transaction);
    const store = transaction.objectStore("queue");
    if (item.key) {
      for (const other of await resultOf(
        store.index("owner").getAll(item.owner) as IDBRequest<StoredItem[]>,
      )) {
        if (isReplaced(other, item)) store.delete(other.order);
      }
    }
    const { order: _, ...value } = item;
    const added = store.add(value);
    transaction.commit();
    item.order = Number(await resultOf(added));
    await done;
  }

  async update(item: StoredItem): Promise<void> {
    await this.#write("queue", (store) => {
      // A later item with the same key may have replaced it.
      const there = store.getKey(item.order);
      there.onsuccess = () => {
        if (there.result !== undefined) store.put(item);
      };
    });
  }

  async remove(item: StoredItem): Promise<void> {
    await this.#write("queue", (store) => store.delete(item.order));
  }

  async draft(owner: string, place: string): Promise<string> {
    const store = this.database.transaction("drafts").objectStore("drafts");
    const row = await resultOf(store.get([owner, place]) as IDBRequest<{ text: string } | undefined>);
    return row?.text ?? "";
  }

  async setDraft(owner: string, place: string, text: string): Promise<void> {
    await this.#write("drafts", (store) => {
      if (text) store.put({ owner, place, text });
      else store.delete([owner, place]);
      // What waits for an answer is undone when the page is left.
      store.transaction.commit();
    });
  }

  async clear(owner: string): Promise<void> {
    const items = await this.items(owner);
    const transaction = this.database.transaction(["queue", "drafts"], "readwrite");
    const done = finished(transaction);
    for (const { order } of items) transaction.objectStore("queue").delete(order);
    transaction.objectStore("drafts").delete(IDBKeyRange.bound([owner, ""], [owner, "\uffff"]));
    await done;
  }

  close(): void {
    this.database.close();
  }

  async #write(name: string, change: (store: IDBObjectStore) => void): Promise<void> {
    const transaction = this.database.transaction(name, "readwrite");
    const done = finished(transaction);
    change(transaction.objectStore(name));
    await done;
  }
}
