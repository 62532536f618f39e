import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent } from '../../platform/http/index.js';
import { type SalesGrouping, PeriodOfDaysQuery, salesGroupings } from '../../reports/index.js';
import { type ExportKind, exportKindNames } from '../domain/export-kinds.js';
import { type ExportFormat, exportFormats } from '../export.entity.js';

export class CreateExportDto extends PeriodOfDaysQuery {
  @ApiProperty({ enum: exportKindNames, description: 'Each needs the permission to read such rows' })
  @IsIn(exportKindNames)
  readonly kind: ExportKind;

  @ApiPropertyOptional({ enum: exportFormats, default: 'csv' })
  @IfPresent()
  @IsIn(exportFormats)
  readonly format: ExportFormat = 'csv';

  @ApiPropertyOptional({ enum: salesGroupings, description: 'Of sales alone; `day` when absent' })
  @IfPresent()
  @IsIn(salesGroupings)
  readonly by?: SalesGrouping;
}
