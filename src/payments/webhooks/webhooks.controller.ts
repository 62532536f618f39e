import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { encodeId } from '../../shared/ids.js';
import { Public } from '../../platform/access/index.js';
import { Takes } from '../../platform/routes/index.js';
import { RawBody, rawBodyOf } from '../../platform/http/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { WebhooksService } from './webhooks.service.js';
import { WebhookReceiptView } from './webhook-receipt.view.js';

/** Headers with credentials, which nobody needs to read a webhook. */
const unkept = new Set(['authorization', 'proxy-authorization', 'cookie']);

@ApiTags('payments')
@Public({ ignoresToken: true })
@Controller('v1/providers/:provider/webhooks')
export class WebhooksController {
  constructor(private readonly inbox: WebhooksService) {}

  @Post()
  @Operation('receiveWebhook', "Take a payment provider's webhook", {
    description:
      "In the provider's own form, with its signature. It is stored before the response, and applied by the worker.",
    refuses: ['not_found', 'webhook_refused'],
  })
  @HttpCode(200)
  @RawBody()
  @Takes({ bodyLimit: 1024 * 1024, limitedAs: 'webhooks', priority: 'essential' })
  @ApiConsumes('*/*')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ type: WebhookReceiptView })
  async receive(@Param('provider') provider: string, @Req() request: FastifyRequest): Promise<WebhookReceiptView> {
    const { id, duplicate } = await this.inbox.receive(provider, rawBodyOf(request), headersOf(request.raw.rawHeaders));
    return { id: encodeId('pwh', id), duplicate };
  }
}

/** Returns header fields by lower-case name; fields with the same name are joined (RFC 9110, section 5.3). */
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    const earlier = headers.get(name);
    if (!unkept.has(name)) headers.set(name, earlier === undefined ? raw[at + 1]! : `${earlier}, ${raw[at + 1]!}`);
  }
  return Object.fromEntries(headers);
}
