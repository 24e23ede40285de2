import { join } from "node:path";
import type * as vscode from "vscode";
import { systemWallMs } from "../../base/clock.ts";
import { type Disposable, DisposableStore } from "../../base/disposable.ts";
import { KeptUses } from "./keptUses.ts";
import type { LatencyPanel, LatencyPanelParts } from "./latencyPanel.ts";

/** The latency panel, to be shown when it is asked for, and what keeps its counts from window to window. */
export function openLatency(
  { extensionUri, globalStorageUri }: vscode.ExtensionContext,
  parts: Omit<LatencyPanelParts, "keptUses" | "extensionUri">,
): { show(): Promise<void> } & Disposable {
  const store = new DisposableStore();
  const { recorder, clock } = parts;
  const folder = join(globalStorageUri.fsPath, "uses");
  const keptUses = store.add(new KeptUses({ folder, recorder, clock, wallMs: systemWallMs }));
  let panel: LatencyPanel | undefined;
  return {
    show: async () => {
      const module = await import("../onDemand.ts");
      panel ??= store.add(new module.LatencyPanel({ ...parts, keptUses, extensionUri }));
      panel.show();
    },
    dispose: () => {
      store.dispose();
    },
  };
}
