import { ApiProperty } from '@nestjs/swagger';
import type { EventDocs } from '../platform/outbox/index.js';

/** What events about an account say. Name and address are left out, because events are kept. */
export class UserEventData {
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly userId: string;
}

export class EmailChangedEventData extends UserEventData {
  @ApiProperty({ example: 'fem_01h455vb4pex5vsknk084sn02q' }) readonly formerEmailId: string;
}

export const userEventDocs: EventDocs = {
  'user.registered': { about: 'Somebody registered', data: UserEventData },
  'user.registration_repeated': {
    about: 'Somebody registered with the address of this account',
    data: UserEventData,
  },
  'user.invited': { about: 'Staff made an account for a colleague', data: UserEventData },
  'user.erased': { about: 'The personal data of an account was erased: erase yours as well', data: UserEventData },
  'user.email_changed': { about: 'An account has another e-mail address', data: EmailChangedEventData },
  'user.password_changed': { about: 'An account has another password', data: UserEventData },
  'user.second_factor_added': {
    about: 'An account has a new second factor or new recovery codes',
    data: UserEventData,
  },
  'user.second_factor_removed': { about: 'An account lost a second factor', data: UserEventData },
  'user.passkey_added': { about: 'An account has a new passkey', data: UserEventData },
  'user.passkey_removed': { about: 'An account lost a passkey', data: UserEventData },
  'user.identity_linked': {
    about: 'An account was linked to one at an identity provider',
    data: UserEventData,
  },
  'user.identity_unlinked': {
    about: 'An account is linked no longer to one at an identity provider',
    data: UserEventData,
  },
};
