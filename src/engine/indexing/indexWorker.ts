/**
 * The thread that reads the project for `ProjectIndexer`, a program of its own: `indexWork.ts` is what it does.
 * It is started with an `IndexTask` and ends when it is terminated.
 */
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../base/clock.ts";
import type { IndexNotice, IndexReport, IndexTask } from "./indexMessages.ts";
import { arraysOf } from "../tokenLog.ts";
import { IndexWork } from "./indexWork.ts";

const tell = (report: IndexReport): void => {
  const arrays = "segment" in report ? arraysOf(report.segment.log) : [];
  parentPort?.postMessage(
    report,
    arrays.map(({ buffer }) => buffer),
  );
};
const work = new IndexWork({ task: workerData as IndexTask, clock: systemClock, tell });
parentPort?.on("message", (notice: IndexNotice) => {
  work.notice(notice);
});
void work.run();
