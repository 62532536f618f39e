import { Injectable } from '@nestjs/common';
import { type Row, Transaction, violatedConstraint } from '../../platform/database/index.js';
import { type IdentityId, newId, type UserId } from '../../shared/ids.js';
import { hashOfToken } from '../sessions/opaque-token.js';
import { IdentityTaken } from './identities.errors.js';
import { IdentityEntity } from './identity.entity.js';

/** A sign-in that is under way at a provider. */
export interface Flow {
  readonly provider: string;
  readonly redirectUri: string;
  readonly userId: UserId | null;
}

type Named = Pick<IdentityEntity, 'issuer' | 'subject'>;

/** How long a sign-in at a provider may take, in seconds. */
export const FLOW_SECONDS = 600;

const BEGIN = `
  INSERT INTO identity_flows (flow_hash, provider, redirect_uri, user_id, expires_at)
  VALUES ($1, $2, $3, $4, now() + ${FLOW_SECONDS} * interval '1 second')`;
/** Used once: whoever deletes the row continues. */
const END = `
  WITH ended AS (DELETE FROM identity_flows WHERE flow_hash = $1 RETURNING provider, redirect_uri, user_id, expires_at)
  SELECT provider, redirect_uri AS "redirectUri", user_id AS "userId", expires_at > now() AS "isFresh" FROM ended`;
const USE = `UPDATE identities SET last_used_at = now() WHERE issuer = $1 AND subject = $2 RETURNING user_id AS "userId"`;

@Injectable()
export class IdentitiesRepository {
  constructor(private readonly tx: Transaction) {}

  async beginFlow(flow: string, { provider, redirectUri, userId }: Flow): Promise<void> {
    await this.tx.query(BEGIN, [hashOfToken(flow), provider, redirectUri, userId]);
  }

  /** Returns the flow, which nobody can end again; `undefined` for an unknown, used or old one. */
  async endFlow(flow: string): Promise<Flow | undefined> {
    const [found] = await this.tx.query<Flow & { readonly isFresh: boolean } & Row>(END, [hashOfToken(flow)]);
    return found?.isFresh ? found : undefined;
  }

  /** Returns the account of an identity, and notes its use. */
  async use({ issuer, subject }: Named): Promise<UserId | undefined> {
    const [found] = await this.tx.query<{ userId: UserId }>(USE, [issuer, subject]);
    return found?.userId;
  }

  /** @throws IdentityTaken */
  async insert(userId: UserId, { issuer, subject }: Named): Promise<IdentityEntity> {
    const identities = this.tx.repository(IdentityEntity);
    const id: IdentityId = newId<'idn'>();
    try {
      await identities.insert({ id, userId, issuer, subject });
    } catch (error) {
      throw violatedConstraint(error) === 'identities_of_one_account' ? new IdentityTaken() : error;
    }
    return identities.findOneByOrFail({ id });
  }

  find({ issuer, subject }: Named): Promise<IdentityEntity | null> {
    return this.tx.repository(IdentityEntity).findOneBy({ issuer, subject });
  }

  of(userId: UserId): Promise<IdentityEntity[]> {
    return this.tx.repository(IdentityEntity).find({ where: { userId }, order: { id: 'DESC' } });
  }

  /** Returns whether the person had it. */
  async delete(userId: UserId, id: IdentityId): Promise<boolean> {
    return (await this.tx.repository(IdentityEntity).delete({ id, userId })).affected === 1;
  }
}
