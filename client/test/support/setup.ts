/** Each test begins with an empty database and without the globals of a browser, and leaves no client behind. */

import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { afterEach, beforeEach, vi } from "vitest";
import { destroyClients } from "./clients.js";
import { FakeChannel, FakeLocks } from "./tabs.js";

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
});

afterEach(() => {
  destroyClients();
  FakeChannel.open.clear();
  vi.useRealTimers();
});
