import * as z from "zod/mini";

/** A question that is being written. It outlives the page, which is made anew when the view is shown again. */
const draftSchema = z.object({
  text: z.string(),
  /** Which question it takes the place of, if any, and the draft that waits until that is done. */
  edited: z.optional(z.object({ exchangeId: z.string(), aside: z.string() })),
});

export type Draft = Readonly<z.infer<typeof draftSchema>>;

/** What the page before kept; an empty draft where that is none. */
export const parseDraft = (value: unknown): Draft =>
  z.safeParse(draftSchema, value).data ?? { text: "" };
