import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PromotionId } from '../shared/ids.js';
import { RequirePermission, RequireRecentSignIn } from '../platform/access/index.js';
import { answerWithETag, Creates, IdPipe, Lists, PageQuery, readCursor, SendsETag } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import { ChangePromotionDto } from './dto/change-promotion.dto.js';
import { CreatePromotionDto } from './dto/create-promotion.dto.js';
import { presentPromotion } from './promotion.presenter.js';
import { PromotionView } from './promotion.view.js';
import { PromotionsService } from './promotions.service.js';

@ApiTags('promotions')
@ApiBearerAuth()
@Controller('v1/promotions')
export class PromotionsController {
  constructor(private readonly promotions: PromotionsService) {}

  @Get()
  @Operation('listPromotions', 'List promotions and coupons', { description: 'The newest first.' })
  @RequirePermission('promotions:read')
  @Lists(PromotionView, presentPromotion)
  list(@Query() { limit, cursor }: PageQuery) {
    return this.promotions.list(limit, readCursor(cursor, ['id'])?.[0] as PromotionId | undefined);
  }

  @Post()
  @RequireRecentSignIn('shift')
  @Operation('createPromotion', 'Make a promotion or a coupon', {
    description: 'With a `code` it is a coupon, which customers enter; without one it applies by itself.',
    refuses: ['coupon_code_taken'],
  })
  @RequirePermission('promotions:write')
  @Idempotent({ required: false })
  @Creates(PromotionView, '/v1/promotions/{id}')
  create(@Body() body: CreatePromotionDto) {
    return this.promotions.create(body).then(presentPromotion);
  }

  @Get(':id')
  @Operation('readPromotion', 'Read a promotion or a coupon', { description: 'With what orders took of its limits.' })
  @SendsETag()
  @RequirePermission('promotions:read')
  @ApiOkResponse({ type: PromotionView })
  async read(
    @Param('id', IdPipe('prm')) id: PromotionId,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const promotion = await this.promotions.read(id);
    return answerWithETag(presentPromotion(promotion), promotion.version, request, reply);
  }

  @Patch(':id')
  @RequireRecentSignIn('shift')
  @Operation('changePromotion', 'Change a promotion or a coupon', {
    description: 'Its name, end, status and limits. Orders keep the discounts they have.',
  })
  @SendsETag()
  @RequirePermission('promotions:write')
  @ApiOkResponse({ type: PromotionView })
  async change(
    @Param('id', IdPipe('prm')) id: PromotionId,
    @Body() body: ChangePromotionDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const promotion = await this.promotions.change(id, body, ifMatch);
    return answerWithETag(presentPromotion(promotion), promotion.version, request, reply);
  }

  /** Archives the promotion: existing orders still refer to it. */
  @Delete(':id')
  @Operation('archivePromotion', 'Archive a promotion or a coupon', { description: 'No new order gets it.' })
  @HttpCode(204)
  @RequirePermission('promotions:write')
  @ApiNoContentResponse()
  archive(@Param('id', IdPipe('prm')) id: PromotionId, @Headers('if-match') ifMatch?: string): Promise<void> {
    return this.promotions.archive(id, ifMatch);
  }
}
