import { type Settings, type UpstreamKind, upstreamKinds } from "../settings.ts";

/** A model server that people run on their own machine. */
interface LocalProduct {
  /** A name of its maker's, the same in every language. */
  readonly label: string;
  /** Where it listens unless told otherwise. */
  readonly port: number | undefined;
  /** The settings' kinds that can ask it, the best first; the first that this version has is taken. */
  readonly kinds: readonly string[];
}

/** The model servers that are looked for, by what `identify` calls them. */
export const localProducts = {
  "llama-server": { label: "llama-server", port: 8080, kinds: ["llama.cpp"] },
  ollama: { label: "Ollama", port: 11434, kinds: ["ollama", "openai-compatible"] },
  "lm-studio": { label: "LM Studio", port: 1234, kinds: ["openai-compatible"] },
  vllm: { label: "vLLM", port: 8000, kinds: ["openai-compatible"] },
  other: { label: "OpenAI-compatible", port: undefined, kinds: ["openai-compatible"] },
} as const satisfies Readonly<Record<string, LocalProduct>>;

export type ProductName = keyof typeof localProducts;

/** The ports on which a model server is looked for. */
export const usualPorts: readonly number[] = Object.values(localProducts).flatMap(
  ({ port }) => port ?? [],
);

/** A company that is paid for answers. */
export interface Provider {
  /** A name of its maker's, the same in every language. */
  readonly label: string;
  readonly kinds: readonly string[];
  readonly url: string;
  /** How the key is said when the list of models is asked for; the gateway's adapters know it for themselves. */
  readonly keyHeader: "authorization" | "x-api-key";
}

/** The providers with an address of their own; one whose kind this version does not have is not offered. */
const providers: readonly Provider[] = [
  {
    label: "Mistral (Codestral)",
    kinds: ["mistral"],
    url: "https://api.mistral.ai",
    keyHeader: "authorization",
  },
  {
    label: "OpenAI",
    kinds: ["openai-responses"],
    url: "https://api.openai.com",
    keyHeader: "authorization",
  },
  {
    label: "Anthropic",
    kinds: ["anthropic"],
    url: "https://api.anthropic.com",
    keyHeader: "x-api-key",
  },
];

/** The first of these kinds that this version has. */
export function kindOf(kinds: readonly string[]): UpstreamKind | undefined {
  return upstreamKinds.find((kind) => kind === kinds.find((each) => isOffered(each)));
}

const isOffered = (kind: string): boolean => upstreamKinds.some((each) => each === kind);

/** Those that this version can ask. */
export const offeredProviders: readonly Provider[] = providers.filter(({ kinds }) =>
  kinds.some(isOffered),
);

/** How a model is asked to complete code. */
interface Asked {
  readonly kind: UpstreamKind;
  readonly completeBy: Settings["upstream.completeBy"];
}

/** Whether asking for code in words, as in a chat, would be another way than the model is asked now. */
export const canBeAskedInWords = ({ kind, completeBy }: Asked): boolean =>
  completeBy !== "instruct" && bothWays.has(kind);

const bothWays: ReadonlySet<UpstreamKind> = new Set<UpstreamKind>([
  "openai-compatible",
  "llama.cpp",
  "ollama",
  "mistral",
]);
