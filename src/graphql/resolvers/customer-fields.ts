import { Injectable } from '@nestjs/common';
import { OwnOr, RequirePermission } from '../../platform/access/index.js';
import { decodeId, encodeId, type UserId } from '../../shared/ids.js';
import { UsersService } from '../../users/index.js';
import { Field } from '../field.decorator.js';
import { idOfArgument, type PageArguments, pageOfArguments, textOfArgument } from '../field-arguments.js';
import type { FieldContext, SignedInContext } from '../field-context.js';
import { pageOfViews } from '../page-of-views.js';

interface CustomersArguments extends PageArguments {
  readonly email?: string | null;
  readonly name?: string | null;
}

const present = ({ id, email, name }: { readonly id: UserId; readonly email: string; readonly name: string }) => ({
  id: encodeId('usr', id),
  email,
  name,
});

/** People, as customers of orders. */
@Injectable()
export class CustomerFields {
  constructor(private readonly service: UsersService) {}

  @Field('Query.customers')
  @RequirePermission('users:read')
  async customers(_: unknown, { email, name, ...page }: CustomersArguments) {
    const filter = {
      ...pageOfArguments(page),
      email: textOfArgument('email', email),
      name: textOfArgument('name', name),
    };
    return pageOfViews(await this.service.list(filter), present);
  }

  @Field('Query.customer')
  @OwnOr('users:read')
  async customer(_: unknown, { id }: { id: string }, { caller }: SignedInContext) {
    return present(await this.service.read(caller, idOfArgument('usr', id)));
  }

  @Field('Order.customer')
  @OwnOr('users:read')
  async customerOfOrder({ customerId }: { customerId: string }, _: unknown, { loaders }: FieldContext) {
    const customer = await loaders.customers.load(decodeId('usr', customerId)!);
    return customer && present(customer);
  }
}
