import { type AskReport } from "../completion/completer.ts";
import { type LinkState } from "../link/linkState.ts";
import { type StatusText } from "./statusText.ts";

/** What `activate` returns in test mode: a read-only view of what goes on, nothing to steer with. */
export interface TestView {
  readonly logLines: () => readonly string[];
  /** How the asks ended, oldest first, the last 1,000. */
  readonly reports: () => readonly AskReport[];
  /** Why the editor was given nothing although it asked, oldest first, the last 1,000. */
  readonly refusals: () => readonly string[];
  readonly link: () => LinkState;
  /** Sockets the window has opened so far. */
  readonly connectionCount: () => number;
  readonly status: () => StatusText | undefined;
  /** The local gateway that runs now; waits for one that is starting. */
  readonly gateway: () => Promise<{ readonly pid: number; readonly address: string }>;
}
