import { ApiProperty } from '@nestjs/swagger';
import type { EventDocs } from '../platform/outbox/index.js';

/** Nothing: whoever asked is not told to others. */
export class MailedTokenEventData {}

export class SessionEventData {
  @ApiProperty({ example: 'ses_01h455vb4pex5vsknk084sn02q' }) readonly sessionId: string;
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly userId: string;
}

export const authEventDocs: EventDocs = {
  'user.password_reset_requested': { about: 'Somebody asked to set a new password', data: MailedTokenEventData },
  'user.email_verification_requested': {
    about: 'Somebody asked to confirm an e-mail address',
    data: MailedTokenEventData,
  },
  'user.email_change_requested': { about: 'Somebody asked for another e-mail address', data: MailedTokenEventData },
  'session.refresh_token_reused': {
    about: 'A refresh token was used after it had been replaced, so its session ended',
    data: SessionEventData,
  },
};
