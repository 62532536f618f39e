import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsIn } from 'class-validator';
import type { OrderId } from '../../shared/ids.js';
import { IfPresent, IsCurrency, IsId, IsText, PageQuery } from '../../platform/http/index.js';
import { type TransactionKind, transactionKinds } from '../domain/kinds.js';

const FORM = /^(?:19[7-9]\d|[2-9]\d{3})-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/;

/** Turns a UTC time into a Date. Other values stay unchanged and are refused, including dates such as February 30th. */
function momentOf(value: unknown): unknown {
  if (typeof value !== 'string' || !FORM.test(value)) return value;
  const date = new Date(value);
  const same = !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 16) === value.slice(0, 16);
  return same ? date : value;
}

const IsMoment = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ description: 'As things stood at this time (UTC, ISO 8601)', format: 'date-time' }),
    IfPresent(),
    Transform(({ value }: { value: unknown }) => momentOf(value)),
    IsDate({ message: 'must be a UTC time such as 2026-03-31T22:00:00.000Z' }) as PropertyDecorator,
  ) as PropertyDecorator;

export class AtQuery {
  @IsMoment()
  readonly at?: Date;
}

export class ListEntriesQuery extends PageQuery {
  @IsMoment()
  readonly at?: Date;
}

export class ListAccountsQuery extends ListEntriesQuery {
  @ApiPropertyOptional({ description: 'The whole code, in every currency', example: 'sales' })
  @IfPresent()
  @IsText({ max: 100 })
  readonly code?: string;

  @ApiPropertyOptional({ example: 'EUR' })
  @IfPresent()
  @IsCurrency()
  readonly currency?: string;
}

export class ListTransactionsQuery extends PageQuery {
  @ApiPropertyOptional()
  @IfPresent()
  @IsId('ord')
  readonly orderId?: OrderId;

  @ApiPropertyOptional({ enum: transactionKinds })
  @IfPresent()
  @IsIn(transactionKinds)
  readonly kind?: TransactionKind;
}
