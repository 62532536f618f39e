import { ApiProperty } from '@nestjs/swagger';
import { CookieSessionView } from '../cookies/cookie-session.view.js';
import { LoginView } from '../login.view.js';

/** The second factors of an account. */
export class SecondFactorsView {
  @ApiProperty({ description: 'Whether there is an authenticator app' })
  readonly totp: boolean;

  @ApiProperty({ description: 'How many passkeys there are' })
  readonly passkeys: number;

  @ApiProperty({ description: 'How many recovery codes are unused' })
  readonly recoveryCodesLeft: number;
}

/** The secret of an authenticator app, shown once. It is no factor before `POST /v1/auth/mfa/totp/confirmation`. */
export class TotpSecretView {
  @ApiProperty({ description: 'The secret in base32, to be typed', example: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' })
  readonly secret: string;

  @ApiProperty({ description: 'For apps on the same device (`otpauth:`)' })
  readonly uri: string;

  @ApiProperty({ description: 'The same as a QR code: an SVG image as a `data:` URL' })
  readonly qrCode: string;
}

/** Ten codes that each sign in once beside the password, shown only here. */
export class RecoveryCodesView {
  @ApiProperty({ type: [String], example: ['7YQ0-3XKM-ZD1V-A9RN-46PT-HW2E'] })
  readonly recoveryCodes: readonly string[];
}

/** The tokens of a new session, since the others have ended, and the recovery codes. */
export class FactorAddedView extends LoginView {
  @ApiProperty({ type: [String], example: ['7YQ0-3XKM-ZD1V-A9RN-46PT-HW2E'] })
  readonly recoveryCodes: readonly string[];
}

/** The same for a browser, whose tokens are in cookies. */
export class CookieFactorAddedView extends CookieSessionView {
  @ApiProperty({ type: [String], example: ['7YQ0-3XKM-ZD1V-A9RN-46PT-HW2E'] })
  readonly recoveryCodes: readonly string[];
}
