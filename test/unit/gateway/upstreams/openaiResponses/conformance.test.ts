import { describeUpstream } from "../describeUpstream.ts";
import { describeUpstreamFailures } from "../describeUpstreamFailures.ts";

describeUpstream("openai-responses");
describeUpstreamFailures("openai-responses");
