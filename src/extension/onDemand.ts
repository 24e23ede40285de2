/**
 * What people ask for by a command now and then. A bundle of its own, which is loaded when somebody first does: to compile a
 * window's bundle takes a third of a first start, and a window starts without these.
 */
export { connectModel } from "./connect/connectModel.ts";
export { LatencyPanel } from "./latency/latencyPanel.ts";
export { reportProblem } from "./reportProblem.ts";
export { heldBack } from "./sent/heldBack.ts";
export { sentText } from "./sent/sentText.ts";
export { sentToModel } from "./sent/sentToModel.ts";
export { setGatewayToken, setUpstreamKey } from "./setSecrets.ts";
export { tryCompletion } from "./tryCompletion.ts";
