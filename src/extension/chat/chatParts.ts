import type * as vscode from "vscode";
import type { Clock } from "../../base/clock.ts";
import type { ChatSource } from "../../chat/source.ts";
import type { PersistentLink } from "../../link/persistentLink.ts";
import type { FileRules } from "../fileRules.ts";

/** What chat needs of the window. */
export interface ChatParts {
  readonly context: vscode.ExtensionContext;
  readonly source: ChatSource;
  /** Says whether there is a model that chats. */
  readonly link: Pick<PersistentLink, "state" | "onState">;
  /** Whether the gateway is a team's. */
  readonly isHosted: () => boolean;
  readonly rules: FileRules;
  readonly clock: Clock;
  /** Leads to where a model is set up. */
  readonly setUp: () => unknown;
}
