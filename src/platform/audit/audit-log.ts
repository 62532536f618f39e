import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type AuditId, newId, type UserId } from '../../shared/ids.js';
import { Config } from '../config/index.js';
import { insertMany, logFailure, Transaction } from '../database/index.js';
import { currentRequest, loggedAddress, Logger } from '../logging/index.js';
import { counter } from '../metrics/index.js';
import { AuditAddressEntity, AuditEntryEntity, type AuditOutcome } from './audit-entry.entity.js';

/** What somebody did or tried. It names people and things by their ids: no names, e-mail addresses or secrets, since it is kept. */
export interface AuditEntry {
  /** A thing and what happened to it, such as `role.changed`. */
  readonly action: string;
  /** `succeeded` by default. */
  readonly outcome?: AuditOutcome;
  /** The id is in its public form; null when there is no such thing. */
  readonly target?: { readonly type: string; readonly id: string | null };
  readonly before?: object;
  readonly after?: object;
  /** The caller of the current request by default. */
  readonly actorId?: UserId;
}

const INSERT = insertMany(AuditEntryEntity, [
  'id',
  'action',
  'outcome',
  'actorId',
  'apiKeyId',
  'targetType',
  'targetId',
  'before',
  'after',
  'address',
  'requestId',
]);

const INSERT_ADDRESS = insertMany(AuditAddressEntity, ['entryId', 'address', 'salt']);

const lost = counter('till_audit_entries_lost_total', 'Refusals that could not be written to the audit log.', {});

/** Writes the audit log. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly tx: Transaction,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /** Records what the running transaction does, in that transaction and without a round trip of its own. */
  record(entry: AuditEntry): void {
    const id = newId<'aud'>() satisfies AuditId;
    const address = this.addressOf(id);
    this.tx.writeBatch(INSERT, [{ id, ...rowOf(entry), address: address ? digestOf(address) : null }]);
    if (address) this.tx.writeBatch(INSERT_ADDRESS, [address]);
  }

  /** Records what has no transaction, such as a sign-in. */
  async write(entry: AuditEntry): Promise<void> {
    await this.tx.run(async () => this.record(entry));
  }

  /** Records a refusal. It never fails: a refusal that can't be written is logged and counted. */
  async note(entry: AuditEntry): Promise<void> {
    try {
      await this.write(entry);
    } catch (error) {
      lost.inc();
      logFailure(this.logger, 'a refusal is missing in the audit log', error, { action: entry.action });
    }
  }

  private addressOf(entryId: AuditId): AuditAddressEntity | undefined {
    const { address } = currentRequest() ?? {};
    const logged = address === undefined ? undefined : loggedAddress(address, this.config.logAddress);
    return logged === undefined ? undefined : { entryId, address: logged, salt: randomBytes(16) };
  }
}

function rowOf({ action, outcome = 'succeeded', target, before, after, actorId }: AuditEntry) {
  const request = currentRequest();
  return {
    action,
    outcome,
    actorId: actorId ?? ((request?.callerId ?? null) as UserId | null),
    apiKeyId: request?.apiKeyId ?? null,
    targetType: target?.type ?? null,
    targetId: target?.id ?? null,
    before: before ?? null,
    after: after ?? null,
    requestId: request?.requestId ?? null,
  };
}

/** What the entry has of the address, under the proof. Without the salt nobody can find the address by trying them all. */
function digestOf({ address, salt }: AuditAddressEntity): string {
  return `sha256:${createHash('sha256').update(salt).update(address).digest('hex')}`;
}
