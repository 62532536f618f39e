import { ApiProperty } from '@nestjs/swagger';
import { CookieSessionView } from '../cookies/cookie-session.view.js';
import { LoginView } from '../login.view.js';

/** A passkey as its owner sees it. */
export class PasskeyView {
  @ApiProperty({ example: 'psk_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'Work laptop' }) readonly name: string;
  @ApiProperty({ description: "Whether the owner's other devices have it too" }) readonly synced: boolean;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'The last sign-in with it' })
  readonly lastUsedAt: string | null;
}

export class PasskeysView {
  @ApiProperty({ type: [PasskeyView] }) readonly data: readonly PasskeyView[];
}

/** A passkey that was added to an account with another factor. */
export class AddedPasskeyView {
  @ApiProperty({ enum: [false] }) readonly firstFactor: false;
  @ApiProperty({ type: PasskeyView }) readonly passkey: PasskeyView;
}

/** The first factor of an account: the tokens of a new session, since the others have ended, and recovery codes. */
export class FirstPasskeyView extends LoginView {
  @ApiProperty({ enum: [true] }) readonly firstFactor: true;
  @ApiProperty({ type: PasskeyView }) readonly passkey: PasskeyView;

  @ApiProperty({ type: [String], example: ['7YQ0-3XKM-ZD1V-A9RN-46PT-HW2E'] })
  readonly recoveryCodes: readonly string[];
}

/** The same for a browser, whose tokens are in cookies. */
export class CookieFirstPasskeyView extends CookieSessionView {
  @ApiProperty({ enum: [true] }) readonly firstFactor: true;
  @ApiProperty({ type: PasskeyView }) readonly passkey: PasskeyView;

  @ApiProperty({ type: [String], example: ['7YQ0-3XKM-ZD1V-A9RN-46PT-HW2E'] })
  readonly recoveryCodes: readonly string[];
}

/** What a page gives to the browser, as JSON of WebAuthn. */
export class PasskeyOptionsView {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'For `PublicKeyCredential.parseCreationOptionsFromJSON()` or `parseRequestOptionsFromJSON()`, and then `navigator.credentials`',
  })
  readonly publicKey: object;

  @ApiProperty({ description: 'Seconds until it is of no use', example: 300 })
  readonly expiresIn: number;
}
