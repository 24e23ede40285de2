import { type Failure, type FailureCode } from "../base/failure.ts";

/** For each code, what a person should do next, or that waiting is enough. */
const nextSteps: Readonly<Record<FailureCode, string>> = {
  "link-lost": "Slipstream connects again by itself.",
  "gateway-unreachable":
    "Check slipstream.gateway.url and that the gateway runs; it is tried again.",
  "handshake-refused": "Check slipstream.gateway.url, or update Slipstream or its gateway.",
  unauthorized: "Run “Slipstream: Set Gateway Token”.",
  protocol: "Update Slipstream and its gateway; the log has more.",
  "too-large": "The request was too large; the log has more.",
  busy: "The gateway is full; it is asked again at the next key.",
  deadline:
    "The model is too slow or does not answer: check its server, or raise slipstream.upstream.firstTextTimeoutMs.",
  resync: "The gateway is sent the text again at the next key.",
  superseded: "A newer request took its place.",
  "upstream-unreachable": "Check slipstream.upstream.url and that the model server runs.",
  "upstream-unauthorized": "Run “Slipstream: Set Upstream API Key”.",
  "upstream-not-found": "Check slipstream.upstream.url and slipstream.upstream.model.",
  "upstream-busy": "The model server limits requests; it is asked again at the next key.",
  "upstream-refused": "Check slipstream.upstream.model and slipstream.upstream.kind.",
  "upstream-down": "The model server has an error of its own; see its log.",
  "upstream-garbled": "Check slipstream.upstream.kind: the server answers in another form.",
  "upstream-insecure":
    "Check the server's certificate: Node must know who signed it (NODE_EXTRA_CA_CERTS).",
  "upstream-no-infill": "Run “Slipstream: Connect a Model” and take one trained for it.",
  settings: "Open the settings and mend it.",
  internal: "This is a defect of Slipstream; the log has more.",
};

/** Codes that go away only when the user does something: they are told in a message, once. */
const needsUser: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "handshake-refused",
  "unauthorized",
  "upstream-unauthorized",
  "upstream-not-found",
  "upstream-refused",
  "upstream-garbled",
  "upstream-insecure",
  "upstream-no-infill",
  "settings",
]);

/** What happened and what to do next, for a tooltip or a message. */
export function sentenceOf(failure: Failure): string {
  const what = failure.message.trim().replace(/[.\s]+$/, "") || failure.code;
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}. ${nextSteps[failure.code]}`;
}

/** Whether the user must act for it to go away. */
export const mustTellUser = (failure: Failure): boolean => needsUser.has(failure.code);
