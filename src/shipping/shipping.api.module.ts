import { Module } from '@nestjs/common';
import { ShippingMethodsController } from './shipping-methods.controller.js';
import { ShippingModule } from './shipping.module.js';

@Module({ imports: [ShippingModule], controllers: [ShippingMethodsController] })
export class ShippingApiModule {}
