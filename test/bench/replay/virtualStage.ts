import { Engine } from "../../../src/engine/engine.ts";
import { Drafting } from "../../../src/gateway/drafting.ts";
import { Turns } from "../../../src/gateway/load/turns.ts";
import { answer, type Drafter } from "../../../src/gateway/pipeline.ts";
import { localProfile } from "../../../src/link/linkProfile.ts";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import { ServerLink } from "../../../src/link/serverLink.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";
import { CountingSocket } from "../wire/countingSocket.ts";
import { Oracle } from "./oracle.ts";
import { OracleAnswers } from "./oracleAnswers.ts";
import { OracleUpstream } from "./oracleUpstream.ts";
import type { KeyTrace } from "./keyTrace.ts";
import {
  oracleTokens,
  type ProjectFile,
  projectName,
  type Stage,
  type StageOptions,
} from "./stage.ts";
import { VirtualClock } from "./virtualClock.ts";

/** Both ends of the link, the pipeline and the oracle in this process, on a clock of their own. */
export async function virtualStage(trace: KeyTrace, options: StageOptions): Promise<Stage> {
  const sockets: CountingSocket[] = [];
  const clock = new VirtualClock(() => sockets.reduce((sum, { sentBytes }) => sum + sentBytes, 0));
  const oracle = new Oracle(trace, { accuracy: options.accuracy, maxTokens: oracleTokens });
  const answers = new OracleAnswers(oracle, options, clock);
  const upstream = new OracleUpstream(answers);
  const drafter = options.project && drafterFor(options.project, options.sparesModel);
  const documents = new LocalDocuments();
  const link = new PersistentLink({
    clock,
    random: () => 1,
    client: "bench",
    documents,
    profile: () => localProfile,
    dial: () => {
      const pair = new MemorySocketPair();
      const [client, server] = [new CountingSocket(pair.client), new CountingSocket(pair.server)];
      sockets.push(client, server);
      new ServerLink({
        socket: server,
        clock,
        gateway: "bench",
        upstream: upstream.name,
        compression: [],
        dictionary: undefined,
        requestLimits: { beforeChars: 200_000, afterChars: 50_000 }, // the local child's
        closesSilent: true,
        answer: (request, signal) =>
          answer({ clock, turns: new Turns(clock), drafter, upstream }, request, signal),
        onOutcome: () => undefined,
        onClosed: () => undefined,
      });
      return Promise.resolve(client);
    },
  });
  await link.ready(new AbortController().signal);
  await clock.settle();
  const greetingBytes = sockets[0]?.sentBytes ?? 0;
  return {
    clock,
    documents,
    source: (ask, signal) => link.complete(ask, signal),
    recall: (documentKey) => {
      link.recall(documentKey);
    },
    warm: (documentKey, offset) => {
      link.warm(documentKey, offset);
    },
    bytesUp: () => (sockets[0]?.sentBytes ?? 0) - greetingBytes,
    cpu: () => Promise.resolve(undefined),
    until: (at) => clock.until(at),
    log: () => Promise.resolve(answers.log),
    close: async () => {
      link.dispose();
      await clock.settle();
      documents.dispose();
    },
  };
}

/** The embedded engine, knowing these files. It takes no time on this clock. */
function drafterFor(project: readonly ProjectFile[], sparesModel: boolean): Drafter {
  const engine = new Engine();
  for (const { path, text } of project) engine.learnFile(`${projectName}/${path}`, text);
  const drafting = new Drafting(engine);
  drafting.set({ suggestions: "balanced", hasModel: true, sparesModel });
  return drafting;
}
