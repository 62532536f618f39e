import { ApiKeyRotating } from '../api-keys.errors.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** How long the secret before works, if the caller says nothing, in hours. */
export const DEFAULT_OVERLAP_HOURS = 24;

/** What a rotation depends on. */
export interface RotatingKey {
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly rotatedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly previousExpiresAt: Date | null;
}

export interface RotationWish {
  readonly overlapHours?: number;
  readonly expiresInDays?: number;
}

/** `keepsPrevious`: the new secret takes the place of one that nobody used, and the one before stays. */
export interface Rotation {
  readonly keepsPrevious: boolean;
  readonly rotatedAt: Date;
  readonly expiresAt: Date;
  readonly previousExpiresAt: Date;
}

/**
 * Decides how long both secrets work. A key has two secrets at most: while the one before works and the present one is in use, another
 * rotation would end one of them, so that needs an overlap of 0. A present secret that nobody used is replaced, since its holder may never have received it.
 * @throws ApiKeyRotating
 */
export function decideRotation(key: RotatingKey, wish: RotationWish, now: Date): Rotation {
  const overlapMs = (wish.overlapHours ?? DEFAULT_OVERLAP_HOURS) * HOUR_MS;
  const isRotating = key.previousExpiresAt !== null && key.previousExpiresAt > now;
  const keepsPrevious = isRotating && key.lastUsedAt === null && overlapMs > 0;
  if (isRotating && !keepsPrevious && overlapMs > 0) throw new ApiKeyRotating(key.previousExpiresAt!);
  const ends = keepsPrevious ? key.previousExpiresAt! : key.expiresAt;
  const life = wish.expiresInDays === undefined ? lifeOf(key) : wish.expiresInDays * DAY_MS;
  return {
    keepsPrevious,
    rotatedAt: now,
    expiresAt: new Date(now.getTime() + life),
    previousExpiresAt: new Date(Math.min(now.getTime() + overlapMs, ends.getTime())),
  };
}

/** A key lives as long after its rotation as it did before. */
function lifeOf({ createdAt, expiresAt, rotatedAt }: RotatingKey): number {
  return expiresAt.getTime() - (rotatedAt ?? createdAt).getTime();
}
