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

/** The route answers with one of these views, which has tokens; or for a browser with the tokens in cookies. */
export const AnswersTokens = (...views: Type[]) => {
  const all = [...views, CookieSessionView];
  return applyDecorators(
    UseInterceptors(TokenCookies),
    ApiExtraModels(...all),
    ApiOkResponse({ schema: { oneOf: all.map((view) => ({ $ref: getSchemaPath(view) })) } }),
  );
};
