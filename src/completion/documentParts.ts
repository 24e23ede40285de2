import type { Clock } from "../base/clock.ts";
import type { DocumentState, Snapshot } from "../context/snapshot.ts";
import type { Ask } from "./ask.ts";
import type { Pace } from "./pace.ts";
import type { AskReport, RequestBegin } from "./reports.ts";
import type { RunningRequest } from "./request.ts";
import type { CompletionSource } from "./source.ts";
import type { AskResult } from "./suggestion.ts";
import type { SyntaxView } from "./syntax/syntaxView.ts";

/** What a document's completer is made of. */
export interface DocumentCompleterParts {
  readonly source: CompletionSource;
  readonly clock: Clock;
  readonly pace: Pace;
  /** How long a draft may wait for a model that mostly answers within that time. */
  readonly draftPatienceMs: () => number;
  /** Whether the engine may draft beside a model: each place then has a draft of its own, whatever an earlier one still waits for. */
  readonly hasDrafts: () => boolean;
  /** Whether what may come next is asked for before it is needed. */
  readonly maySpeculate: () => boolean;
  readonly syntaxOf: (languageId: string) => SyntaxView | undefined;
  /** Numbers asks and requests. */
  readonly nextNumber: () => number;
  readonly onResult: (ask: Ask, result: AskResult, parts: ResultParts) => void;
  readonly onTaken: (ask: Ask, isNew: boolean) => void;
  /** Called before each request, in its turn. */
  readonly onRequest: (begin: RequestBegin) => void;
  readonly onOutdated: (state: DocumentState) => void;
  readonly onRequestEnd: (request: RunningRequest, snapshot: Snapshot) => void;
  /** Called in the turn in which a running request is given up. */
  readonly onGivenUp: (request: RunningRequest) => void;
}

/** What is reported of a result beside itself. */
type ResultParts = Pick<AskReport, "request" | "isLate">;
