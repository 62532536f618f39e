import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, RequirePermission, RequireRecentSignIn } from '../platform/access/index.js';
import { Creates, IdPipe, Lists, PageQuery } from '../platform/http/index.js';
import type { ApiKeyId } from '../shared/ids.js';
import { Operation } from '../platform/openapi/index.js';
import { presentApiKey } from './api-key.presenter.js';
import { ApiKeyView, NewApiKeyView } from './api-key.view.js';
import { ApiKeyRotation } from './api-key-rotation.js';
import { ApiKeysService } from './api-keys.service.js';
import { CreateApiKeyDto } from './dto/create-api-key.dto.js';
import { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';

@ApiTags('api keys')
@ApiBearerAuth()
@RequirePermission('api_keys:write')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly rotation: ApiKeyRotation,
  ) {}

  @Get()
  @Operation('listApiKeys', 'List API keys')
  @Lists(ApiKeyView, presentApiKey)
  list(@CurrentCaller() caller: Caller, @Query() { limit, cursor }: PageQuery) {
    return this.keys.list(caller, limit, cursor);
  }

  /** Not idempotent by key: that would store the secret in the database. */
  @Post()
  @Operation('createApiKey', 'Make an API key', {
    description: 'The response has its text, which nothing keeps. The caller has all its scopes.',
  })
  @RequireRecentSignIn()
  @Header('Cache-Control', 'no-store')
  @Creates(NewApiKeyView, '/v1/api-keys/{id}')
  async create(@CurrentCaller() caller: Caller, @Body() body: CreateApiKeyDto): Promise<NewApiKeyView> {
    const { key, text } = await this.keys.create(caller, body);
    return { ...presentApiKey(key), key: text };
  }

  @Get(':id')
  @Operation('readApiKey', 'Read an API key')
  @ApiOkResponse({ type: ApiKeyView })
  read(@CurrentCaller() caller: Caller, @Param('id', IdPipe('key')) id: ApiKeyId) {
    return this.keys.read(caller, id).then(presentApiKey);
  }

  /** The key keeps its id, scopes and limits. Not idempotent by key: repeat it if the answer got lost, the secret before goes on. */
  @Post(':id/rotation')
  @Operation('rotateApiKey', 'Make a new secret of an API key', {
    description:
      'The key keeps its id, scopes and limits, and the secret before goes on for a while. If the response got lost, send the request again.',
    refuses: ['api_key_rotating', 'not_your_api_key'],
  })
  @RequireRecentSignIn()
  @Header('Cache-Control', 'no-store')
  @Creates(NewApiKeyView, '/v1/api-keys/{id}')
  async rotate(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe('key')) id: ApiKeyId,
    @Body() body: RotateApiKeyDto,
  ): Promise<NewApiKeyView> {
    const { key, text } = await this.rotation.rotate(caller, id, body);
    return { ...presentApiKey(key), key: text };
  }

  @Delete(':id')
  @Operation('revokeApiKey', 'Revoke an API key', {
    description: 'It stops within 15 seconds. Revoking it again changes nothing.',
  })
  @HttpCode(204)
  @ApiNoContentResponse()
  revoke(@CurrentCaller() caller: Caller, @Param('id', IdPipe('key')) id: ApiKeyId): Promise<void> {
    return this.keys.revoke(caller, id);
  }
}
