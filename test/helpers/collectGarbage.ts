import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** Frees what nobody holds any more, at once: what a test measures then is held. */
export const collectGarbage = runInNewContext("gc") as () => void;
