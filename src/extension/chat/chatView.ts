import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposable.ts";
import { Emitter } from "../../base/emitter.ts";
import { type FromView, parseFromView, type ToView } from "../../chat/viewMessages.ts";
import { webviewPage } from "../webviewPage.ts";
import { viewTexts } from "./viewTexts.ts";

/** Text of an answer goes to the view this often, however small its pieces. */
const gatherMs = 25;

/** The chat's webview: what is said to it is lost while it is not there; it asks for all of it when it comes. */
export class ChatView implements Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #clock: Clock;
  readonly #messages = new Emitter<FromView>();
  #webview: vscode.Webview | undefined;
  /** Whether its script has said that it is there. */
  #isReady = false;
  #wantsFocus = false;
  #gathered: { readonly exchangeId: string; text: string; readonly timer: Disposable } | undefined;

  constructor(extensionUri: vscode.Uri, clock: Clock) {
    this.#extensionUri = extensionUri;
    this.#clock = clock;
  }

  /** What the view says, parsed. */
  readonly onMessage = this.#messages.on;

  /** The editor shows the view, for the first time or again. */
  resolve(view: vscode.WebviewView): void {
    const { webview } = view;
    const at = (...path: string[]) => vscode.Uri.joinPath(this.#extensionUri, ...path);
    const dist = at("dist");
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.onDidReceiveMessage((value) => {
      const message = parseFromView(value);
      if (message?.type === "ready") this.#isReady = true;
      if (message) this.#messages.fire(message);
      if (message?.type === "ready" && this.#wantsFocus) this.focus();
    });
    view.onDidDispose(() => {
      if (this.#webview === webview) this.#webview = undefined;
    });
    this.#webview = webview;
    this.#isReady = false;
    webview.html = webviewPage({
      script: webview.asWebviewUri(at("dist", "chatPage.js")).toString(),
      style: webview.asWebviewUri(at("dist", "chatPage.css")).toString(),
      source: webview.cspSource,
      nonce: randomBytes(16).toString("base64url"),
      language: vscode.env.language,
      title: "Slipstream",
      texts: viewTexts(),
    });
  }

  /** Says something, behind all text that was added before. */
  post(message: ToView): void {
    this.#flush();
    void this.#webview?.postMessage(message);
  }

  /** Puts the cursor where a question is written, as soon as the view is there. */
  focus(): void {
    this.#wantsFocus = !this.#isReady || !this.#webview;
    if (!this.#wantsFocus) this.post({ type: "focus" });
  }

  /** Adds text to an answer a moment later, with what else comes in that time. */
  addText(exchangeId: string, text: string): void {
    if (this.#gathered?.exchangeId === exchangeId) {
      this.#gathered.text += text;
      return;
    }
    this.#flush();
    const timer = this.#clock.after(gatherMs, () => {
      this.#flush();
    });
    this.#gathered = { exchangeId, text, timer };
  }

  dispose(): void {
    this.#gathered?.timer.dispose();
    this.#messages.dispose();
  }

  #flush(): void {
    if (!this.#gathered) return;
    const { exchangeId, text, timer } = this.#gathered;
    timer.dispose();
    this.#gathered = undefined;
    void this.#webview?.postMessage({ type: "text", exchangeId, text } satisfies ToView);
  }
}
