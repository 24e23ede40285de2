import { modelAddresses, type Settings } from "./settings.ts";

/**
 * A secret, by what it is and the only address it is for. They are kept by the editor's SecretStorage and nowhere else: the
 * same for all machines of a person, while the addresses are set on each.
 */
export type SecretName = `${"upstreamKey" | "gatewayToken"} of ${string}`;

/** Where the key of a model's address is: one for all models of a server, and no other server ever gets it. */
export const keyNameOf = (address: string): SecretName => `upstreamKey of ${originOf(address)}`;

/** Where the token of a gateway is, which further gateways of the same team take as well. */
export const tokenNameOf = (gateway: string): SecretName => `gatewayToken of ${originOf(gateway)}`;

/** All that belong to the models and gateways that are set. */
export function secretsSet(settings: Settings): ReadonlySet<SecretName> {
  const keys = modelAddresses(settings).map(keyNameOf);
  return new Set([...keys, ...secretsInUse(settings)]);
}

/** All that the models that are set are asked with, or the team's gateway, which has the keys of its models itself. */
export function secretsInUse(settings: Settings): ReadonlySet<SecretName> {
  const gateway = settings["gateway.url"];
  if (gateway !== "") return new Set([tokenNameOf(gateway)]);
  return new Set(modelAddresses(settings).map(keyNameOf));
}

/** Of ws and wss addresses, too, which have an origin for the browser's API alone. */
function originOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}
