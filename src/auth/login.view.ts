import { ApiProperty } from '@nestjs/swagger';

/** An access token (RFC 6749, section 5.1, in camelCase). */
export class AccessTokenView {
  @ApiProperty({ description: 'Send it as `Authorization: Bearer <accessToken>`' })
  readonly accessToken: string;

  @ApiProperty({ enum: ['Bearer'] })
  readonly tokenType: 'Bearer';

  @ApiProperty({ description: 'Seconds until the access token expires', example: 600 })
  readonly expiresIn: number;
}

/** The response to a sign-in. */
export class LoginView extends AccessTokenView {
  @ApiProperty({ description: 'For `POST /v1/auth/refresh`; each works once' })
  readonly refreshToken: string;
}

/** The response to a right password of an account with a second factor. It signs nobody in. */
export class MfaView {
  @ApiProperty({ enum: [true] })
  readonly mfaRequired: true;

  @ApiProperty({ description: 'For `POST /v1/auth/mfa/challenge`; no access token' })
  readonly mfaToken: string;

  @ApiProperty({ description: 'Seconds until `mfaToken` expires', example: 300 })
  readonly expiresIn: number;
}
