import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { Transaction } from '../platform/database/index.js';
import { Encryption, type Place } from '../platform/encryption/index.js';
import { Clock } from '../shared/clock.js';
import type { WebhookEndpointId } from '../shared/ids.js';
import { uuidv7 } from '../shared/uuid.js';
import { newSecret, type Signer, signerOf } from './domain/signature.js';
import { WebhookSecretsUnavailable } from './webhook-endpoints.errors.js';
import { WebhookSecretEntity } from './webhook-endpoint.entity.js';

/** The secrets of endpoints: encrypted in the database, and shown once. */
@Injectable()
export class WebhookSecrets {
  constructor(
    private readonly tx: Transaction,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
  ) {}

  /** Makes the newest secret of an endpoint, in the running transaction, and returns its text. @throws WebhookSecretsUnavailable */
  async issue(endpointId: WebhookEndpointId, createdAt: Date): Promise<string> {
    if (this.encryption.newest === undefined) throw new WebhookSecretsUnavailable();
    const [id, text] = [uuidv7(), newSecret()];
    const secret = this.encryption.encrypt(text, placeOf(id));
    await this.secrets.insert({ id, endpointId, secret, createdAt, expiresAt: null });
    return text;
  }

  /** Lets the newest secret expire then, and older ones now: two at most are in use. */
  async retire(endpointId: WebhookEndpointId, expiresAt: Date): Promise<void> {
    const secrets = await this.secrets.findBy({ endpointId });
    const older = secrets.filter((secret) => secret.expiresAt !== null).map(({ id }) => id);
    if (older.length > 0) await this.secrets.delete(older);
    await this.secrets.update({ endpointId, expiresAt: IsNull() }, { expiresAt });
  }

  async deleteAll(endpointId: WebhookEndpointId): Promise<void> {
    await this.secrets.delete({ endpointId });
  }

  /** Returns what signs for an endpoint now, the newest secret first. @throws Undecipherable */
  async signers(endpointId: WebhookEndpointId): Promise<Signer[]> {
    const now = this.clock.now();
    const where = [
      { endpointId, expiresAt: IsNull() },
      { endpointId, expiresAt: MoreThan(now) },
    ];
    const rows = await this.secrets.find({ where, order: { id: 'DESC' } });
    return rows.map(({ id, secret }) => signerOf(this.encryption.decrypt(secret, placeOf(id))));
  }

  private get secrets() {
    return this.tx.repository(WebhookSecretEntity);
  }
}

function placeOf(id: string): Place {
  return { table: 'webhook_secrets', column: 'secret', id };
}
