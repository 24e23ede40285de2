import { open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { findPackage } from "./findPackage.ts";
import { Unusable } from "./modelMessages.ts";
import type { FillMarks, Token, TokenModel } from "./tokenModel.ts";

/** node-llama-cpp, as far as it is used here. It is not among our packages, nor are its types. */
interface Library {
  getLlama(options: Readonly<Record<string, unknown>>): Promise<Llama>;
}

interface Llama {
  loadModel(options: Readonly<Record<string, unknown>>): Promise<Model>;
}

interface Model {
  readonly trainContextSize: number;
  readonly tokens: {
    readonly bos: Token | null;
    readonly shouldPrependBosToken: boolean;
    readonly infill: Readonly<Record<"prefix" | "suffix" | "middle", Token | null>>;
  };
  tokenize(text: string, special: false, trim: "trimLeadingSpace"): Token[];
  detokenize(tokens: readonly Token[], special: false, before: readonly Token[]): string;
  isSpecialToken(token: Token): boolean;
  isEogToken(token: Token): boolean;
  createContext(options: Readonly<Record<string, unknown>>): Promise<Context>;
}

interface Context {
  readonly contextSize: number;
  getSequence(): Sequence;
}

interface Sequence {
  readonly nextTokenIndex: number;
  adaptStateToTokens(tokens: readonly Token[], mayShift: false): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly Token[]): Promise<void>;
  evaluate(
    tokens: readonly Token[],
    options: { readonly temperature: 0; readonly yieldEogToken: true },
  ): AsyncGenerator<Token>;
}

/** Head, tail, what is typed and a long answer; more would only cost memory. */
const contextTokens = 2_048;
/** No slice is larger. */
const batchTokens = 64;

/**
 * Loads a GGUF file with the node-llama-cpp of the user's machine. It lives as long as the process, which an error
 * within the native code ends. Throws `Unusable`.
 */
export async function loadLlamaModel(file: string, packageFolder: string): Promise<TokenModel> {
  await requireGguf(file);
  const llama = await start(await findPackage(packageFolder));
  try {
    const model = await llama.loadModel({ modelPath: file });
    const marks = marksOf(model);
    const context = await model.createContext({
      contextSize: Math.min(contextTokens, model.trainContextSize),
      batchSize: batchTokens,
      sequences: 1,
      threads: Math.max(1, availableParallelism() - 1),
      swaFullCache: true, // what a model with a sliding window has forgotten could not be kept
    });
    return tokenModel(model, marks, context);
  } catch (error) {
    throw Unusable.from(error, "model-fails");
  }
}

/** What is no GGUF file the library may take for anything; damaged ones it refuses by itself. */
async function requireGguf(path: string): Promise<void> {
  const magic = Buffer.alloc(4);
  try {
    const file = await open(path);
    try {
      await file.read(magic);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new Unusable("no-file", String((error as NodeJS.ErrnoException).code));
  }
  if (magic.toString() !== "GGUF") throw new Unusable("no-gguf", "");
}

async function start(address: string): Promise<Llama> {
  try {
    const { getLlama } = (await import(address)) as Partial<Library>;
    if (!getLlama) throw new Error("it has no getLlama");
    return await getLlama({
      build: "never", // nothing is compiled or downloaded on the way
      skipDownload: true,
      progressLogs: false,
      logLevel: "error",
      logger: (_: string, message: string) => void process.stderr.write(`llama.cpp: ${message}\n`),
    });
  } catch (error) {
    throw Unusable.from(error, "package-fails");
  }
}

function marksOf({ tokens }: Model): FillMarks {
  const { prefix, suffix, middle } = tokens.infill;
  if (prefix === null || suffix === null) throw new Unusable("no-infill", "");
  const begin = tokens.shouldPrependBosToken ? tokens.bos : null;
  return { begin: begin ?? undefined, prefix, suffix, middle: middle ?? undefined };
}

function tokenModel(model: Model, marks: FillMarks, context: Context): TokenModel {
  const sequence = context.getSequence();
  return {
    marks,
    capacityTokens: context.contextSize,
    tokenize: (text) => model.tokenize(text, false, "trimLeadingSpace"),
    detokenize: (tokens, before) => model.detokenize(tokens, false, before),
    isMark: (token) => model.isEogToken(token) || model.isSpecialToken(token),
    keep: async (tokens) => {
      // Not shifted: what stood behind other tokens would be kept as if it had not.
      await sequence.adaptStateToTokens(tokens, false);
      return sequence.nextTokenIndex;
    },
    evaluate: (tokens) => sequence.evaluateWithoutGeneratingNewTokens(tokens),
    write: (last) => sequence.evaluate([last], { temperature: 0, yieldEogToken: true }),
  };
}
