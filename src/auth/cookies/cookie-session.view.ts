import { applyDecorators, type Type, UseInterceptors } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { TokenCookies } from './token-cookies.js';

/** The response to a sign-in or a refresh of a browser, whose tokens are in cookies that no script reads. */
export class CookieSessionView {
  @ApiProperty({ enum: ['Cookie'] })
  readonly tokenType: 'Cookie';

  @ApiProperty({
    description: 'Seconds until the access token expires: `POST /v1/auth/refresh` before that',
    example: 600,
  })
  readonly expiresIn: number;
}

/** Documents the token responses of a route: one of these views, or `forCookies` for a browser that asked for cookies. */
export const RespondsWithTokens = (views: readonly Type[], forCookies: Type = CookieSessionView) => {
  const all = [...views, forCookies];
  return applyDecorators(
    UseInterceptors(TokenCookies),
    ApiExtraModels(...all),
    ApiOkResponse({ schema: { oneOf: all.map((view) => ({ $ref: getSchemaPath(view) })) } }),
  );
};
