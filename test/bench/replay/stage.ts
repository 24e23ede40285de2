import type { Clock } from "../../../src/base/clock.ts";
import type { CompletionSource } from "../../../src/completion/source.ts";
import type { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type { OracleRecord } from "./oracleAnswers.ts";

/** What the two ends' processes have used of the processor, in ms. */
export interface CpuTimes {
  readonly hostMs: number;
  readonly gatewayMs: number;
}

/** The far side of a replay: a link to a gateway with the oracle behind it, and the time they live in. */
export interface Stage {
  readonly clock: Clock;
  /** The texts that the link reads. */
  readonly documents: LocalDocuments;
  readonly source: CompletionSource;
  /** As the extension does when a document comes into view. */
  readonly recall: (documentKey: string) => void;
  /** As the extension does when the cursor has rested in a document that came into view. */
  readonly warm: (documentKey: string, offset: number) => void;
  /** Bytes of all frames to the gateway since the handshake, headers included. */
  readonly bytesUp: () => number;
  /** Processor time so far; undefined where it cannot be had or means nothing. */
  readonly cpu: () => Promise<CpuTimes | undefined>;
  /** Lets time pass up to a moment of the clock. */
  readonly until: (at: number) => Promise<void>;
  /** What the oracle noted, on this clock; undefined where it does not say. */
  readonly log: () => Promise<readonly OracleRecord[] | undefined>;
  readonly close: () => Promise<void>;
}

/** What a stage is set with. */
export interface StageOptions {
  readonly firstTokenMs: number;
  readonly tokenMs: number;
  readonly accuracy: number;
  /** What the embedded engine, whose drafts then reach the core, knows of the project; undefined for no drafts. */
  readonly project: readonly ProjectFile[] | undefined;
  /** Whether the oracle is not asked where the engine's draft is nearly certain. */
  readonly sparesModel: boolean;
}

/** A file of the session's project, by its path in it. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

/** What paths of the project begin with on the link. */
export const projectName = "replay";

/** The oracle's longest answer, in tokens. */
export const oracleTokens = 60;
