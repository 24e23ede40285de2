import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate for this machine's loopback that nobody has signed but itself. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** For clients that are to trust it. */
  readonly cert: Buffer;
}

const program = "openssl"; // where it is installed

/** Makes one with openssl in this folder; undefined on a machine without openssl. */
export function makeCertificate(folder: string): Certificate | undefined {
  const certFile = join(folder, "cert.pem");
  const keyFile = join(folder, "key.pem");
  const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const made = spawnSync(
    program,
    ["req", "-x509", ...key, "-keyout", keyFile, "-out", certFile, "-days", "2"].concat([
      "-subj",
      "/CN=localhost",
      "-addext",
      names,
    ]),
    { stdio: "ignore" },
  );
  if (made.status !== 0) return undefined;
  return { certFile, keyFile, cert: readFileSync(certFile) };
}
