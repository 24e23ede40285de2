import type { ScriptedUpstream } from "./scriptedUpstream.ts";

/** Listens where model servers usually do, on the first of their ports that is free. Who asks closes the server. */
export async function listenOnUsualPort(server: ScriptedUpstream): Promise<void> {
  for (const port of [8080, 11434, 1234, 8000]) {
    try {
      await server.listen(port);
      return;
    } catch {
      // Another server has it.
    }
  }
  throw new Error("none of the usual ports is free");
}
