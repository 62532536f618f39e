import type { DomainEvent } from '../../platform/outbox/index.js';
import { encodeId, type MailedTokenId } from '../../shared/ids.js';

/** Somebody asked for a mail with a token. The address is left out, because events are kept. */
export function mailedTokenRequested(id: MailedTokenId, type: MailedTokenEventType): DomainEvent {
  return { type, aggregate: { type: 'mailed_token', id: encodeId('mtk', id), version: 1 }, data: {} };
}

export type MailedTokenEventType =
  'user.password_reset_requested' | 'user.email_verification_requested' | 'user.email_change_requested';
