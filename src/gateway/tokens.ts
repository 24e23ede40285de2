import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { type Logger } from "../base/log.ts";

/** One team or window that may connect, known only by the SHA-256 of its token. */
export interface Tenant {
  readonly name: string;
  readonly tokenHash: Buffer;
}

const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** The one tenant of a local child: the window that started it. */
export const windowTenant = (token: string): Tenant => ({
  name: "window",
  tokenHash: hashOf(token),
});

/** Who this token belongs to; every tenant is compared, each in constant time. */
export function tenantOf(tenants: readonly Tenant[], token: string): Tenant | undefined {
  const hash = hashOf(token);
  let found: Tenant | undefined;
  for (const tenant of tenants) if (timingSafeEqual(tenant.tokenHash, hash)) found = tenant;
  return found;
}

/**
 * Reads a token file: one `tenant:sha256(token)` a line, the hash as 64 hex digits; blank lines and lines
 * that begin with `#` are skipped. Throws a `settings` failure that names the line.
 */
export function parseTokenFile(text: string): Tenant[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "" || line.startsWith("#")) return [];
    const match = /^([^:\s]+):([0-9a-f]{64})$/i.exec(line.trim());
    if (!match?.[1] || !match[2]) {
      const example = "NAME:SHA256 as in `printf %s TOKEN | sha256sum`";
      throw new Failure("settings", `token file, line ${index + 1}: expected ${example}`);
    }
    return [{ name: match[1], tokenHash: Buffer.from(match[2], "hex") }];
  });
}

const pollMs = 1_000;

/** The tenants of a token file, read again when the file changes. A bad change is logged and not taken. */
export class TokenFile implements Disposable {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #log: Logger;
  #tenants: readonly Tenant[];

  /** Throws a `settings` failure when the file cannot be read or has no token. */
  constructor(path: string, log: Logger, onChange: () => void) {
    this.#path = path;
    this.#log = log;
    this.#onChange = onChange;
    this.#tenants = readTenants(path);
    watchFile(path, { interval: pollMs, persistent: false }, this.#reread);
  }

  get tenants(): readonly Tenant[] {
    return this.#tenants;
  }

  dispose(): void {
    unwatchFile(this.#path, this.#reread);
  }

  readonly #reread = (): void => {
    try {
      this.#tenants = readTenants(this.#path);
      this.#log.info(`token file read again: ${this.#tenants.length} tenants`);
    } catch (error) {
      this.#log.warn(`the token file was not taken: ${Failure.from(error).message}`);
      return;
    }
    this.#onChange();
  };
}

/** Synchronous on purpose: it runs at the start and on a rare change, never for a request. */
function readTenants(path: string): Tenant[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Failure("settings", `the token file ${path} cannot be read`, error);
  }
  const tenants = parseTokenFile(text);
  if (tenants.length === 0) throw new Failure("settings", `the token file ${path} holds no token`);
  return tenants;
}
