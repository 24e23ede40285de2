import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import * as tls from "node:tls";
import { type Certificate, makeCertificate } from "../../../helpers/certificate.ts";

/** A certificate that this process trusts while the tests of a suite run. */
export interface TrustedCertificate {
  /** Undefined without openssl. */
  readonly certificate: Certificate | undefined;
  /** Why a test that needs it is skipped; false where it is not. */
  readonly skip: string | false;
}

/** Makes one, to be called in the body of a `describe`, and takes it away after the suite. */
export function trustedCertificate(): TrustedCertificate {
  const trusted = tls.getCACertificates();
  const folder = mkdtempSync(join(tmpdir(), "slipstream-tls-"));
  const certificate = makeCertificate(folder);
  before(() => {
    if (certificate) tls.setDefaultCACertificates([...trusted, certificate.cert.toString()]);
  });
  after(() => {
    tls.setDefaultCACertificates(trusted);
    rmSync(folder, { recursive: true });
  });
  return { certificate, skip: certificate === undefined && "openssl is not installed" };
}
