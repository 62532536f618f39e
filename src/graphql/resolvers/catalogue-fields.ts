import { Injectable } from '@nestjs/common';
import { presentProduct, ProductsService, readProductPosition } from '../../catalog/index.js';
import { Public } from '../../platform/access/index.js';
import { decodeId } from '../../shared/ids.js';
import { Field } from '../field.decorator.js';
import { idOfArgument, type PageArguments, pageOfArguments, textOfArgument } from '../field-arguments.js';
import type { FieldContext } from '../field-context.js';
import { pageOfViews } from '../page-of-views.js';

/** Products, which everybody may read. */
@Injectable()
export class CatalogueFields {
  constructor(private readonly service: ProductsService) {}

  @Field('Query.products')
  @Public()
  async products(_: unknown, { q, ...page }: PageArguments & { q?: string }, { caller }: FieldContext) {
    const { limit, cursor } = pageOfArguments(page);
    const sort = '-createdAt' as const;
    const words = textOfArgument('q', q);
    const list = { limit, sort, after: readProductPosition(cursor, sort), ...(words && { q: words }) };
    return pageOfViews(await this.service.list(caller, list), presentProduct);
  }

  @Field('Query.product')
  @Public()
  async product(_: unknown, { id }: { id: string }, { caller }: FieldContext) {
    return presentProduct(await this.service.read(caller, idOfArgument('prd', id)));
  }

  @Field('OrderLine.product')
  @Public()
  async productOfLine({ productId }: { productId: string }, _: unknown, { loaders }: FieldContext) {
    const product = await loaders.products.load(decodeId('prd', productId)!);
    return product && presentProduct(product);
  }
}
