import { setTimeout as delay } from 'node:timers/promises';

/** How often to lead, and to end what goes on without a lead, in milliseconds. */
const EVERY_MS = 500;

/** What goes on beside a move. */
export interface Lead {
  /** Makes the new place ready for the next moment. */
  readonly lead: () => Promise<void>;
  /** Ends the running statement of the move. */
  readonly end: () => Promise<void>;
  readonly everyMs?: number;
}

/** A lead has failed, so the move was ended; `isDone` where it was complete before it could be. */
export class LeadFailed extends Error {
  constructor(
    error: unknown,
    readonly isDone: boolean,
  ) {
    super(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * Moves, and leads again and again until the move has ended. A move goes on with no lead that fails: it is ended, however often that takes.
 * @throws LeadFailed, or what `move` throws
 */
export async function withLead(move: () => Promise<void>, { lead, end, everyMs = EVERY_MS }: Lead): Promise<void> {
  const over = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  const step = async (): Promise<void> => {
    if (!failure) await lead().catch((error: unknown) => (failure = { error }));
    if (failure && !over.signal.aborted) await end().catch(() => undefined); // again at the next step
  };
  const leading = (async () => {
    while (!over.signal.aborted) {
      await step();
      await delay(everyMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  const moving = move();
  const isDone = await moving.then(
    () => true,
    () => false,
  );
  over.abort();
  await leading;
  if (failure) throw new LeadFailed(failure.error, isDone);
  await moving;
}
