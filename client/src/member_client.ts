/** What the user can do with the members of threads and their scripts. */

import type { AccountId } from "./credentials.js";
import { type Member, type MemberChange, type MemberCreate, type Page, resultsOf } from "./documents.js";
import { SurveyClient } from "./survey_client.js";

export class MemberClient extends SurveyClient {
  /** Return the members of a thread, in the order in which they joined. */
  async members(thread: number): Promise<readonly Member[]> {
    return resultsOf(await this.requests.request<Page<Member>>("GET", `threads/${thread}/users`));
  }

  /** Add a user to a thread; the document can begin a script. */
  addMember(thread: number, user: AccountId, body: Partial<MemberCreate> = {}): Promise<Member> {
    return this.requests.request<Member>("POST", `threads/${thread}/users`, { body: { ...body, user } });
  }

  /** Change permissions, state, script or pause of a member; what is left out stays. */
  async changeMember(thread: number, user: AccountId, change: MemberChange): Promise<Member> {
    const path = `threads/${thread}/users/${user}`;
    const changed = await this.requests.request<Member>("PATCH", path, { body: change });
    void this.live.threads.refresh(thread);
    return changed;
  }

  /** Remove a member from a thread. */
  async removeMember(thread: number, user: AccountId): Promise<void> {
    await this.requests.request("DELETE", `threads/${thread}/users/${user}`);
  }

  /** Leave a thread: it is no longer shown. */
  async leave(thread: number): Promise<void> {
    await this.removeMember(thread, this.account);
    this.live.threads.drop(thread);
  }

  /** Pause the script of a member (default: the user), if the user is permitted to. */
  pauseScript(thread: number, user: AccountId = this.account): Promise<Member> {
    return this.changeMember(thread, user, { paused: true });
  }

  /** Let a paused script go on. */
  resumeScript(thread: number, user: AccountId = this.account): Promise<Member> {
    return this.changeMember(thread, user, { paused: false });
  }

  /** Assign a thread to an account; null to nobody. */
  async assign(thread: number, account: AccountId | null): Promise<void> {
    const body = { assigned_to: account };
    await this.requests.request("PATCH", `threads/${thread}/assignment`, { body });
    await this.live.threads.refresh(thread);
  }
}
