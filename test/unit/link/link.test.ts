import { describe } from "node:test";
import { describeClientEnd } from "../../helpers/describeClientEnd.ts";
import { describeGatewayEnd } from "../../helpers/describeGatewayEnd.ts";
import { memoryPair, passThroughPair } from "../../helpers/socketPairs.ts";

const pairs = [
  ["memory", memoryPair],
  ["streams in memory", passThroughPair],
] as const;

for (const [where, makePair] of pairs) {
  describe(`the gateway's end of a link over ${where}`, () => {
    describeGatewayEnd(makePair);
  });
  describe(`the client's end of a link over ${where}`, () => {
    describeClientEnd(makePair);
  });
}
