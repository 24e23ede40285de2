/** What the page of a webview is made of. */
export interface PageParts {
  /** Addresses as the webview may load them. */
  readonly script: string;
  readonly style: string;
  /** Where the webview may load styles from. */
  readonly source: string;
  /** Unguessable; only the script that has it runs. */
  readonly nonce: string;
  readonly language: string;
  readonly title: string;
  /** What the page says, in the editor's language; its script reads it. */
  readonly texts: object;
}

/** A webview's page: its own script and style, and nothing from anywhere else. */
export function webviewPage({
  script,
  style,
  source,
  nonce,
  language,
  title,
  texts,
}: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${attribute(style)}">
<title>${attribute(title)}</title>
</head>
<body data-texts="${attribute(JSON.stringify(texts))}">
<script nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>`;
}

const attribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
