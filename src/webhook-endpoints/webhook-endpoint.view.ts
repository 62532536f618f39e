import { ApiProperty } from '@nestjs/swagger';

/** A webhook endpoint as clients see it, without its secrets. */
export class WebhookEndpointView {
  @ApiProperty({ example: 'whe_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ description: 'Who made it, and gets a mail when Till gives it up' }) readonly ownerId: string;
  @ApiProperty({ format: 'uri' }) readonly url: string;
  @ApiProperty() readonly description: string;
  @ApiProperty({ type: String, isArray: true, example: ['order.*'] }) readonly types: readonly string[];
  @ApiProperty({ description: 'Whether messages have HTTP message signatures (RFC 9421) as well' })
  readonly httpSignatures: boolean;
  @ApiProperty({ enum: ['enabled', 'disabled'] }) readonly status: string;
  @ApiProperty({
    type: String,
    enum: ['by_hand', 'gone', 'failing', 'not_permitted', null],
    nullable: true,
    description: 'gone: it answered 410; failing: it failed for five days',
  })
  readonly disabledReason: string | null;
  @ApiProperty({ type: 'integer', description: 'Attempts that failed since the last one that succeeded' })
  readonly failures: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly failingSince: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Until then it gets nothing' })
  readonly pausedUntil: string | null;
  @ApiProperty({ type: 'integer' }) readonly version: number;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt: string;
}

/** A new endpoint, with the secret that is shown this once. */
export class NewWebhookEndpointView extends WebhookEndpointView {
  @ApiProperty({ description: 'Verifies what the endpoint gets. It is not shown again.', example: 'whsec_...' })
  readonly secret: string;
  @ApiProperty({ description: 'Verifies the `v1a` and HTTP signatures (Ed25519) and makes none', example: 'whpk_...' })
  readonly publicKey: string;
}

/** A new secret, shown this once. */
export class RotatedSecretView {
  @ApiProperty({ example: 'whsec_...' }) readonly secret: string;
  @ApiProperty({ description: 'Verifies the `v1a` and HTTP signatures (Ed25519) and makes none', example: 'whpk_...' })
  readonly publicKey: string;
  @ApiProperty({ format: 'date-time', description: 'Until then the secret before signs as well' })
  readonly previousExpiresAt: string;
}
