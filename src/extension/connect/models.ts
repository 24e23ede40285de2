import * as z from "zod/mini";

/** A model that a server offers. */
export interface OfferedModel {
  /** As the server calls it. */
  readonly name: string;
  /** Whether it can fill in code at a cursor, as its server says; undefined where that does not say. */
  readonly canFill: boolean | undefined;
}

const openaiList = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      owned_by: z.optional(z.string()),
      capabilities: z.optional(z.object({ completion_fim: z.optional(z.boolean()) })),
    }),
  ),
});

/** `/v1/models` of any server; undefined when it is something else. */
export function readOpenaiList(
  json: unknown,
): { readonly models: readonly OfferedModel[]; readonly owner: string } | undefined {
  const list = z.safeParse(openaiList, json).data?.data;
  if (!list) return undefined;
  const models = list.map(({ id, capabilities }) => ({
    name: id,
    canFill: capabilities?.completion_fim,
  }));
  return { models, owner: list[0]?.owned_by ?? "" };
}

const lmStudioList = z.object({
  data: z.array(z.object({ id: z.string(), type: z.enum(["llm", "vlm", "embeddings"]) })),
});

/** `/api/v0/models` of LM Studio, without those that write no text. */
export function readLmStudioList(json: unknown): readonly OfferedModel[] | undefined {
  const list = z.safeParse(lmStudioList, json).data?.data;
  return list
    ?.filter(({ type }) => type !== "embeddings")
    .map(({ id }) => ({ name: id, canFill: undefined }));
}

const ollamaList = z.object({ models: z.array(z.object({ name: z.string() })) });

/** `/api/tags` of Ollama. */
export function readOllamaList(json: unknown): readonly OfferedModel[] | undefined {
  const list = z.safeParse(ollamaList, json).data?.models;
  return list?.map(({ name }) => ({ name, canFill: undefined }));
}

const ollamaModel = z.object({ capabilities: z.array(z.string()) });

/** `/api/show` of Ollama: what one model can do. */
export function readOllamaModel(json: unknown): Pick<OfferedModel, "canFill"> & {
  readonly writesText: boolean;
} {
  const capabilities = z.safeParse(ollamaModel, json).data?.capabilities;
  return {
    canFill: capabilities?.includes("insert"),
    writesText: capabilities?.includes("completion") ?? true,
  };
}

const props = z.object({ default_generation_settings: z.record(z.string(), z.unknown()) });
const version = z.object({ version: z.string() });

/** Whether this is what llama-server says at `/props`. */
export const isProps = (json: unknown): boolean => z.safeParse(props, json).success;

/** Whether this names a version, as Ollama does at `/api/version` and vLLM at `/version`. */
export const isVersion = (json: unknown): boolean => z.safeParse(version, json).success;

/** Names of families that were trained to fill in. Only the order of what is offered follows from them. */
const fillers =
  /codestral|starcoder|deepseek-?coder|codegemma|stable-?code|granite.*(code|fim)|qwen.*coder|codellama|codegeex|mellum|refact|seed-?coder|\bfim\b/i;
const writesNoText = /embed|rerank|whisper|tts/i;

/** Those that write text, the likeliest to fill in code first; otherwise in the server's order. */
export function likeliestFirst(models: readonly OfferedModel[]): readonly OfferedModel[] {
  const rank = ({ name, canFill }: OfferedModel): number => {
    if (canFill !== undefined) return canFill ? 0 : 3;
    return fillers.test(name) ? 1 : 2;
  };
  return models
    .filter(({ name }) => !writesNoText.test(name))
    .sort((one, other) => rank(one) - rank(other));
}
