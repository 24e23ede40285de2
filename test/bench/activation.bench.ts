/**
 * What activating the packaged extension takes of the extension host of a real VS Code, in processor time: until
 * `activate` has returned, in the second after it, and in one more second, in which a quiet host takes its own. Each window is
 * opened twice: the first start of a version compiles it, the ones after that find its compiled code.
 *   --windows N   windows opened one after the other (default 5)
 */
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { listFiles, PackageManager } from "@vscode/vsce";
import { buildProduct } from "../../esbuild.mjs";
import manifest from "../../package.json" with { type: "json" };
import { openEditorWindow, scratchFolder } from "../editor/workbench.ts";
import { pack } from "../package.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

interface Taken {
  readonly threadMs: number;
  readonly processMs: number;
  readonly wallMs: number;
}
interface Measured {
  readonly isEarly: boolean;
  readonly activate: Taken;
  readonly afterwards: Taken;
  readonly idle: Taken;
}

const repository = join(import.meta.dirname, "..", "..");
const limitMs = 60_000;

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: { windows: { type: "string", default: "5" } },
  });
  const slipstream = await dormantVsix();
  const meter = join(scratchFolder(), "meter.vsix");
  await pack(join(import.meta.dirname, "activation", "meter"), meter);
  const firstStarts: Measured[] = [];
  const laterStarts: Measured[] = [];
  for (let window = 0; window < Number(values.windows); window++) {
    const userDataDir = scratchFolder();
    const kept = join(userDataDir, "User/globalStorage/slipstream.slipstream/code");
    firstStarts.push(await measure([slipstream, meter], userDataDir, kept));
    laterStarts.push(await measure([slipstream, meter], userDataDir));
  }
  return {
    vsixKb: Math.round(statSync(slipstream).size / 1000),
    firstStart: figuresOf(firstStarts),
    laterStart: figuresOf(laterStarts),
  };
}

/** The product as it is packed, but that nothing activates it before the meter does. */
async function dormantVsix(): Promise<string> {
  await buildProduct();
  const folder = join(scratchFolder(), "dormant");
  for (const file of await listFiles({ cwd: repository, packageManager: PackageManager.None })) {
    cpSync(join(repository, file), join(folder, file));
  }
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ ...manifest, activationEvents: ["onCommand:slipstream.menu"] }),
  );
  const packagePath = join(scratchFolder(), "slipstream.vsix");
  await pack(folder, packagePath);
  return packagePath;
}

function figuresOf(measured: readonly Measured[]): Figures {
  const of = (part: "activate" | "afterwards" | "idle"): Figures => ({
    threadMs: spread(measured.map((each) => each[part].threadMs)),
    processMs: spread(measured.map((each) => each[part].processMs)),
    wallMs: spread(measured.map((each) => each[part].wallMs)),
  });
  return { activate: of("activate"), afterwards: of("afterwards"), idle: of("idle") };
}

/** Closes the window once there is something in the folder `until`, where one is given. */
async function measure(
  vsix: readonly string[],
  userDataDir: string,
  until?: string,
): Promise<Measured> {
  const folder = scratchFolder();
  const report = join(folder, "activation.json");
  const env = { SLIPSTREAM_ACTIVATION: report };
  const window = await openEditorWindow({ vsix, folder, userDataDir, env });
  const isThere = () =>
    existsSync(report) &&
    (until === undefined ||
      (existsSync(until) && readdirSync(until).some((name) => name.endsWith("bin"))));
  try {
    const deadlineAt = performance.now() + limitMs;
    while (!isThere()) {
      if (performance.now() > deadlineAt)
        throw new Error("the meter or the window has written nothing");
      await window.page.waitForTimeout(100);
    }
    await window.page.waitForTimeout(100); // the file is there before it is whole
    const measured = JSON.parse(readFileSync(report, "utf8")) as Measured;
    if (!measured.isEarly) throw new Error("the editor was quicker: nothing was measured");
    return measured;
  } finally {
    await window.close();
  }
}
