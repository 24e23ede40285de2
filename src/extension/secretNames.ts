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

/** All that the models and gateways that are set are asked with. */
export function secretsInUse(settings: Settings): ReadonlySet<SecretName> {
  const gateway = settings["gateway.url"];
  const keys = modelAddresses(settings).map(keyNameOf);
  return new Set(gateway === "" ? keys : [...keys, tokenNameOf(gateway)]);
}

/** Of ws and wss addresses, too, which have an origin for the browser's API alone. */
function originOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}
