import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isSensitivePath } from "../../../src/privacy/sensitiveFiles.ts";

const sensitive = [
  ".env",
  "app/.env",
  "app\\.env.local",
  ".ENV.Production",
  "prod.env",
  ".envrc",
  ".env~",
  ".env.bak",
  "certs/server.pem",
  "C:\\keys\\Server.KEY",
  "a/b.p12",
  "a/b.pfx",
  "a/b.jks",
  "release.keystore",
  "vault.kdbx",
  "home/.ssh/id_rsa",
  "id_ed25519",
  "home/.ssh/config",
  "home/.aws/credentials",
  ".npmrc",
  ".pypirc",
  ".netrc",
  "_netrc",
  ".git-credentials",
  ".htpasswd",
  "infra/prod.tfvars",
  "infra/prod.auto.tfvars.json",
  "terraform.tfstate",
  "worker/.dev.vars",
  "config/secrets.yml",
  "config/secrets.yaml",
  "secrets.json",
  "secrets.toml",
  "config/master.key",
  "service-account.json",
  "my-service-account-key.json",
  "gcp_serviceAccount.json",
  "credentials.json",
  "home/.docker/config.json",
  "home/.kube/config",
  ".bash_history",
];

const open = [
  ".env.example",
  "app/.env.sample",
  ".env.local.template",
  ".env.dist",
  "example.env",
  "config.json",
  "settings.json",
  "src/private/index.ts",
  "src/keys/index.ts",
  "src/keyboard.key.ts",
  "environment.ts",
  "env.ts",
  "env.d.ts",
  "src/secrets.ts",
  "src/secrets/index.ts",
  "credentials.ts",
  "src/credentials/form.tsx",
  "serviceAccount.ts",
  "id_rsa.pub",
  "site.crt",
  "package.json",
  "src/.config/settings.ts",
  "prod.tfvars.example",
  "keystore.go",
  "monkey",
  "history.ts",
  "",
  "/",
];

describe("sensitive files", () => {
  for (const path of sensitive) {
    it(`keeps ${path} to itself`, () => {
      assert.equal(isSensitivePath(path), true);
    });
  }
  for (const path of open) {
    it(`does not mind ${path || "an empty path"}`, () => {
      assert.equal(isSensitivePath(path), false);
    });
  }
});
