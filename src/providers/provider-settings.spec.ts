import { z } from 'zod';
import { builtInProviders } from './built-in-providers.js';
import { ProviderHttp } from './provider-http.js';

it('no setting of a deployment is a secret: settings are shown and audited as they are, secrets are credentials', () => {
  for (const { provider, settings } of builtInProviders(new ProviderHttp())) {
    const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
    const secrets = Object.keys(properties).filter((name) => /key|token|secret|password|credential/i.test(name));
    expect([provider, secrets]).toEqual([provider, []]);
  }
});
