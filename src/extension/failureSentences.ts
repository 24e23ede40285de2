import type { Failure, FailureCode } from "../base/failure.ts";
import type { Translate } from "./translate.ts";

type NextSteps = Readonly<Record<FailureCode, string>>;

/** Where a failure is told. */
export interface Telling {
  /** Whether the gateway is a team's: its model, and the settings of that, are not this window's then. */
  readonly isHosted: boolean;
  /** Nobody asks a chat's question again but the person. */
  readonly isChat?: boolean;
}

const beginAnew = "Run “Slipstream: Reconnect”; the log has more.";

/** For each code, what a person should do next, or that waiting is enough, with the window's own gateway. */
const ownNextSteps: NextSteps = {
  "link-lost": "Slipstream connects again by itself.",
  "gateway-unreachable":
    "It is started again; the log says why it ended, and “Slipstream: Reconnect” begins anew.",
  "handshake-refused": beginAnew,
  unauthorized: beginAnew,
  protocol: beginAnew,
  "too-large": "The request was too large; the log has more.",
  busy: "The gateway is full; it is tried again by itself.",
  unread: "It ends here, to let others have the model; ask again for a whole one.",
  deadline:
    "The model is too slow or does not answer: check its server, or raise slipstream.upstream.firstTextTimeoutMs.",
  resync: "The gateway is sent the text again at the next key.",
  superseded: "A newer request took its place.",
  "upstream-unreachable": "Check slipstream.upstream.url and that the model server runs.",
  "upstream-unauthorized": "Run “Slipstream: Set Upstream API Key”.",
  "upstream-not-found": "Check slipstream.upstream.url and slipstream.upstream.model.",
  "upstream-busy": "The model server limits requests; it is asked again at a later key.",
  "upstream-refused": "Check slipstream.upstream.model and slipstream.upstream.kind.",
  "upstream-down": "The model server has an error of its own; see its log.",
  "upstream-garbled": "Check slipstream.upstream.kind: the server answers in another form.",
  "upstream-insecure":
    "Check the server's certificate: Node must know who signed it (NODE_EXTRA_CA_CERTS).",
  "upstream-no-infill": "Run “Slipstream: Connect a Model” and take one trained for it.",
  "upstream-no-credit": "Top the account up with the provider, or set another key.",
  "upstream-only-thought":
    "Run “Slipstream: Connect a Model” and take one that does not think first, or raise slipstream.upstream.maxTokens.",
  settings: "Open the settings and mend it.",
  internal: "This is a defect of Slipstream; the log has more.",
};

const tellTheTeam = "Tell whoever runs your team's gateway: it is mended there.";

/** What is another step with a team's gateway. */
const hostedNextSteps: Partial<NextSteps> = {
  "gateway-unreachable":
    "Check slipstream.gateway.url and that the gateway runs; it is tried again.",
  "handshake-refused": "Check slipstream.gateway.url, or update Slipstream or its gateway.",
  unauthorized: "Run “Slipstream: Set Gateway Token”.",
  protocol: "Update Slipstream and its gateway; the log has more.",
  deadline:
    "The model is too slow or does not answer: if it goes on, tell whoever runs your team's gateway.",
  "upstream-unreachable": tellTheTeam,
  "upstream-unauthorized": tellTheTeam,
  "upstream-not-found": tellTheTeam,
  "upstream-refused": tellTheTeam,
  "upstream-down":
    "The model server has an error of its own: if it goes on, tell whoever runs your team's gateway.",
  "upstream-garbled": tellTheTeam,
  "upstream-insecure": tellTheTeam,
  "upstream-no-infill": tellTheTeam,
  "upstream-no-credit": tellTheTeam,
  "upstream-only-thought": tellTheTeam,
};

/** What is another step in a chat. */
const chatNextSteps: Partial<NextSteps> = {
  "link-lost": "Slipstream connects again by itself; then ask again.",
  "too-large": "Attach less, or begin a new conversation.",
  busy: "The gateway is full; ask again in a moment.",
  "upstream-busy": "The model server limits requests; ask again later.",
};

/** Every table of next steps: a test looks for all of them in the other language. */
export const everyNextStep: readonly Partial<NextSteps>[] = [
  ownNextSteps,
  hostedNextSteps,
  chatNextSteps,
];

function nextStepOf(code: FailureCode, { isHosted, isChat }: Telling): string {
  const ofChat = isChat === true ? chatNextSteps[code] : undefined;
  const ofHosted = isHosted ? hostedNextSteps[code] : undefined;
  return ofChat ?? ofHosted ?? ownNextSteps[code];
}

/** What each code means, for languages other than the failures' own. */
export const meanings: Readonly<Record<FailureCode, string>> = {
  "link-lost": "The link to the gateway was lost",
  "gateway-unreachable": "The gateway cannot be reached",
  "handshake-refused": "The gateway refuses the connection",
  unauthorized: "The gateway refuses the token",
  protocol: "The gateway and this window do not understand each other",
  "too-large": "It is too large",
  busy: "The gateway is busy",
  unread: "The answer was not read on",
  deadline: "No answer came in time",
  resync: "The gateway does not have this text",
  superseded: "It was overtaken",
  "upstream-unreachable": "The model server cannot be reached",
  "upstream-unauthorized": "The model server refuses the key",
  "upstream-not-found": "The model server does not have this address or model",
  "upstream-busy": "The model server is busy",
  "upstream-refused": "The model server refuses the request",
  "upstream-down": "The model server has failed",
  "upstream-garbled": "The model server's answer cannot be read",
  "upstream-insecure": "The connection to the model server is not secure",
  "upstream-no-infill": "The model cannot fill in code",
  "upstream-no-credit": "The account with the model's provider is empty",
  "upstream-only-thought": "The model has only thought",
  settings: "A setting is wrong",
  internal: "Something has gone wrong within Slipstream",
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
  "upstream-no-credit",
  "upstream-only-thought",
  "settings",
]);

/**
 * What happened and what to do next, for a tooltip or a message. A failure's own words are English: in another language
 * they follow, in brackets, what its code means.
 */
export function sentenceOf(failure: Failure, t: Translate, telling: Telling): string {
  const what = failure.message.trim().replace(/[.\s]+$/, "") || failure.code;
  const nextStep = t(nextStepOf(failure.code, telling));
  const meaning = t(meanings[failure.code]);
  if (meaning !== meanings[failure.code]) return t("{0} ({1}). {2}", meaning, what, nextStep);
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}. ${nextStep}`;
}

/** Whether the user must act for it to go away. */
export const mustTellUser = (failure: Failure): boolean => needsUser.has(failure.code);
