/**
 * Activates Slipstream in a quiet extension host and writes the processor time that took to the file that
 * SLIPSTREAM_ACTIVATION names: of the host's own thread, and of the whole process with its compiler and collector threads.
 */
const { writeFileSync } = require("node:fs");
const { setTimeout: sleep } = require("node:timers/promises");
const vscode = require("vscode");

/** Extensions that begin with the editor have begun by then; Slipstream waits for this one. */
const quietMs = 2_000;
/** What activation has set going, such as the child and the link, mostly ends within this. */
const settledMs = 1_000;

const totalMs = ({ user, system }) => (user + system) / 1_000;
const now = () => ({
  threadMs: totalMs((process.threadCpuUsage ?? process.cpuUsage).call(process)),
  processMs: totalMs(process.cpuUsage()),
  wallMs: performance.now(),
});
const between = (from, to) =>
  Object.fromEntries(Object.entries(to).map(([name, value]) => [name, value - from[name]]));

exports.activate = async () => {
  await sleep(quietMs);
  const extension = vscode.extensions.getExtension("slipstream.slipstream");
  const isEarly = extension.isActive === false;
  const before = now();
  await extension.activate();
  const active = now();
  await sleep(settledMs);
  const settled = now();
  await sleep(settledMs);
  const figures = {
    isEarly,
    activate: between(before, active),
    afterwards: between(active, settled),
    idle: between(settled, now()),
  };
  writeFileSync(process.env.SLIPSTREAM_ACTIVATION, JSON.stringify(figures));
};
