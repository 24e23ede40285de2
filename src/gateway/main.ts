/**
 * gateway: the far end of the link. It accepts links, answers requests from the embedded engine and from
 * the model behind it, and stops the model when a request is cancelled. It knows nothing of editors.
 * One program, three uses: `--local-child` is started by a window and lives on its pipes, `--gguf-child` by that one
 * to run a model file; everything else is a gateway hosted for a team. Start reading at pipeline.ts.
 */
import { Failure } from "../base/failure.ts";
import { parseCommandLine, usage } from "./commandLine.ts";
import { runHostedGateway } from "./hostedGateway.ts";
import { runLocalChild } from "./localChild.ts";
import { runModelChild } from "./upstreams/gguf/modelChild.ts";

const oldestNode = 22;

const args = process.argv.slice(2);
if (Number.parseInt(process.versions.node) < oldestNode) {
  process.stderr.write(`slipstream-gateway needs Node ${oldestNode} or newer\n`);
  process.exitCode = 2;
} else if (args[0] === "--local-child") {
  void runLocalChild(process.stdin, process.stdout, process);
} else if (args[0] === "--gguf-child") {
  runModelChild();
} else if (args.includes("--help")) {
  process.stdout.write(`${usage}\n`);
} else {
  runHosted();
}

function runHosted(): void {
  const refuse = (error: unknown) => {
    process.stderr.write(`slipstream-gateway: ${Failure.from(error).message}\n`);
    process.exitCode = 2;
  };
  try {
    runHostedGateway(parseCommandLine(args, process.env)).catch(refuse);
  } catch (error) {
    refuse(error);
    process.stderr.write("slipstream-gateway --help shows what it takes\n");
  }
}
