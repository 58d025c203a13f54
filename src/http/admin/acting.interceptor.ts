import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import { actAs } from '../../acting/acting.js';

/** Has what a route of administrators does be done by the administrator who called it. */
@Injectable()
export class ActingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { administrator, clientAddress: clientIp, requestId } = context.switchToHttp().getRequest<Request>();
    if (!administrator) return next.handle();
    const actor =
      administrator.kind === 'admin_key'
        ? { kind: administrator.kind, id: administrator.id, name: administrator.name }
        : { kind: administrator.kind, name: administrator.name };
    // What comes next runs where `handle` was called.
    return actAs({ actor, clientIp, requestId }, () => next.handle());
  }
}
