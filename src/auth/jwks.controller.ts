import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../platform/access/index.js';
import { Operation } from '../platform/openapi/index.js';
import { type PublicJwk, SigningKeys } from './signing-keys.js';

const key = { type: 'object', additionalProperties: { type: 'string' } };
const keySet = { type: 'object', required: ['keys'], properties: { keys: { type: 'array', items: key } } };

/** The keys with which others can verify Till's access tokens (RFC 7517, section 5). */
@ApiTags('auth')
@Public({ ignoresToken: true })
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  @Get('jwks.json')
  @Operation('readSigningKeys', 'Read the keys that verify access tokens', {
    description: 'A JSON Web Key Set (RFC 7517, section 5).',
  })
  @Header('Cache-Control', 'public, max-age=300')
  @ApiOkResponse({ description: 'A JSON Web Key Set', schema: keySet })
  read(): { readonly keys: readonly PublicJwk[] } {
    return { keys: this.keys.publicJwks };
  }
}
