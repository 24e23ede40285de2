import * as vscode from "vscode";
import type { Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import type { Failure } from "../base/failure.ts";
import { parseSettings, type Settings } from "./settings.ts";

/** The settings as they are now, read when they change and not for every key. */
export class Configuration implements Disposable {
  readonly #changes = new Emitter<{ isFarEndChanged: boolean; isEngineChanged: boolean }>();
  readonly #subscription: Disposable;
  #parsed = readSettings();
  /** What is told when `changing` ends; undefined while nothing is held back. */
  #held: { isFarEndChanged: boolean; isEngineChanged: boolean } | undefined;

  constructor() {
    this.#subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration("slipstream")) return;
      this.#parsed = readSettings();
      const isFarEndChanged =
        event.affectsConfiguration("slipstream.gateway") ||
        event.affectsConfiguration("slipstream.upstream");
      const isEngineChanged = event.affectsConfiguration("slipstream.engine");
      if (this.#held) {
        this.#held.isFarEndChanged ||= isFarEndChanged;
        this.#held.isEngineChanged ||= isEngineChanged;
      } else this.#changes.fire({ isFarEndChanged, isEngineChanged });
    });
  }

  /** Runs what changes several settings that belong together: `onChange` fires once, behind all of them. */
  async changing(action: () => Promise<void>): Promise<void> {
    this.#held ??= { isFarEndChanged: false, isEngineChanged: false };
    try {
      await action();
    } finally {
      this.#release();
    }
  }

  /** Nothing is held any more where another one has ended meanwhile. */
  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held?.isFarEndChanged || held?.isEngineChanged) this.#changes.fire(held);
  }

  /** Fires when a setting has changed, and whether it decides what the far end is, or how the engine drafts. */
  readonly onChange = this.#changes.on;

  get settings(): Settings {
    return this.#parsed.settings;
  }

  /** What is wrong with the settings; undefined when nothing is. */
  get failure(): Failure | undefined {
    return this.#parsed.failure;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changes.dispose();
  }
}

function readSettings(): ReturnType<typeof parseSettings> {
  const section = vscode.workspace.getConfiguration("slipstream");
  return parseSettings((name) => section.get<unknown>(name));
}
