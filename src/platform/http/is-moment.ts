import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate } from 'class-validator';
import { IfPresent } from './if-present.js';

const FORM = /^(?:19[7-9]\d|[2-9]\d{3})-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/;

/** Turns a UTC time into a Date. Other values stay unchanged and are refused, including dates such as February 30th. */
function momentOf(value: unknown): unknown {
  if (typeof value !== 'string' || !FORM.test(value)) return value;
  const date = new Date(value);
  const same = !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 16) === value.slice(0, 16);
  return same ? date : value;
}

/** A UTC time of a query, which may be left out. */
export const IsMoment = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ description, format: 'date-time' }),
    IfPresent(),
    Transform(({ value }: { value: unknown }) => momentOf(value)),
    IsDate({ message: 'must be a UTC time such as 2026-03-31T22:00:00.000Z' }) as PropertyDecorator,
  ) as PropertyDecorator;
