import { applyDecorators, type Type } from '@nestjs/common';
import { ApiCreatedResponse } from '@nestjs/swagger';
import { Takes } from '../routes/index.js';

/**
 * The handler responds 201 with a view and a `Location` header (RFC 9110, section 10.2.2): the address by which a client reads the
 * resource, such as `/v1/things/{id}`, whose placeholder is a member of the view. The API's description has it from here.
 */
export const Creates = (view: Type, location: `/v1/${string}/{${string}}`): MethodDecorator =>
  applyDecorators(ApiCreatedResponse({ type: view }), Takes({ location }));
