import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProductId } from '../shared/ids.js';
import { type Caller, CurrentCaller, Public, RequirePermission } from '../platform/access/index.js';
import { answerWithETag, IdPipe, Lists } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { ChangeProductDto } from './dto/change-product.dto.js';
import { CreateProductDto } from './dto/create-product.dto.js';
import { ListProductsQuery } from './dto/list-products.query.js';
import { ProductView } from './product.view.js';
import { ListQuery } from './list-query.decorator.js';
import { readPosition } from './product-cursor.js';
import { presentProduct } from './product.presenter.js';
import { ProductsService } from './products.service.js';

/** Shops read the catalogue without a token. */
@ApiTags('catalogue')
@Controller('v1/products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  @Get()
  @Public()
  @ApiQuery({ type: ListProductsQuery })
  @ApiQuery({ name: 'attributes[name]', required: false, description: 'For example attributes[color]=red' })
  @Lists(ProductView, presentProduct)
  list(@ListQuery() query: ListProductsQuery, @CurrentCaller() caller: Caller | undefined) {
    const { cursor, ...filter } = query;
    return this.products.list(caller, { ...filter, after: readPosition(cursor, query.sort) });
  }

  @Post()
  @RequirePermission('catalog:write')
  @Idempotent({ required: false })
  @ApiBearerAuth()
  @ApiCreatedResponse({ type: ProductView })
  async create(@Body() body: CreateProductDto, @CurrentCaller() caller: Caller) {
    return presentProduct(await this.products.create(body, caller.userId));
  }

  @Get(':id')
  @Public()
  @ApiOkResponse({ type: ProductView })
  async read(
    @Param('id', IdPipe('prd')) id: ProductId,
    @CurrentCaller() caller: Caller | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const product = await this.products.read(caller, id);
    return answerWithETag(presentProduct(product), product.version, request, reply);
  }

  @Patch(':id')
  @RequirePermission('catalog:write')
  @ApiBearerAuth()
  @ApiHeader({ name: 'If-Match', required: false, description: 'ETag of the product that the change was made for' })
  @ApiOkResponse({ type: ProductView })
  async change(
    @Param('id', IdPipe('prd')) id: ProductId,
    @Body() body: ChangeProductDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const product = await this.products.change(id, body, request.headers['if-match']);
    return answerWithETag(presentProduct(product), product.version, request, reply);
  }

  /** Archives the product: existing orders still refer to it. */
  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('catalog:write')
  @ApiBearerAuth()
  @ApiNoContentResponse()
  async archive(@Param('id', IdPipe('prd')) id: ProductId, @Headers('if-match') ifMatch?: string): Promise<void> {
    await this.products.archive(id, ifMatch);
  }
}
