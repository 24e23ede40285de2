/**
 * How long a server wants to be left alone, by the headers of its answer, in milliseconds; undefined where it does not say.
 * `retry-after-ms` is OpenAI's and Azure's own. A date is compared with the server's own time.
 */
export function retryAfterMs(headers: Readonly<Record<string, unknown>>): number | undefined {
  const values = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value).trim()]),
  );
  const inMs = numberIn(values.get("retry-after-ms"));
  if (inMs !== undefined) return inMs;
  const value = values.get("retry-after") ?? "";
  const seconds = numberIn(value);
  if (seconds !== undefined) return seconds * 1_000;
  const ms = Date.parse(value) - Date.parse(values.get("date") ?? "");
  return ms >= 0 ? ms : undefined;
}

function numberIn(text: string | undefined): number | undefined {
  return /^\d{1,9}(\.\d+)?$/.test(text ?? "") ? Number(text) : undefined;
}
