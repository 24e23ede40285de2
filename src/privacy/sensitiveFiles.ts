/**
 * This folder decides from a path alone which files may be completed in, sent to another machine or
 * learned from. It reads no file: callers hand in the texts of ignore files and ask about paths.
 * It must not know the editor, the link or the engine. Both the extension and the engine ask it, so
 * that there is one answer. Start here for the names of secrets, in `ignoreRules.ts` for the verdict.
 */

/** Endings of keys, key stores and files of variables. Certificates (.crt, .cer, .pub) are public. */
const sensitiveEnding =
  /\.(pem|key|p8|p12|pkcs12|pfx|ppk|jks|bks|keystore|keychain|kdbx?|ovpn|tfvars|tfvars\.json|tfstate|env)$/;

/** As in `secrets.prod.yaml`. */
const ofEnvironment =
  "([-_.](prod(uction)?|preprod|stag(e|ing)|dev(elopment)?|test(ing)?|local|ci|qa|uat|live|demo|sandbox))?";
/** As in `aws-credentials.json`; others have credentials to show or to make. */
const ofProvider =
  "((aws|gcp|gcloud|google|azure|firebase|oauth|application_default|client|service)[-_.])?";

/** Whole names that hold secrets wherever they stand. */
const sensitiveName = new RegExp(
  `^(${[
    "\\.env(\\..+|[-_][^.]+(\\.local)?)?",
    "\\.envrc",
    "\\.dev\\.vars(\\..+)?",
    "\\.(npmrc|pypirc|netrc|pgpass|my\\.cnf|dockercfg|s3cfg|boto|vault-token|terraformrc)",
    "_netrc",
    "\\.git-credentials",
    "\\.ht(passwd|digest)",
    "\\.[a-z_]+_history",
    "id_(rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss)",
    "\\.?secrets?",
    `secrets?${ofEnvironment}\\.(ya?ml|json|toml|ini|properties|xml|txt)`,
    `\\.?${ofProvider}credentials${ofEnvironment}\\.(json|toml|ya?ml|ini)`,
    "client_secret.*\\.json",
    ".*firebase-adminsdk.*\\.json",
    "(.*[-_.])?service[-_]?account([-_.]?key)?([-_.].*)?\\.json",
    "local\\.settings\\.json",
    "kubeconfig(\\.ya?ml)?",
  ].join("|")})$`,
);

/** A folder and a name that hold secrets only together. */
const sensitivePlace =
  /(^|\/)(\.[^/]+\/credentials|\.ssh\/.*|\.gnupg\/.*|\.kube\/config|\.docker\/config\.json|gh\/hosts\.yml)$/;

/** Copies of a file that editors and people leave behind hold what the file holds. */
const backupEnding = /(~|\.(bak|backup|old|orig|save|tmp|(kate-)?sw[a-p]))$/;
/** Of file managers, `git mergetool` and Emacs: what may stand before the ending, at the end, or round all. */
const copyMark =
  /(( - \p{L}+| copy)( ?\(\d+\)| \d+)?| ?\(\d+\)| \d+|_(backup|base|local|remote)_\d+)(?=(\.[^. ]+)?$)|^copy of |^\.?#|#$/gu;

/** Patterns to fill in, which are made to be shared, and what says what such a file looks like. */
const templateEnding =
  /\.(example|sample|template|tmpl|dist)$|^[^.].*\.(example|sample|template|schema)\.(json|ya?ml|toml|ini|properties|xml|txt)$/;
const templateName = /^((example|sample|template)\.env|\.env[-_](example|sample|template|dist))$/;

/**
 * True for files that hold passwords, tokens or private keys going by their name. Compares without
 * case and takes `/` and `\` alike. Errs towards false for names that are mostly ordinary source.
 */
export function isSensitivePath(path: string): boolean {
  const slashed = path.replaceAll("\\", "/").toLowerCase();
  const nameAt = slashed.lastIndexOf("/") + 1;
  const folder = slashed.slice(0, nameAt);
  return copied(slashed.slice(nameAt)).some((name) => isSensitive(folder, name));
}

function isSensitive(folder: string, name: string): boolean {
  if (name.endsWith(".pub")) return false;
  if (sensitivePlace.test(folder + name)) return true;
  if (templateEnding.test(name) || templateName.test(name)) return false;
  return sensitiveName.test(name) || sensitiveEnding.test(name);
}

/** The name of what a file is a copy of, or two that it may have; its own where it is none. */
function copied(name: string): readonly string[] {
  const marked = name.replace(copyMark, "");
  const whole = marked.replace(backupEnding, "").replace(copyMark, "");
  // Vim begins the name of its swap file with a dot where the file's own has none.
  return /sw[a-p]$/.test(marked) ? [whole, whole.replace(/^\./, "")] : [whole];
}
