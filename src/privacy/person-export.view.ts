import { ApiProperty } from '@nestjs/swagger';
import { UserView } from '../users/index.js';

const rows = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;

/** Everything that is stored about a person. */
export class PersonExportView {
  @ApiProperty({ format: 'date-time' })
  readonly createdAt: string;

  @ApiProperty({ type: UserView })
  readonly account: UserView;

  @ApiProperty({
    type: 'object',
    additionalProperties: rows,
    description: 'The rows about the person, by table, without hashes and other secrets',
  })
  readonly data: Readonly<Record<string, readonly object[]>>;
}
