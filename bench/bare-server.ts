/** The same HTTP server as Till's, Nest on Fastify, answering with what never changes: what HTTP alone costs. */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

/** A product page and a list of Till's, so that both send as much. */
const page = JSON.parse(process.env['BARE_PAGE'] ?? '{}') as object;
const list = JSON.parse(process.env['BARE_LIST'] ?? '{}') as object;

@Controller()
class BareController {
  @Get('v1/products/:id')
  read() {
    return page;
  }

  @Get('v1/products')
  list() {
    return list;
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
