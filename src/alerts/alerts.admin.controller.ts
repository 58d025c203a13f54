import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../http/access.js';
import { deletedSchema, idOrNameSchema, idSchema } from '../http/admin/id.js';
import { pageQuerySchema, type PageQuery } from '../http/admin/list.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import {
  alertPageSchema,
  alertSchema,
  alertTestSchema,
  createAlertSchema,
  createdAlertSchema,
  rotateAlertSchema,
  updateAlertSchema,
  type CreateAlert,
  type RotateAlert,
  type UpdateAlert,
} from './alert.schema.js';
import { AlertsService } from './alerts.service.js';
import {
  alertDeliveryPageSchema,
  alertDeliverySchema,
  deliveryQuerySchema,
  type DeliveryQuery,
} from './deliveries/delivery.schema.js';

/** Webhooks that are told of what happens, administered. */
@ApiTags('Admin: alerts')
@ApiBearerAuth('master_key')
@Controller('admin/v1/alerts')
export class AlertsAdminController {
  constructor(private readonly alerts: AlertsService) {}

  @Post()
  @AdminAccess('alerts.write')
  @ApiOperation({ operationId: 'createAlert', summary: 'Make an alert; the answer is the only one with its secret' })
  @ApiAnswers({ 201: createdAlertSchema, errors: [400, 401, 409] })
  create(@Body({ schema: createAlertSchema }) body: CreateAlert) {
    return this.alerts.create(body);
  }

  @Get()
  @AdminAccess('alerts.read')
  @ApiOperation({ operationId: 'listAlerts', summary: 'Alerts, newest first' })
  @ApiAnswers({ 200: alertPageSchema, errors: [400, 401] })
  list(@Query({ schema: pageQuerySchema }) query: PageQuery) {
    return this.alerts.list(query);
  }

  @Get(':alert')
  @AdminAccess('alerts.read')
  @ApiOperation({ operationId: 'getAlert', summary: 'One alert' })
  @ApiAnswers({ 200: alertSchema, errors: [400, 401, 404] })
  get(@Param('alert', { schema: idOrNameSchema }) alert: string) {
    return this.alerts.get(alert);
  }

  @Patch(':alert')
  @AdminAccess('alerts.write')
  @ApiOperation({ operationId: 'updateAlert', summary: 'Change, enable or disable an alert' })
  @ApiAnswers({ 200: alertSchema, errors: [400, 401, 404, 409] })
  update(
    @Param('alert', { schema: idOrNameSchema }) alert: string,
    @Body({ schema: updateAlertSchema }) body: UpdateAlert,
  ) {
    return this.alerts.update(alert, body);
  }

  @Post(':alert/rotate')
  @HttpCode(200)
  @AdminAccess('alerts.write')
  @ApiOperation({
    operationId: 'rotateAlert',
    summary: 'Give an alert another secret; the answer is the only one with it',
  })
  @ApiAnswers({ 200: createdAlertSchema, errors: [400, 401, 404, 409] })
  rotate(
    @Param('alert', { schema: idOrNameSchema }) alert: string,
    @Body({ schema: rotateAlertSchema }) body: RotateAlert,
  ) {
    return this.alerts.rotate(alert, body);
  }

  @Post(':alert/test')
  @HttpCode(200)
  @AdminAccess('alerts.write')
  @ApiOperation({
    operationId: 'testAlert',
    summary: 'Send an event of the type alert.test now, once, also to an alert that is disabled',
  })
  @ApiAnswers({ 200: alertTestSchema, errors: [400, 401, 404] })
  test(@Param('alert', { schema: idOrNameSchema }) alert: string) {
    return this.alerts.test(alert);
  }

  @Delete(':alert')
  @HttpCode(200)
  @AdminAccess('alerts.write')
  @ApiOperation({ operationId: 'deleteAlert', summary: 'Delete an alert with its deliveries' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404] })
  delete(@Param('alert', { schema: idOrNameSchema }) alert: string) {
    return this.alerts.delete(alert);
  }

  @Get(':alert/deliveries')
  @AdminAccess('alerts.read')
  @ApiOperation({ operationId: 'listAlertDeliveries', summary: 'What an alert was sent, and is to be, newest first' })
  @ApiAnswers({ 200: alertDeliveryPageSchema, errors: [400, 401, 404] })
  listDeliveries(
    @Param('alert', { schema: idOrNameSchema }) alert: string,
    @Query({ schema: deliveryQuerySchema }) query: DeliveryQuery,
  ) {
    return this.alerts.listDeliveries(alert, query);
  }

  @Post(':alert/deliveries/:delivery/retry')
  @HttpCode(200)
  @AdminAccess('alerts.write')
  @ApiOperation({
    operationId: 'retryAlertDelivery',
    summary: 'Try a delivery again now, whatever became of it, with the same webhook-id',
  })
  @ApiAnswers({ 200: alertDeliverySchema, errors: [400, 401, 404] })
  repeat(
    @Param('alert', { schema: idOrNameSchema }) alert: string,
    @Param('delivery', { schema: idSchema }) delivery: string,
  ) {
    return this.alerts.repeat(alert, delivery);
  }
}
