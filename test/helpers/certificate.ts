import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A certificate and its key, in files. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** For clients that are to trust it. */
  readonly cert: Buffer;
  readonly key: Buffer;
}

const program = "openssl"; // where it is installed
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes one for an address of this machine that nobody has signed but itself; undefined without openssl. */
export function makeCertificate(folder: string, address = "127.0.0.1"): Certificate | undefined {
  return selfSigned(folder, "localhost", `subjectAltName=DNS:localhost,IP:${address}`);
}

/** Makes one as `makeCertificate` does, for as long as a test runs; the test is skipped where there is no openssl. */
export function certificateFor(t: TestContext): Certificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const made = makeCertificate(folder);
  if (!made) t.skip("no openssl here");
  return made;
}

/** Makes an authority that signs others, as a company has one for its proxy; undefined without openssl. */
export function makeAuthority(folder: string): Certificate | undefined {
  return selfSigned(folder, "authority", "keyUsage=keyCertSign");
}

/** Makes a certificate for a name, signed by the authority; undefined without openssl. */
export function signCertificate(
  folder: string,
  authority: Pick<Certificate, "certFile" | "keyFile">,
  name: string,
): Certificate | undefined {
  const files = filesOf(folder, name);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  writeFileSync(extensions, `subjectAltName=DNS:${name}\n`);
  const isMade =
    run("req", ...newKey, "-keyout", files.keyFile, "-out", request, "-subj", `/CN=${name}`) &&
    run(
      ...["x509", "-req", "-in", request, "-out", files.certFile, "-days", "2"],
      ...["-CA", authority.certFile, "-CAkey", authority.keyFile, "-CAcreateserial"],
      ...["-extfile", extensions],
    );
  return isMade ? read(files) : undefined;
}

function selfSigned(folder: string, name: string, extension: string): Certificate | undefined {
  const files = filesOf(folder, name);
  const isMade = run(
    ...["req", "-x509", ...newKey, "-keyout", files.keyFile, "-out", files.certFile],
    ...["-days", "2", "-subj", `/CN=${name}`, "-addext", extension],
  );
  return isMade ? read(files) : undefined;
}

type Files = Pick<Certificate, "certFile" | "keyFile">;

const filesOf = (folder: string, name: string): Files => ({
  certFile: join(folder, `${name}.pem`),
  keyFile: join(folder, `${name}.key`),
});
const run = (...args: string[]): boolean =>
  spawnSync(program, args, { stdio: "ignore" }).status === 0;
const read = (files: Files): Certificate => ({
  ...files,
  cert: readFileSync(files.certFile),
  key: readFileSync(files.keyFile),
});
