import { Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Caller } from '../access/index.js';
import type { StoredAnswer } from './idempotency.store.js';

/** An answer that was kept under a key, and who asks for it again. */
export interface KeptAnswer {
  readonly caller: Caller;
  /** The parameters of the path, as they were sent. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** What was sent: a resource, or a problem where `refused`. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly refused: boolean;
  readonly provisional: boolean;
}

/** Decides what a repeat gets; a module has one for each resource that answers show to some callers only. */
export interface Replays {
  /**
   * Returns the present state of what a provisional answer shows, which is sent instead; `undefined` for an answer that
   * is final. @throws NotFound, Forbidden: rights may have ended since, and an answer does not outlive them
   */
  reread(kept: KeptAnswer): Promise<unknown>;
}

/** Finds the `Replays` that a route names. */
@Injectable()
export class ReplayReader {
  constructor(private readonly modules: ModuleRef) {}

  /** @throws what `Replays.reread` throws */
  reread(replays: Type<Replays>, { status, body, provisional }: StoredAnswer, asked: Asked): Promise<unknown> {
    const kept = { ...asked, body: JSON.parse(body) as KeptAnswer['body'], refused: status >= 400, provisional };
    return this.modules.get(replays, { strict: false }).reread(kept);
  }
}

type Asked = Pick<KeptAnswer, 'caller' | 'params'>;
