import { ApiProperty } from '@nestjs/swagger';

/** An account at a provider, as its owner sees it. */
export class IdentityView {
  @ApiProperty({ example: 'idn_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'https://accounts.google.com' }) readonly issuer: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time', description: 'The last sign-in with it' }) readonly lastUsedAt: string;
}

export class IdentitiesView {
  @ApiProperty({ type: [IdentityView] }) readonly data: readonly IdentityView[];
}

/** A provider with which people sign in. */
export class IdentityProviderView {
  @ApiProperty({ example: 'google' }) readonly id: string;
  @ApiProperty({ example: 'Google' }) readonly name: string;
}

export class IdentityProvidersView {
  @ApiProperty({ type: [IdentityProviderView] }) readonly data: readonly IdentityProviderView[];
}

/** A sign-in that was begun. */
export class AuthorizationView {
  @ApiProperty({ format: 'uri', description: 'Where the browser goes' })
  readonly authorizationUrl: string;

  @ApiProperty({ description: 'A secret that the browser keeps until it is back. It goes nowhere but to Till.' })
  readonly flow: string;

  @ApiProperty({ description: 'Seconds until it is of no use', example: 600 })
  readonly expiresIn: number;
}
