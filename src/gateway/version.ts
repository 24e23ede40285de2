import packageJson from "../../package.json" with { type: "json" };

/** What this gateway calls itself in the handshake. */
export const gatewayName = `slipstream-gateway/${packageJson.version}`;
