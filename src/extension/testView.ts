import type { Uri } from "vscode";
import type { AskReport, RequestReport } from "../completion/reports.ts";
import type { LinkState } from "../link/linkState.ts";
import type { StatusText } from "./statusText.ts";

/**
 * Keeps what goes on for the tests; made in test mode only. Nothing is ever dropped: a test remembers
 * how many entries there were and looks at those behind.
 */
export class TestRecord {
  readonly reports: AskReport[] = [];
  readonly requests: RequestReport[] = [];
  readonly refusals: string[] = [];

  report(report: AskReport): void {
    this.reports.push(report);
  }

  requestEnded(report: RequestReport): void {
    this.requests.push(report);
  }

  refuse(reason: string): void {
    this.refusals.push(reason);
  }
}

/** What `activate` returns in test mode: a read-only view of what goes on, nothing to steer with. */
export interface TestView {
  readonly logLines: () => readonly string[];
  /** How the asks ended, oldest first. */
  readonly reports: () => readonly AskReport[];
  /** How the requests ended that ended by themselves, oldest first. */
  readonly requests: () => readonly RequestReport[];
  /** Why the editor was given nothing although it asked, oldest first. */
  readonly refusals: () => readonly string[];
  /** Whether the links are told of what is typed in a document. */
  readonly isFollowed: (uri: Uri) => boolean;
  readonly link: () => LinkState;
  /** Sockets the window has opened so far. */
  readonly connectionCount: () => number;
  readonly status: () => StatusText | undefined;
  /** The local gateway that runs now; waits for one that is starting. */
  readonly gateway: () => Promise<{ readonly pid: number; readonly address: string }>;
}
