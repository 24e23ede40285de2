import type { AskReport, RequestReport } from "../completion/reports.ts";
import type { LinkState } from "../link/linkState.ts";
import type { StatusText } from "./statusText.ts";

const keptEntries = 1_000;

/** Keeps what goes on for the tests; made in test mode only. */
export class TestRecord {
  readonly reports: AskReport[] = [];
  readonly requests: RequestReport[] = [];
  readonly refusals: string[] = [];

  report(report: AskReport): void {
    keep(this.reports, report);
  }

  requestEnded(report: RequestReport): void {
    keep(this.requests, report);
  }

  refuse(reason: string): void {
    keep(this.refusals, reason);
  }
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > keptEntries) list.shift();
}

/** What `activate` returns in test mode: a read-only view of what goes on, nothing to steer with. */
export interface TestView {
  readonly logLines: () => readonly string[];
  /** How the asks ended, oldest first, the last 1,000. */
  readonly reports: () => readonly AskReport[];
  /** How the requests ended that ended by themselves, oldest first, the last 1,000. */
  readonly requests: () => readonly RequestReport[];
  /** Why the editor was given nothing although it asked, oldest first, the last 1,000. */
  readonly refusals: () => readonly string[];
  readonly link: () => LinkState;
  /** Sockets the window has opened so far. */
  readonly connectionCount: () => number;
  readonly status: () => StatusText | undefined;
  /** The local gateway that runs now; waits for one that is starting. */
  readonly gateway: () => Promise<{ readonly pid: number; readonly address: string }>;
}
