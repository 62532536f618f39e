import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { OrderId } from '../../shared/ids.js';
import { IfPresent, IsCurrency, IsId, IsMoment, IsText, PageQuery } from '../../platform/http/index.js';
import { type TransactionKind, transactionKinds } from '../domain/kinds.js';

const AT = 'As things stood at this time (UTC, ISO 8601)';

export class AtQuery {
  @IsMoment(AT)
  readonly at?: Date;
}

export class ListEntriesQuery extends PageQuery {
  @IsMoment(AT)
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
