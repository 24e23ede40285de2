import { join } from "node:path";
import type * as vscode from "vscode";
import { systemWallMs } from "../../base/clock.ts";
import { type Disposable, DisposableStore } from "../../base/disposable.ts";
import { KeptUses } from "./keptUses.ts";
import { LatencyPanel, type LatencyPanelParts } from "./latencyPanel.ts";

/** The latency panel, to be shown when it is asked for, and what keeps its counts from window to window. */
export function openLatency(
  { extensionUri, globalStorageUri }: vscode.ExtensionContext,
  parts: Omit<LatencyPanelParts, "keptUses" | "extensionUri">,
): Pick<LatencyPanel, "show"> & Disposable {
  const store = new DisposableStore();
  const { recorder, clock } = parts;
  const folder = join(globalStorageUri.fsPath, "uses");
  const keptUses = store.add(new KeptUses({ folder, recorder, clock, wallMs: systemWallMs }));
  const panel = store.add(new LatencyPanel({ ...parts, keptUses, extensionUri }));
  return {
    show: () => {
      panel.show();
    },
    dispose: () => {
      store.dispose();
    },
  };
}
