import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import { actAs, type Actor } from '../../acting/acting.js';
import type { Administrator } from '../../domain/administrator.js';

/** Has what a route of administrators does be done by the administrator who called it. */
@Injectable()
export class ActingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { administrator, clientAddress: clientIp, requestId, session } = context.switchToHttp().getRequest<Request>();
    if (!administrator) return next.handle();
    // What comes next runs where `handle` was called.
    return actAs({ actor: actorOf(administrator), clientIp, requestId, sessionId: session?.id }, () => next.handle());
  }
}

/** An administrator as audit events name it. */
export function actorOf(administrator: Administrator): Actor {
  return administrator.kind === 'master_key'
    ? { kind: administrator.kind, name: administrator.name }
    : { kind: administrator.kind, id: administrator.id, name: administrator.name };
}
