/** Notifications on this device: a push subscription, which the server stores, and clicks on what it shows. */

import type { ChatClient } from "../index.js";
import { pageData } from "./library.js";

/** Return whether the user can be asked: the server can push, the browser too, and there is no subscription yet. */
export async function canNotify(): Promise<boolean> {
  const { worker, vapid } = pageData() ?? {};
  if (!worker || !vapid || !("PushManager" in globalThis) || !navigator.serviceWorker) return false;
  const registration = await navigator.serviceWorker.getRegistration(worker).catch(() => undefined);
  return !(await registration?.pushManager.getSubscription().catch(() => null));
}

/** Subscribe this device. Return null, or the key of the text that says why not. */
export async function notify(client: ChatClient): Promise<"notify_denied" | "notify_failed" | null> {
  const { worker, vapid } = pageData() ?? {};
  if (!worker || !vapid) return "notify_failed";
  if ((await Notification.requestPermission()) !== "granted") return "notify_denied";
  try {
    const registration = await navigator.serviceWorker.register(worker);
    await isActive(registration);
    const options = { userVisibleOnly: true, applicationServerKey: vapid };
    const { endpoint, keys } = (await registration.pushManager.subscribe(options)).toJSON();
    await client.request("POST", "push-devices", { body: { endpoint, keys } });
    return null;
  } catch {
    return "notify_failed";
  }
}

/** Wait until the worker runs. `navigator.serviceWorker.ready` would wait for one that has this page in its scope. */
async function isActive(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting;
  if (registration.active || !worker) return;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve();
      else if (worker.state === "redundant") reject(new Error("The service worker was not activated"));
    });
  });
}

/** Call `open` with the thread of each notification that is clicked, until the signal is aborted. */
export function onNotification(open: (thread: number) => void, signal: AbortSignal): void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  const listen = ({ data }: MessageEvent<{ type?: string; thread: number } | null>) => {
    if (data?.type === "chat-api-thread") open(data.thread);
  };
  workers?.addEventListener("message", listen, { signal });
}
