/** What waits: completions are worth less the older they are, chats are waited for. */
export type Kind = "completion" | "chat";

/** What one tenant has waiting. Never empty while it is in the queue. */
interface Line<Item> {
  /** The newest is last, and taken first. */
  readonly completions: Item[];
  /** The oldest is first, and taken first. */
  readonly chats: Item[];
  isChatNext: boolean;
}

/**
 * A queue in which each tenant has its turn: of its own things the newest completion comes first, and every second time the
 * oldest chat. Knows nothing of limits or time.
 */
export class FairQueue<Item> {
  /** The tenant whose turn is next is first. */
  readonly #lines = new Map<string, Line<Item>>();

  /** How many of a kind a tenant has waiting. */
  count(tenant: string, kind: Kind): number {
    const line = this.#lines.get(tenant);
    return line ? line[listOf(kind)].length : 0;
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  push(tenant: string, kind: Kind, item: Item): void {
    let line = this.#lines.get(tenant);
    if (!line) this.#lines.set(tenant, (line = { completions: [], chats: [], isChatNext: false }));
    line[listOf(kind)].push(item);
  }

  /** Takes the next thing of the first tenant that may have one; a tenant that may not keeps its turn. */
  take(may: (tenant: string) => boolean): Item | undefined {
    for (const [tenant, line] of this.#lines) {
      if (!may(tenant)) continue;
      const isChat = line.completions.length === 0 || (line.isChatNext && line.chats.length > 0);
      const item = isChat ? line.chats.shift() : line.completions.pop();
      line.isChatNext = !isChat;
      this.#lines.delete(tenant);
      if (line.completions.length + line.chats.length > 0) this.#lines.set(tenant, line);
      return item;
    }
    return undefined;
  }

  /** Takes the tenant's oldest completion, which is worth least. */
  takeOldest(tenant: string): Item | undefined {
    const item = this.#lines.get(tenant)?.completions.shift();
    this.#dropIfEmpty(tenant);
    return item;
  }

  /** Takes one thing out, if it still waits. */
  remove(tenant: string, kind: Kind, item: Item): void {
    const list = this.#lines.get(tenant)?.[listOf(kind)];
    const at = list?.indexOf(item) ?? -1;
    if (at >= 0) list?.splice(at, 1);
    this.#dropIfEmpty(tenant);
  }

  #dropIfEmpty(tenant: string): void {
    const line = this.#lines.get(tenant);
    if (line?.completions.length === 0 && line.chats.length === 0) this.#lines.delete(tenant);
  }
}

const listOf = (kind: Kind): "completions" | "chats" =>
  kind === "completion" ? "completions" : "chats";
