import { describe } from "node:test";
import { describeClientEnd } from "../helpers/describeClientEnd.ts";
import { describeGatewayEnd } from "../helpers/describeGatewayEnd.ts";
import { childPipePair, httpPair, webSocketPair } from "../helpers/socketPairs.ts";

const pairs = [
  ["a WebSocket", webSocketPair],
  ["plain HTTP", httpPair],
  ["the pipes of processes", childPipePair],
] as const;

for (const [where, makePair] of pairs) {
  describe(`the gateway's end of a link over ${where}`, () => {
    describeGatewayEnd(makePair);
  });
  describe(`the client's end of a link over ${where}`, () => {
    describeClientEnd(makePair);
  });
}
