import { describeUpstream } from "./describeUpstream.ts";
import { describeUpstreamFailures } from "./describeUpstreamFailures.ts";
import { ways } from "./upstreamFixture.ts";

for (const way of ways) {
  describeUpstream(way);
  describeUpstreamFailures(way);
}
