import { Failure } from "../base/failure.ts";
import { failureOfClose } from "../wire/closeCodes.ts";

/** What the streams of a link end with that ended so. */
export const lostStream = (failure: Failure): Failure =>
  failure.code === "link-lost" ? failure : new Failure("link-lost", failure.message, failure);

/** What a link ends with that the gateway has closed. */
export function closeFailure(code: number, reason: string): Failure {
  const words = reason === "" ? `code ${code}` : `${reason}, code ${code}`;
  return new Failure(failureOfClose(code), `the gateway closed the link (${words})`);
}
