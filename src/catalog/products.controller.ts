import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProductId } from '../shared/ids.js';
import { type Caller, CurrentCaller, Public, RequirePermission } from '../platform/access/index.js';
import { answerWithETag, Creates, IdPipe, PageOf, SendsETag } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import { ChangeProductDto } from './dto/change-product.dto.js';
import { CreateProductDto } from './dto/create-product.dto.js';
import { ListProductsQuery, MAX_FILTER_LENGTH, MAX_FILTERS } from './dto/list-products.query.js';
import { ProductView } from './product.view.js';
import { ListQuery } from './list-query.decorator.js';
import { readPosition } from './product-cursor.js';
import { ProductPages } from './product-pages.js';
import { presentProduct } from './product.presenter.js';
import { ProductsService } from './products.service.js';
import { sendPage, wantedBy } from './send-page.js';

/** OpenAPI's name for `attributes[color]=red`. */
const ATTRIBUTES = {
  name: 'attributes',
  required: false,
  description: `Products with these values: \`attributes[color]=red\`, at most ${MAX_FILTERS} attributes; repeated for several values.`,
  style: 'deepObject',
  explode: true,
  schema: {
    type: 'object',
    maxProperties: MAX_FILTERS,
    additionalProperties: { type: 'string', maxLength: MAX_FILTER_LENGTH },
  },
  example: { color: 'red' },
} as const;

/** Shops read the catalogue without a token. */
@ApiTags('catalogue')
@Controller('v1/products')
export class ProductsController {
  constructor(
    private readonly products: ProductsService,
    private readonly pages: ProductPages,
  ) {}

  @Get()
  @Operation('listProducts', 'List products', {
    description: 'Without `q`, the newest first. A search takes words, "phrases", -excluded words and `or`.',
  })
  @Public({ early: ProductPages })
  @ApiQuery({ type: ListProductsQuery })
  @ApiQuery(ATTRIBUTES)
  @ApiOkResponse({ type: PageOf(ProductView) })
  async list(
    @ListQuery() query: ListProductsQuery,
    @CurrentCaller() caller: Caller | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { cursor, ...filter } = query;
    const list = { ...filter, after: readPosition(cursor, query.sort) };
    return sendPage(await this.pages.list(list, request.url, wantedBy(request, caller)), request, reply);
  }

  @Post()
  @Operation('createProduct', 'Add a product', {
    description: 'The opening stock is the first movement of its journal.',
    refuses: ['sku_taken'],
  })
  @RequirePermission('catalog:write')
  @Idempotent({ required: false })
  @ApiBearerAuth()
  @Creates(ProductView, '/v1/products/{id}')
  async create(@Body() body: CreateProductDto, @CurrentCaller() caller: Caller) {
    return presentProduct(await this.products.create(body, caller.userId));
  }

  @Get(':id')
  @Operation('readProduct', 'Read a product', {
    description: 'Archived products are for callers with `catalog:write`.',
  })
  @SendsETag()
  @Public({ early: ProductPages })
  @ApiOkResponse({ type: ProductView })
  async read(
    @Param('id', IdPipe('prd')) id: ProductId,
    @CurrentCaller() caller: Caller | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(await this.pages.product(id, wantedBy(request, caller)), request, reply);
  }

  @Patch(':id')
  @Operation('changeProduct', 'Change a product', {
    description:
      'Members that are absent stay as they are. Orders keep the name, SKU and price that they were placed with.',
    refuses: ['sku_taken'],
  })
  @SendsETag()
  @RequirePermission('catalog:write')
  @ApiBearerAuth()
  @ApiOkResponse({ type: ProductView })
  async change(
    @Param('id', IdPipe('prd')) id: ProductId,
    @Body() body: ChangeProductDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const product = await this.products.change(id, body, ifMatch);
    return answerWithETag(presentProduct(product), product.version, request, reply);
  }

  /** Archives the product: existing orders still refer to it. */
  @Delete(':id')
  @Operation('archiveProduct', 'Archive a product', {
    description:
      "It can't be ordered any more, and `status: active` brings it back. Existing orders still refer to it.",
  })
  @HttpCode(204)
  @RequirePermission('catalog:write')
  @ApiBearerAuth()
  @ApiNoContentResponse()
  async archive(@Param('id', IdPipe('prd')) id: ProductId, @Headers('if-match') ifMatch?: string): Promise<void> {
    await this.products.archive(id, ifMatch);
  }
}
