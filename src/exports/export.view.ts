import { ApiProperty } from '@nestjs/swagger';
import { salesGroupings } from '../reports/index.js';
import { exportKindNames } from './domain/export-kinds.js';
import { exportFormats, exportStatuses } from './export.entity.js';

/** A file that is made, how far it is, and where it is. */
export class ExportView {
  @ApiProperty({ example: 'exp_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ enum: exportKindNames }) readonly kind: string;
  @ApiProperty({ enum: exportFormats }) readonly format: string;
  @ApiProperty({ format: 'date', example: '2026-01-01' }) readonly from: string;
  @ApiProperty({ format: 'date', description: 'The day after the last one', example: '2026-02-01' })
  readonly to: string;
  @ApiProperty({ example: 'Europe/Berlin' }) readonly timeZone: string;
  @ApiProperty({ enum: salesGroupings, nullable: true, type: String, description: 'Of sales' })
  readonly by: string | null;
  @ApiProperty({ enum: exportStatuses }) readonly status: string;
  @ApiProperty({ type: 'integer', description: 'Per cent of the period', minimum: 0, maximum: 100, example: 100 })
  readonly progress: number;
  @ApiProperty({ type: 'integer', example: 1042 }) readonly rows: number;
  @ApiProperty({ type: 'integer', example: 104_200 }) readonly bytes: number;
  @ApiProperty({ type: String, nullable: true, description: 'Why there is no file' }) readonly reason: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uri',
    description: 'The file, once it is ready; it needs no access token, and works until `urlExpiresAt`',
  })
  readonly url: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly urlExpiresAt: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly finishedAt: string | null;
  @ApiProperty({ format: 'date-time', description: 'When export and file are deleted' }) readonly expiresAt: string;
}
