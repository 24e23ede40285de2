/** The steps of connecting a model, as a person takes them. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { PageFor, ScriptedUpstream, UpstreamScript } from "../../helpers/scriptedUpstream.ts";
import { closeAll, setSettings, until } from "./editorWindow.ts";
import { endServers, startModel } from "./servers.ts";
import { restoreNotices } from "./stubs.ts";

/** Kind, address and name of the model that is set. */
export const connection = (): readonly (string | undefined)[] => {
  const section = vscode.workspace.getConfiguration("slipstream.upstream");
  return ["kind", "url", "model"].map((name) => section.get<string>(name));
};
const names = ["kind", "url", "model", "completeBy", "fallbacks"].map(
  (name) => `slipstream.upstream.${name}`,
);

/** Ends what a test has connected. */
export async function forgetConnection(): Promise<void> {
  restoreNotices();
  await closeAll();
  await setSettings(Object.fromEntries(names.map((name) => [name, undefined])));
  await endServers();
}

/** A model's server that shows these pages; its answer at the test's cursor is a good one unless told otherwise. */
export async function served(
  pages: PageFor,
  script: UpstreamScript = {},
): Promise<ScriptedUpstream> {
  const model = await startModel({ tokens: ["total += number;"], ...script });
  model.pageFor = pages;
  model.countedFor = () => ({ inputTokens: 200, cachedTokens: 0 });
  return model;
}

/** Runs the command and picks what is first in the list, pressing Enter until there is something. */
export async function connect(...ports: readonly number[]): Promise<void> {
  let hasEnded = false;
  const running = Promise.resolve(
    vscode.commands.executeCommand("slipstream.connectModel", ports),
  ).finally(() => (hasEnded = true));
  await until(
    "the command has ended",
    async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return hasEnded;
    },
    25_000,
  );
  await running;
}

/** The only message there is. */
export async function said(messages: readonly string[]): Promise<string> {
  const message = await until("a message", () => messages[0]);
  assert.equal(messages.length, 1, messages.join("\n"));
  return message;
}
