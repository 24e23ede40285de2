import { describe } from "node:test";
import { describeAhead } from "./clientEnd/describeAhead.ts";
import { describeBulk } from "./clientEnd/describeBulk.ts";
import { describeEncodedClient } from "./clientEnd/describeEncodedClient.ts";
import { describeReaders } from "./clientEnd/describeReaders.ts";
import { describeTexts } from "./clientEnd/describeTexts.ts";
import { describeWelcome } from "./clientEnd/describeWelcome.ts";
import type { MakePair } from "./socketPairs.ts";

const parts = {
  "its handshake and frames": describeWelcome,
  "its streams": describeReaders,
  "what it compresses and pads": describeEncodedClient,
  "its documents": describeTexts,
  "its asks ahead": describeAhead,
  "its idle time": describeBulk,
};

/** What the client's end of a link must do, told by a gateway that only knows frames. */
export function describeClientEnd(makePair: MakePair): void {
  for (const [part, describePart] of Object.entries(parts)) {
    describe(part, () => {
      describePart(makePair);
    });
  }
}
