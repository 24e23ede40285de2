import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Clock } from "../../base/clock.ts";
import { type Disposable, DisposableStore } from "../../base/disposable.ts";
import type { LatencyRecorder } from "../../latency/latencyRecorder.ts";
import {
  type FromPanel,
  type PanelState,
  parseFromPanel,
  type ToPanel,
} from "../../latency/panelMessages.ts";
import { panelJson, panelState, revisionOf } from "../../latency/panelState.ts";
import type { ModelUse } from "../../latency/modelUse.ts";
import type { Prices } from "../../latency/prices.ts";
import { webviewPage } from "../webviewPage.ts";
import type { KeptUses } from "./keptUses.ts";
import { panelTexts } from "./panelTexts.ts";
import { t } from "../l10n.ts";
import { reasonIn } from "../reasons.ts";
import { english, type Translate } from "../translate.ts";

/** What the panel is made of. */
export interface LatencyPanelParts {
  readonly recorder: LatencyRecorder;
  readonly keptUses: Pick<KeptUses, "others" | "cleared" | "setAside">;
  readonly prices: () => Prices;
  /** Calls the listener when the prices may be other ones. */
  readonly onPrices: (listener: () => void) => Disposable;
  readonly roundTripMs: () => number | undefined;
  readonly extensionUri: vscode.Uri;
  readonly clock: Clock;
}

/** What comes behind a rest is shown so soon: a draft and the model's text are often one update. */
const firstUpdateMs = 200;
/** And so often while somebody types, who looks elsewhere: each update draws the page anew. */
const updateMs = 2_000;

/**
 * The latency panel. There is at most one; while it is closed or hidden there is no page, no timer and no listener.
 * Owned by the composition root.
 */
export class LatencyPanel implements Disposable {
  readonly #parts: LatencyPanelParts;
  #open: { readonly panel: vscode.WebviewPanel; readonly store: DisposableStore } | undefined;
  #watch: Disposable | undefined;
  #timer: Disposable | undefined;
  #sentRevision = 0;
  #sentAt = -updateMs;
  #isPaused = false;
  /** Read when the page is shown; what other windows count meanwhile is seen the next time. */
  #others: readonly ModelUse[] = [];

  constructor(parts: LatencyPanelParts) {
    this.#parts = parts;
  }

  /** Opens the panel, or shows the one there is. */
  show(): void {
    if (this.#open) {
      this.#open.panel.reveal();
      return;
    }
    const folder = vscode.Uri.joinPath(this.#parts.extensionUri, "dist");
    const panel = vscode.window.createWebviewPanel(
      "slipstream.latency",
      t("Slipstream: Latency"),
      vscode.ViewColumn.Beside,
      { enableScripts: true, localResourceRoots: [folder], enableFindWidget: true },
    );
    const store = new DisposableStore();
    this.#open = { panel, store };
    this.#isPaused = false;
    const { webview } = panel;
    const at = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    store.add(
      webview.onDidReceiveMessage((message: unknown) => {
        const parsed = parseFromPanel(message);
        if (parsed) this.#heard(parsed);
      }),
    );
    store.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#rest(); // its page is gone until it is seen again, and then says that it is ready
      }),
    );
    store.add(
      panel.onDidDispose(() => {
        this.#close();
      }),
    );
    const texts = panelTexts();
    webview.html = webviewPage({
      script: at("latency.js"),
      style: at("latency.css"),
      source: webview.cspSource,
      nonce: randomBytes(16).toString("base64url"),
      language: vscode.env.language,
      title: texts.title,
      texts,
    });
  }

  dispose(): void {
    this.#open?.panel.dispose();
    this.#close();
  }

  #close(): void {
    this.#rest();
    this.#open?.store.dispose();
    this.#open = undefined;
  }

  #heard(message: FromPanel): void {
    switch (message.type) {
      case "ready":
        this.#post({ type: "paused", isPaused: this.#isPaused });
        this.#sendAll();
        this.#watch ??= this.#watched();
        void this.#readOthers();
        break;
      case "pause":
        this.#isPaused = message.isPaused;
        this.#post({ type: "paused", isPaused: this.#isPaused });
        this.#changed();
        break;
      case "clear":
        this.#parts.keptUses.setAside();
        this.#parts.recorder.clear();
        this.#sendAll();
        break;
      case "copy":
        void this.#copy();
    }
  }

  #watched(): Disposable {
    const store = new DisposableStore();
    store.add(this.#parts.recorder.onChange(this.#changed));
    store.add(this.#parts.onPrices(this.#changed));
    return store;
  }

  readonly #changed = (): void => {
    if (this.#isPaused) return;
    if (this.#timer) return;
    const { clock } = this.#parts;
    const waitMs = Math.max(firstUpdateMs, this.#sentAt + updateMs - clock.now());
    this.#timer = clock.after(waitMs, () => {
      this.#timer = undefined;
      if (!this.#isPaused) this.#send(this.#sentRevision);
    });
  };

  #sendAll(): void {
    this.#send(0);
  }

  async #readOthers(): Promise<void> {
    this.#others = await this.#parts.keptUses.others();
    this.#sendAll();
  }

  #state(sinceRevision: number, said: Translate): PanelState {
    const { recorder, keptUses, prices, roundTripMs } = this.#parts;
    const elsewhere = [...this.#others, ...keptUses.cleared];
    const now = { prices: prices(), roundTripMs: roundTripMs() };
    const inWords = (reason: string) => reasonIn(said, reason);
    return panelState({ recorder, elsewhere, ...now, reasonIn: inWords }, sinceRevision);
  }

  #send(sinceRevision: number): void {
    this.#post(this.#state(sinceRevision, t));
    this.#sentRevision = revisionOf(this.#parts.recorder);
    this.#sentAt = this.#parts.clock.now();
  }

  /** For others, who may read another language. */
  async #copy(): Promise<void> {
    await vscode.env.clipboard.writeText(panelJson(this.#state(0, english)));
    this.#post({ type: "copied" });
  }

  #post(message: ToPanel): void {
    void this.#open?.panel.webview.postMessage(message);
  }

  /** Nobody looks: nothing is done. */
  #rest(): void {
    this.#watch?.dispose();
    this.#watch = undefined;
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}
