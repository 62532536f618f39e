/** The same HTTP server as Till's, Nest on Fastify, answering one route with what never changes: what HTTP alone costs. */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

/** A product page of Till's, so that both send as much. */
const page = JSON.parse(process.env['BARE_PAGE'] ?? '{}') as object;

@Controller()
class BareController {
  @Get('v1/products/:id')
  read() {
    return page;
  }

  @Get('health/ready')
  ready() {
    return {};
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
