import * as vscode from "vscode";
import type { Clock } from "../base/clock.ts";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import type { Failure } from "../base/failure.ts";
import type { AskAhead } from "../completion/askAhead.ts";
import type { LatencyRecorder } from "../latency/latencyRecorder.ts";
import type { LinkState } from "../link/linkState.ts";
import type { PersistentLink } from "../link/persistentLink.ts";
import type { Activity } from "./activity.ts";
import { type AdmissionDesk, confinedReason } from "./admission.ts";
import { menuCommand } from "./commands.ts";
import type { Configuration } from "./configuration.ts";
import type { GatewayProcess } from "./gatewayProcess.ts";
import type { TeamGateways } from "./teamGateways.ts";
import { t } from "./l10n.ts";
import { type StatusFacts, statusText, type StatusText } from "./statusText.ts";

/** Where the status bar's facts come from. */
export interface StatusBarParts {
  readonly admission: AdmissionDesk;
  readonly activity: Activity;
  readonly configuration: Configuration;
  readonly recorder: LatencyRecorder;
  /** Whether the gateway is on another machine. */
  readonly isHosted: () => boolean;
  readonly link: PersistentLink;
  readonly gateways: TeamGateways;
  readonly child: GatewayProcess;
  readonly askAhead: AskAhead;
  readonly clock: Clock;
}

const thinkingAfterMs = 120;
/** Answers come at every key: the item follows a little later, so that it takes no time from them. */
const settleMs = 50;
const refreshMs = 5_000;

/**
 * The status bar item. It shows thinking only for asks that take long enough to notice, so that it does not
 * flicker at every key.
 */
export class StatusBar implements Disposable {
  readonly #parts: StatusBarParts;
  readonly #store = new DisposableStore();
  readonly #item: vscode.StatusBarItem;
  #refreshTimer: Disposable | undefined;
  #settleTimer: Disposable | undefined;
  #thinkingTimer: Disposable | undefined;
  #isThinking = false;
  #shown: StatusText | undefined;

  constructor(parts: StatusBarParts) {
    this.#parts = parts;
    this.#item = this.#store.add(
      vscode.window.createStatusBarItem("status", vscode.StatusBarAlignment.Right, 100),
    );
    this.#item.name = "Slipstream";
    this.#item.command = menuCommand;
    this.#item.show();
    const { activity, admission, configuration, link, child } = parts;
    this.#store.add(configuration.onChange(this.#refresh));
    this.#store.add(activity.onChange(this.#refreshSoon));
    this.#store.add(link.onState(this.#refresh));
    this.#store.add(child.onLearnedShare(this.#refresh));
    this.#store.add(
      admission.onChange(() => {
        this.#documentChanged(vscode.window.activeTextEditor);
      }),
    );
    this.#store.add(vscode.window.onDidChangeActiveTextEditor(this.#documentChanged));
    this.#documentChanged(vscode.window.activeTextEditor);
    this.#schedule();
  }

  /** What it shows now, for the tests. */
  get shown(): StatusText | undefined {
    return this.#shown;
  }

  setBusy(isBusy: boolean): void {
    this.#thinkingTimer?.dispose();
    if (isBusy) {
      this.#thinkingTimer = this.#parts.clock.after(thinkingAfterMs, () => {
        this.#isThinking = true;
        this.#refresh();
      });
    } else if (this.#isThinking) {
      this.#isThinking = false;
      this.#refreshSoon();
    }
  }

  dispose(): void {
    this.#refreshTimer?.dispose();
    this.#settleTimer?.dispose();
    this.#thinkingTimer?.dispose();
    this.#store.dispose();
  }

  readonly #documentChanged = (editor: vscode.TextEditor | undefined): void => {
    this.#refresh();
    if (editor) void this.#parts.admission.admit(editor.document).then(this.#refresh);
  };

  /** The round trip changes without any event. */
  #schedule(): void {
    this.#refreshTimer = this.#parts.clock.after(refreshMs, () => {
      this.#refresh();
      this.#schedule();
    });
  }

  readonly #refreshSoon = (): void => {
    this.#settleTimer ??= this.#parts.clock.after(settleMs, this.#refresh);
  };

  readonly #refresh = (): void => {
    this.#settleTimer?.dispose();
    this.#settleTimer = undefined;
    const next = statusText(this.#facts(), t);
    const { text, tooltip, isWarning, spoken } = next;
    if (text !== this.#shown?.text) this.#item.text = text;
    if (tooltip !== this.#shown?.tooltip) {
      this.#item.tooltip = new vscode.MarkdownString(tooltip, true);
    }
    // Without it a screen reader is given the Markdown of the tooltip.
    if (spoken !== this.#shown?.spoken) this.#item.accessibilityInformation = { label: spoken };
    if (isWarning !== this.#shown?.isWarning) {
      const warning = new vscode.ThemeColor("statusBarItem.warningBackground");
      this.#item.backgroundColor = isWarning ? warning : undefined;
    }
    this.#shown = next;
  };

  #facts(): StatusFacts {
    const { admission, activity, configuration, recorder, link, gateways, child } = this.#parts;
    const { askAhead, isHosted } = this.#parts;
    const document = vscode.window.activeTextEditor?.document;
    const admitted = document && admission.known(document);
    return {
      offReason: admitted?.isAdmitted === false ? admitted.reason : undefined,
      note: admitted?.isAdmitted === true && admitted.isConfined ? confinedReason : undefined,
      link: link.state,
      gatewayHost: gateways.usedHost,
      learnedShare: child.learnedShare,
      isThinking: this.#isThinking,
      latency: activity.latency,
      roundTripMs: link.roundTripMs,
      sparedCount: activity.sparedCount,
      cacheShare: recorder.cacheShare,
      sentBytes: recorder.counts.upBytes,
      jsonBytes: recorder.jsonBytes,
      tokensSaved: recorder.tokensSavedByCancelling,
      isHosted: isHosted(),
      failure: configuration.failure ?? activity.failure ?? lossOf(link.state),
      lastReason: askAhead.mayAsk ? activity.lastReason : editorNotAsking,
    };
  }
}

/** What the link has met, for as long as it is not there. */
const lossOf = (state: LinkState): Failure | undefined =>
  state.kind === "waiting" || state.kind === "refused" ? state.failure : undefined;

const editorNotAsking = "the editor is not asking (turned off or snoozed)";
