import { ApiProperty } from '@nestjs/swagger';
import type { Permission } from '../platform/access/index.js';
import { scopes } from './dto/create-api-key.dto.js';

/** The secret that a key had before its rotation. */
export class PreviousSecretView {
  @ApiProperty({ description: 'How it begins', example: 'till_live_0123456789ab' }) readonly prefix: string;
  @ApiProperty({ format: 'date-time', description: 'When it stops' }) readonly expiresAt: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'To the minute: whether somebody uses it still',
  })
  readonly lastUsedAt: string | null;
}

/** An API key as clients see it, without its secret. */
export class ApiKeyView {
  @ApiProperty({ example: 'key_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ description: 'Who made it, and whose rights limit it' }) readonly ownerId: string;
  @ApiProperty() readonly name: string;
  @ApiProperty({ description: 'How the key begins', example: 'till_live_0123456789ab' }) readonly prefix: string;
  @ApiProperty({ enum: scopes, isArray: true }) readonly scopes: readonly Permission[];
  @ApiProperty({ type: String, isArray: true }) readonly addresses: readonly string[];
  @ApiProperty({ type: 'integer', nullable: true }) readonly requestsPerMinute: number | null;
  @ApiProperty({ format: 'date-time' }) readonly expiresAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly revokedAt: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute' })
  readonly lastUsedAt: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the key got its present secret',
  })
  readonly rotatedAt: string | null;
  @ApiProperty({ type: PreviousSecretView, nullable: true, description: 'The secret before, until it stops' })
  readonly previous: PreviousSecretView | null;
}

/** A key with its new secret, which is shown this once. */
export class NewApiKeyView extends ApiKeyView {
  @ApiProperty({ description: 'Send it as a bearer token. It is not shown again.' }) readonly key: string;
}
