import { TextAbove } from "./textAbove.ts";
import { TextBelow } from "./textBelow.ts";

/**
 * One open document as the queries show it: the text before the cursor, followed key by key, and the
 * lines below the cursor's. What a query costs grows with what changed since the last one.
 */
export class LiveDocument {
  readonly above = new TextAbove();
  readonly below = new TextBelow();

  update(before: string, after: string): void {
    this.above.update(before);
    const lineEnd = after.indexOf("\n");
    this.below.update(lineEnd < 0 ? "" : after.slice(lineEnd + 1));
  }

  /** The bytes of the index, without the texts. */
  get sizeBytes(): number {
    return this.above.log.sizeBytes + this.below.log.sizeBytes;
  }
}
