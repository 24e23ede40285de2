import type { Settings, UpstreamKind } from "./settings.ts";

/** A model that is asked where those before it are down. */
type Fallback = Settings["upstream.fallbacks"][number];

/** Which models the child may ask, and with which keys. */
export interface StartModels {
  readonly fallbacks: readonly Fallback[];
  /** The first model's, then the fallbacks'; undefined for none. */
  readonly keys: readonly (string | undefined)[];
}

/** What the child is told of its models, at its start. Of which it takes what its kinds of model need. */
export function startModels(
  settings: Settings,
  { fallbacks, keys }: StartModels,
): Readonly<Record<string, unknown>> {
  const shared = {
    lanes: settings["upstream.lanes"],
    interrupts: settings["upstream.interrupts"],
    firstTextTimeoutMs: settings["upstream.firstTextTimeoutMs"],
    maxTokens: settings["upstream.maxTokens"],
  };
  const upstream = {
    kind: settings["upstream.kind"],
    url: settings["upstream.url"],
    model: settings["upstream.model"],
    completeBy: settings["upstream.completeBy"],
    nodeLlamaCppFolder: settings["upstream.nodeLlamaCppFolder"],
    apiKey: keys[0],
    ...shared,
  };
  const others = fallbacks.map((each, at) => {
    const completeBy = fallbackCompleteBy(each.kind, settings);
    return { ...each, completeBy, apiKey: keys[at + 1], ...shared };
  });
  return { upstream, fallbacks: others, isHedging: settings["upstream.hedging"] };
}

/** As the first model is asked, but that Anthropic's can be asked in words alone, which says nothing of the others. */
function fallbackCompleteBy(
  kind: UpstreamKind,
  settings: Settings,
): Settings["upstream.completeBy"] {
  if (kind === "anthropic") return "instruct";
  return settings["upstream.kind"] === "anthropic" ? "auto" : settings["upstream.completeBy"];
}
