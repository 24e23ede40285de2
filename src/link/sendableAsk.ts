import { Failure } from "../base/failure.ts";
import { documentLimits, maxAheadChars } from "../wire/limits.ts";
import type { CompletionAsk } from "../wire/messages.ts";

/**
 * Throws for an ask that a gateway would not take: `too-large`, or `internal` where it is ahead by deleting what is
 * not there. `lengthChars` is the document's length in UTF-16 units.
 */
export function requireSendable({ offset, ahead }: CompletionAsk, lengthChars: number): void {
  if (lengthChars > documentLimits.maxChars) {
    throw new Failure("too-large", `the document has ${lengthChars} characters`);
  }
  if (!ahead) return;
  const { text, deletedAfterChars } = ahead;
  if (text.length > maxAheadChars) {
    throw new Failure("too-large", `an ask is ${text.length} characters ahead`);
  }
  const leftChars = lengthChars - offset;
  if (
    !Number.isInteger(deletedAfterChars) ||
    deletedAfterChars < 0 ||
    deletedAfterChars > leftChars
  ) {
    throw new Failure("internal", `${deletedAfterChars} of ${leftChars} characters are deleted`);
  }
}
