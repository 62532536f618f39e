import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IfPresent } from '../../platform/http/index.js';

/** A member by which a browser asks for cookies instead of tokens. */
export const WantsCookies = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description: 'Whether the tokens go into cookies, for pages in a browser (COOKIE_SESSIONS)',
      default: false,
    }),
    IfPresent() as PropertyDecorator,
    IsBoolean() as PropertyDecorator,
  ) as PropertyDecorator;
