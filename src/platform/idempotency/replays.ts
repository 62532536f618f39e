import { Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Caller } from '../access/index.js';
import type { StoredAnswer } from './idempotency.store.js';

/** A stored response, and the caller who repeats the request. */
export interface KeptAnswer {
  readonly caller: Caller;
  /** The parameters of the path, as they were sent. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** The stored body: a resource, or a problem if `refused`. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly refused: boolean;
  readonly provisional: boolean;
}

/** Decides what a repeat gets. A module has one per resource that only some callers may see. */
export interface Replays {
  /**
   * Returns the present state of the resource in a provisional response, to be sent instead; `undefined` for a final response.
   * @throws NotFound, Forbidden if the caller may no longer read the resource
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
