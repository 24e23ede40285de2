/**
 * This folder decides from a path alone which files may be completed in, sent to another machine or
 * learned from. It reads no file: callers hand in the texts of ignore files and ask about paths.
 * It must not know the editor, the link or the engine. Both the extension and the engine ask it, so
 * that there is one answer. Start here for the names of secrets, in `ignoreRules.ts` for the verdict.
 */

/** Endings of keys, key stores and files of variables. Certificates (.crt, .cer, .pub) are public. */
const sensitiveEnding =
  /\.(pem|key|p8|p12|pkcs12|pfx|ppk|jks|bks|keystore|keychain|kdbx?|ovpn|tfvars|tfvars\.json|tfstate|env)$/;

/** Whole names that hold secrets wherever they stand. */
const sensitiveName = new RegExp(
  `^(${[
    "\\.env(\\..+)?",
    "\\.envrc",
    "\\.dev\\.vars(\\..+)?",
    "\\.(npmrc|pypirc|netrc|pgpass|my\\.cnf|dockercfg|s3cfg|boto|vault-token|terraformrc)",
    "_netrc",
    "\\.git-credentials",
    "\\.ht(passwd|digest)",
    "\\.[a-z_]+_history",
    "id_(rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss)",
    "\\.?secrets?",
    "secrets?\\.(ya?ml|json|toml|ini|properties|xml|txt)",
    "\\.?credentials\\.(json|toml|ya?ml|ini)",
    "client_secret.*\\.json",
    "(.*[-_.])?service[-_]?account([-_.]?key)?([-_.].*)?\\.json",
    "local\\.settings\\.json",
    "kubeconfig(\\.ya?ml)?",
  ].join("|")})$`,
);

/** A folder and a name that hold secrets only together. */
const sensitivePlace =
  /(^|\/)(\.[^/]+\/credentials|\.ssh\/.*|\.gnupg\/.*|\.kube\/config|\.docker\/config\.json|gh\/hosts\.yml)$/;

/** Copies of a file that editors and people leave behind hold what the file holds. */
const backupEnding = /(~|\.(bak|backup|old|orig|save|swp|tmp))$/;

/** Patterns to fill in, which are made to be shared. */
const templateEnding = /\.(example|sample|template|tmpl|dist)$/;
const templateName = /^(example|sample|template)\.env$/;

/**
 * True for files that hold passwords, tokens or private keys going by their name. Compares without
 * case and takes `/` and `\` alike. Errs towards false for names that are mostly ordinary source.
 */
export function isSensitivePath(path: string): boolean {
  const lower = path.replaceAll("\\", "/").toLowerCase().replace(backupEnding, "");
  const name = lower.slice(lower.lastIndexOf("/") + 1);
  if (name.endsWith(".pub") || templateEnding.test(name) || templateName.test(name)) return false;
  return sensitiveName.test(name) || sensitiveEnding.test(name) || sensitivePlace.test(lower);
}
