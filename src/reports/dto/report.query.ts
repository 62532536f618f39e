import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, ValidateBy } from 'class-validator';
import { IfPresent, IsWhole } from '../../platform/http/index.js';
import { isDay, isTimeZone, MAX_DAYS } from '../domain/report-period.js';

/** The most rows of a report as JSON. */
export const MAX_ROWS = 10_000;
export const MAX_LEADERBOARD_DAYS = 90;
export const units = ['day', 'week', 'month'] as const;
export const groupings = [...units, 'product', 'customer', 'currency'] as const;
export type Grouping = (typeof groupings)[number];

const IsDay = (description: string, example: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ description, format: 'date', example }),
    IfPresent(),
    ValidateBy({
      name: 'isDay',
      validator: { validate: isDay, defaultMessage: () => 'must be a day such as 2026-03-31' },
    }) as PropertyDecorator,
  ) as PropertyDecorator;

export class PeriodOfDaysQuery {
  @IsDay('The first day; 30 days before `to` when absent', '2026-01-01')
  readonly from?: string;

  @IsDay(
    `The day after the last one, at most ${MAX_DAYS} days after the first; tomorrow, or as late as possible, when absent`,
    '2026-02-01',
  )
  readonly to?: string;

  @ApiPropertyOptional({
    description: 'The time zone whose days they are (IANA); UTC when absent',
    example: 'Europe/Berlin',
    maxLength: 64,
  })
  @IfPresent()
  @ValidateBy({
    name: 'isTimeZone',
    validator: { validate: isTimeZone, defaultMessage: () => 'must be the name of a time zone such as Europe/Berlin' },
  })
  readonly timeZone?: string;
}

export class RankedQuery extends PeriodOfDaysQuery {
  @ApiPropertyOptional({ description: 'The most rows as JSON; CSV has all', default: 1000, example: 100 })
  @IfPresent()
  @Type(() => Number)
  @IsWhole({ min: 1, max: MAX_ROWS })
  readonly limit: number = 1000;
}

export class SalesReportQuery extends RankedQuery {
  @ApiPropertyOptional({ enum: groupings, default: 'day' })
  @IfPresent()
  @IsIn(groupings)
  readonly by: Grouping = 'day';
}

export class CustomersReportQuery extends PeriodOfDaysQuery {
  @ApiPropertyOptional({ enum: units, default: 'day' })
  @IfPresent()
  @IsIn(units)
  readonly by: (typeof units)[number] = 'day';
}

export class TopProductsQuery {
  @ApiPropertyOptional({ description: 'How many days of UTC, today the last', default: 7, example: 7 })
  @IfPresent()
  @Type(() => Number)
  @IsWhole({ min: 1, max: MAX_LEADERBOARD_DAYS })
  readonly days: number = 7;

  @ApiPropertyOptional({ default: 10, example: 10 })
  @IfPresent()
  @Type(() => Number)
  @IsWhole({ min: 1, max: 100 })
  readonly limit: number = 10;
}
