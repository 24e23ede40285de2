/** Starts the web editor (code-server) on loopback, for people, tests and benches. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { codeServerEntry, editorNode } from "./codeServer.ts";
import { beforeExit } from "./beforeExit.ts";
import { endGroup, endGroupNow } from "./processGroup.ts";

/** What to start, and with what; everything has a default that leaves nothing behind. */
export interface EditorOptions {
  /** VSIX files to install first. */
  readonly vsix?: readonly string[];
  /** User settings, on top of the quiet ones; written only when the folder has no settings yet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine, such as what leads to a model: among the user's they would be in force or not by chance. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Kept folders for settings and extensions; default: scratch ones, removed by `stop`. */
  readonly userDataDir?: string;
  readonly extensionsDir?: string;
  /** Extra environment of the server and so of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** Extra arguments of the server. */
  readonly args?: readonly string[];
  /** Whether a folder is a stranger's until a person trusts it; by default all are trusted. */
  readonly asksForTrust?: boolean;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Asked for by the login page; default: no login (for tests, whose port is short-lived). */
  readonly password?: string;
}

/** A running editor. */
export interface Editor {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  /** What the server has printed so far. */
  readonly log: () => string;
  /** Ends when the server ends, by `stop` or by itself. */
  readonly ended: Promise<void>;
  /** Ends the server and removes the scratch folders. */
  readonly stop: () => Promise<void>;
}

/** No telemetry, no tips, no marketplace, no other completions: a window with nothing but the editor. */
const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "js/ts.tsserver.automaticTypeAcquisition.enabled": false,
  "json.schemaDownload.enable": false,
  "window.restoreWindows": "none",
  "remote.autoForwardPorts": false,
  "editor.minimap.enabled": false,
  "files.simpleDialog.enable": true,
};

const START_LIMIT_MS = 60_000;

/** Installs the editor when it is missing, then starts it. */
export async function startEditor(options: EditorOptions = {}): Promise<Editor> {
  const entry = await codeServerEntry();
  // A short path: a server's sockets lie in it, and their paths may have about 100 characters.
  const scratch = mkdtempSync(join(tmpdir(), "slipstream-"));
  const userDataDir = resolve(options.userDataDir ?? join(scratch, "user"));
  const extensionsDir = resolve(options.extensionsDir ?? join(scratch, "extensions"));
  mkdirSync(join(userDataDir, "User"), { recursive: true });
  mkdirSync(extensionsDir, { recursive: true });
  const settings = join(userDataDir, "User", "settings.json");
  if (!existsSync(settings)) {
    writeFileSync(
      settings,
      JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, undefined, 2),
    );
  }
  if (options.machineSettings) writeMachineSettings(userDataDir, options.machineSettings);
  // Without --config the user's own code-server settings would be read, or written.
  const config = join(scratch, "config.yaml");
  writeFileSync(config, "auth: none\n");
  const folders = [
    "--config",
    config,
    "--user-data-dir",
    userDataDir,
    "--extensions-dir",
    extensionsDir,
  ];
  const env = serverEnvironment(options);
  for (const vsix of options.vsix ?? []) installExtension([entry, ...folders], resolve(vsix), env);

  const args = [...folders, ...serverArguments(options, join(scratch, "session.sock"))];
  const child = spawn(editorNode(), [entry, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const cancelReaping = beforeExit(() => {
    endGroupNow(child);
    rmSync(scratch, { recursive: true, force: true });
  });
  const output = collectOutput(child);
  const ended = new Promise<void>((done) =>
    child.once("exit", () => {
      done();
    }),
  );
  const stop = async (): Promise<void> => {
    await endGroup(child, ended);
    cancelReaping();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const origin = await listeningAt(child, output);
    return { origin, userDataDir, extensionsDir, log: output.text, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Writes the machine's settings, which the web editor reads from a file of their own, also while it runs. */
export function writeMachineSettings(
  userDataDir: string,
  settings: Readonly<Record<string, unknown>>,
): void {
  mkdirSync(join(userDataDir, "Machine"), { recursive: true });
  writeFileSync(join(userDataDir, "Machine", "settings.json"), JSON.stringify(settings));
}

function serverEnvironment(options: EditorOptions): NodeJS.ProcessEnv {
  const gallery = {
    serviceUrl: "",
    itemUrl: "",
    resourceUrlTemplate: "",
    controlUrl: "",
    nlsBaseUrl: "",
  };
  // Settings of other servers, and the mark of Node's test runner on its child processes.
  const foreign = [
    "PORT",
    "HASHED_PASSWORD",
    "VSCODE_IPC_HOOK_CLI",
    "NODE_OPTIONS",
    "NODE_TEST_CONTEXT",
  ];
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.includes(name));
  return {
    ...Object.fromEntries(inherited),
    EXTENSIONS_GALLERY: JSON.stringify(gallery),
    PASSWORD: options.password,
    ...options.env,
  };
}

function serverArguments(options: EditorOptions, sessionSocket: string): string[] {
  return [
    ...["--auth", options.password ? "password" : "none"],
    ...["--bind-addr", `127.0.0.1:${options.port ?? 0}`],
    ...["--session-socket", sessionSocket],
    "--disable-telemetry",
    "--disable-update-check",
    ...(options.asksForTrust ? [] : ["--disable-workspace-trust"]),
    "--disable-getting-started-override",
    "--disable-proxy",
    "--ignore-last-opened",
    // Without this the workbench ignores extensions under development, and tests, in its address.
    ...["--vscode-option", "enable-smoke-test-driver"],
    ...(options.args ?? []),
  ];
}

function installExtension(base: string[], vsix: string, env: NodeJS.ProcessEnv): void {
  const args = [...base, "--install-extension", vsix, "--force"];
  const { status, stdout, stderr } = spawnSync(editorNode(), args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`Could not install ${vsix}:\n${stdout}${stderr}`);
}

interface Output {
  readonly text: () => string;
  readonly onMore: (listener: () => void) => void;
}

function collectOutput(child: ChildProcess): Output {
  let text = "";
  const listeners: (() => void)[] = [];
  const collect = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-200_000);
    for (const listener of listeners) listener();
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  return { text: () => text, onMore: (listener) => void listeners.push(listener) };
}

/** The address from the line in which the server says that it listens. */
async function listeningAt(child: ChildProcess, output: Output): Promise<string> {
  const { promise, resolve: found, reject } = Promise.withResolvers<string>();
  const late = setTimeout(() => {
    reject(new Error(`The editor did not start:\n${output.text()}`));
  }, START_LIMIT_MS);
  output.onMore(() => {
    const [, origin] =
      /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output.text()) ?? [];
    if (origin) found(origin);
  });
  child.once("error", reject);
  child.once("exit", () => {
    reject(new Error(`The editor ended at once:\n${output.text()}`));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(late);
  }
}
