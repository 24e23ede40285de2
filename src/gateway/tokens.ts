import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import type { Logger } from "../base/log.ts";

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
    const entry = line.trim(); // of a byte order mark too
    if (entry === "" || entry.startsWith("#")) return [];
    const match = /^([^:\s]+):([0-9a-f]{64})$/i.exec(entry);
    if (!match?.[1] || !match[2]) {
      const example = "NAME:SHA256 as in `printf %s TOKEN | sha256sum`";
      throw new Failure("settings", `token file, line ${index + 1}: expected ${example}`);
    }
    return [{ name: match[1], tokenHash: Buffer.from(match[2], "hex") }];
  });
}

const pollMs = 1_000;

/**
 * The tenants of a token file, read again each second: so no change is missed, however the file is replaced
 * and whatever its times say. A change is taken when it is still there a second later; a bad one is logged and not taken.
 */
export class TokenFile implements Disposable {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #onChange: () => void;
  #text: string | undefined;
  /** What the last poll has read: a file may be found in the middle of being written. */
  #found: string | undefined;
  #tenants: readonly Tenant[];
  #timer: Disposable;

  /** Throws a `settings` failure when the file cannot be read or has no token. */
  constructor(path: string, clock: Clock, log: Logger, onChange: () => void) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
    this.#onChange = onChange;
    this.#found = this.#text = readText(path);
    this.#tenants = tenantsOf(path, this.#text);
    this.#timer = clock.after(pollMs, this.#reread);
  }

  get tenants(): readonly Tenant[] {
    return this.#tenants;
  }

  dispose(): void {
    this.#timer.dispose();
  }

  readonly #reread = (): void => {
    this.#timer = this.#clock.after(pollMs, this.#reread);
    const text = readText(this.#path);
    const isWritten = text === this.#found;
    this.#found = text;
    if (!isWritten || text === this.#text) return;
    this.#text = text;
    try {
      // Without any token left nobody may connect: that is how the last one is taken back.
      this.#tenants = parseTokenFile(text ?? unreadable(this.#path));
    } catch (error) {
      this.#log.warn(`the token file was not taken: ${Failure.from(error).message}`);
      return;
    }
    this.#log.info(`token file read again: ${this.#tenants.length} tenants`);
    this.#onChange();
  };
}

/** Synchronous on purpose: a small file, never read for a request. Undefined when it cannot be read. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function tenantsOf(path: string, text: string | undefined): Tenant[] {
  const tenants = parseTokenFile(text ?? unreadable(path));
  if (tenants.length === 0) throw new Failure("settings", `the token file ${path} holds no token`);
  return tenants;
}

function unreadable(path: string): never {
  throw new Failure("settings", `the token file ${path} cannot be read`);
}
