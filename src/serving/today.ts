import { Injectable } from '@nestjs/common';

/** What day it is, for what answers say of models that end. */
@Injectable()
export class Today {
  date(): Date {
    return new Date();
  }
}
