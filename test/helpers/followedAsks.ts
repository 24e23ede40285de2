import { DocumentReceiver } from "../../src/wire/documentReceiver.ts";
import type { CompletionRequest } from "../../src/wire/messages.ts";
import type { Said } from "./framePeer.ts";

/** An ask as a gateway reads it. */
export interface FollowedAsk {
  readonly stream: number;
  readonly document: number;
  readonly keepsOlder: boolean;
  /** Undefined where the check says that the gateway's text is not the client's. */
  readonly request: CompletionRequest | undefined;
}

/** What a client has said, read as a gateway reads it: its asks, by their streams' numbers. */
export function followedAsks(said: readonly Said[]): readonly FollowedAsk[] {
  const receiver = new DocumentReceiver({ beforeChars: 1e9, afterChars: 1e9 });
  const asks: FollowedAsk[] = [];
  let last = 0;
  for (const message of said) {
    if (message.kind === "open" || message.kind === "recall") last = message.nextStream - 1;
    if (message.kind === "edit") {
      const ask = receiver.edit(message.bytes, last + 1);
      if (ask) asks.push({ stream: ++last, ...ask });
    } else follow(receiver, message);
  }
  return asks;
}

function follow(receiver: DocumentReceiver, message: Exclude<Said, { kind: "edit" }>): void {
  switch (message.kind) {
    case "open":
    case "recall":
    case "fill":
    case "focus":
    case "close":
    case "verify":
    case "put":
    case "use":
      receiver.receive(message);
      break;
    case "hello":
    case "cancel":
    case "chat":
    case "credit":
    case "ping":
    case "warm":
  }
}
