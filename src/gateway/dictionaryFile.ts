import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../base/failure.ts";
import type { Logger } from "../base/log.ts";
import { type Dictionary, dictionaryOf } from "../wire/dictionary.ts";

/** The dictionary that was built beside this program; without it clients are answered all the same. */
export async function readDictionary(log: Logger): Promise<Dictionary | undefined> {
  try {
    return dictionaryOf(await readFile(join(import.meta.dirname, "dictionary.bin")));
  } catch (error) {
    log.warn(`without the compression dictionary: ${Failure.from(error).message}`);
    return undefined;
  }
}
