import { ApiProperty } from '@nestjs/swagger';

/** A session as its owner sees it. */
export class SessionView {
  @ApiProperty({ example: 'ses_01h455vb4pex5vsknk084sn02q' })
  readonly id: string;

  @ApiProperty({ description: 'What the client calls itself (`User-Agent`)' })
  readonly device: string;

  @ApiProperty({ description: 'The network address of the last use' })
  readonly address: string;

  @ApiProperty({ description: 'Whether the request belongs to this session' })
  readonly current: boolean;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt: string;

  @ApiProperty({ format: 'date-time', description: 'The last sign-in or refresh' })
  readonly lastUsedAt: string;

  @ApiProperty({ format: 'date-time', description: 'When it ends unless it is used' })
  readonly expiresAt: string;
}
