import { describe } from "node:test";
import { describeAhead } from "./gatewayEnd/describeAhead.ts";
import { describeAsks } from "./gatewayEnd/describeAsks.ts";
import { describeCredit } from "./gatewayEnd/describeCredit.ts";
import { describeDocuments } from "./gatewayEnd/describeDocuments.ts";
import { describeEncodings } from "./gatewayEnd/describeEncodings.ts";
import { describeHandshake, describeNegotiation } from "./gatewayEnd/describeHandshake.ts";
import { describeSnippets } from "./gatewayEnd/describeSnippets.ts";
import { describeStreams } from "./gatewayEnd/describeStreams.ts";
import type { MakePair } from "./socketPairs.ts";

const parts = {
  "its handshake and frames": describeHandshake,
  "its choice of compression": describeNegotiation,
  "what it compresses and pads": describeEncodings,
  "its documents": describeDocuments,
  snippets: describeSnippets,
  "edits and asks": describeAsks,
  "asks ahead": describeAhead,
  "its streams": describeStreams,
  "its credit": describeCredit,
};

/** What the gateway's end of a link must do, told by a client that only knows frames. */
export function describeGatewayEnd(makePair: MakePair): void {
  for (const [part, describePart] of Object.entries(parts)) {
    describe(part, () => {
      describePart(makePair);
    });
  }
}
