import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ShippingMethodId } from '../shared/ids.js';
import { Public, RequirePermission } from '../platform/access/index.js';
import { answerWithETag, Creates, IdPipe, Lists, readCursor, SendsETag } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import { ListShippingMethodsQuery } from './dto/list-shipping-methods.query.js';
import { ChangeShippingMethodDto, CreateShippingMethodDto } from './dto/shipping-method.dto.js';
import { presentShippingMethod } from './shipping-method.presenter.js';
import { ShippingMethodView } from './shipping-method.view.js';
import { ShippingService } from './shipping.service.js';

/** Shops read methods without a token, like the catalogue. */
@ApiTags('shipping')
@Controller('v1/shipping-methods')
export class ShippingMethodsController {
  constructor(private readonly shipping: ShippingService) {}

  @Get()
  @Operation('listShippingMethods', 'List shipping methods', { description: 'Active ones, the newest first.' })
  @Public()
  @Lists(ShippingMethodView, presentShippingMethod)
  list(@Query() { limit, cursor, country, currency }: ListShippingMethodsQuery) {
    const before = readCursor(cursor, ['id'])?.[0] as ShippingMethodId | undefined;
    return this.shipping.list({ country, currency, before, take: limit });
  }

  @Post()
  @Operation('createShippingMethod', 'Make a shipping method', {
    description: 'A price for all goods, or rates by their price, pieces or weight; free from an amount on.',
  })
  @RequirePermission('shipping:write')
  @Idempotent({ required: false })
  @ApiBearerAuth()
  @Creates(ShippingMethodView, '/v1/shipping-methods/{id}')
  create(@Body() body: CreateShippingMethodDto) {
    return this.shipping.create(body).then(presentShippingMethod);
  }

  @Get(':id')
  @Operation('readShippingMethod', 'Read a shipping method', {
    description: 'Archived ones too, since orders name them.',
  })
  @SendsETag()
  @Public()
  @ApiOkResponse({ type: ShippingMethodView })
  async read(
    @Param('id', IdPipe('shm')) id: ShippingMethodId,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const method = await this.shipping.read(id);
    return answerWithETag(presentShippingMethod(method), method.version, request, reply);
  }

  @Patch(':id')
  @Operation('changeShippingMethod', 'Change a shipping method', { description: 'Orders keep the charges they have.' })
  @SendsETag()
  @RequirePermission('shipping:write')
  @ApiBearerAuth()
  @ApiOkResponse({ type: ShippingMethodView })
  async change(
    @Param('id', IdPipe('shm')) id: ShippingMethodId,
    @Body() body: ChangeShippingMethodDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const method = await this.shipping.change(id, body, ifMatch);
    return answerWithETag(presentShippingMethod(method), method.version, request, reply);
  }

  /** Archives the method: existing orders still refer to it. */
  @Delete(':id')
  @Operation('archiveShippingMethod', 'Archive a shipping method', { description: 'No new order gets it.' })
  @HttpCode(204)
  @RequirePermission('shipping:write')
  @ApiBearerAuth()
  @ApiNoContentResponse()
  archive(@Param('id', IdPipe('shm')) id: ShippingMethodId, @Headers('if-match') ifMatch?: string): Promise<void> {
    return this.shipping.archive(id, ifMatch);
  }
}
