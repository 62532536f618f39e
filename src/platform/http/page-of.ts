import type { Type } from '@nestjs/common';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Page } from './pagination.js';

const pages = new Map<Type, Type<Page<unknown>>>();

/** The type of a page of views, for the API's description: of `UserView` it is called `UserPage`. */
export function PageOf<V>(view: Type<V>): Type<Page<V>> {
  const page = pages.get(view) ?? describePage(view);
  pages.set(view, page);
  return page as Type<Page<V>>;
}

function describePage<V>(view: Type<V>): Type<Page<V>> {
  @ApiSchema({ name: view.name.replace(/View$/, 'Page') })
  class PageView implements Page<V> {
    @ApiProperty({ type: [view] })
    readonly data: readonly V[];

    @ApiProperty({ type: String, nullable: true, description: 'For `cursor`; null on the last page' })
    readonly nextCursor: string | null;
  }
  return PageView;
}
