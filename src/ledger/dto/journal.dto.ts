import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, registerDecorator, type ValidationArguments } from 'class-validator';
import { MAX_AMOUNT } from '../../shared/money.js';
import { IfPresent, IsCurrency, IsText, IsWhole, ListOf } from '../../platform/http/index.js';
import { manualCodes } from '../domain/chart.js';

type ManualCode = (typeof manualCodes)[number];

/** The reason for a posting: 1 to 500 characters, not only spaces. */
export const IsReason = (): PropertyDecorator => IsText({ max: 500, blank: false });

/** A whole number of minor units, at least 1. */
export const IsPostedAmount = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ description: 'Minor units' }),
    IsWhole({ min: 1, max: MAX_AMOUNT }),
  ) as PropertyDecorator;

const IsManualCode = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ enum: manualCodes }),
    IsIn(manualCodes, { message: `must be an account that people may post to: ${manualCodes.join(', ')}` }),
  ) as PropertyDecorator;

const DiffersFromDebit: PropertyDecorator = (target, property) =>
  registerDecorator({
    name: 'differs',
    target: target.constructor,
    propertyName: property as string,
    options: { message: 'must be another account than debit' },
    validator: {
      validate: (value: unknown, args?: ValidationArguments) =>
        value !== (args?.object as PostingDto | undefined)?.debit,
    },
  });

export class PostingDto {
  @IsManualCode()
  readonly debit: ManualCode;

  @IsManualCode()
  @DiffersFromDebit
  readonly credit: ManualCode;

  @IsPostedAmount()
  readonly amount: number;
}

export class PostTransactionDto {
  @ApiProperty({ example: 'EUR' })
  @IsCurrency()
  readonly currency: string;

  @ApiProperty({ type: [PostingDto] })
  @ListOf(() => PostingDto, { max: 100 })
  readonly postings: PostingDto[];

  @IsReason()
  readonly reason: string;

  @ApiPropertyOptional({ description: 'What it is called outside Till; one transaction for each', maxLength: 200 })
  @IfPresent()
  @IsText({ min: 1, max: 200 })
  readonly reference?: string;
}

export class ReverseTransactionDto {
  @IsReason()
  readonly reason: string;
}
