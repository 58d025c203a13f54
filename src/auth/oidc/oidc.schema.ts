import { z } from 'zod';

/** Path parameter: the id of an issuer. */
export const issuerIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'the issuer in the URL is no id of one')
  .meta({ description: 'Id of the issuer in `OIDC_ISSUERS`', example: 'company' });

/** Answer of `GET /admin/v1/session/oidc`. */
export const identityProvidersSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(
      z.object({
        id: z.string().meta({ example: 'company' }),
        name: z.string().meta({ description: 'As people know it', example: 'Example Inc.' }),
      }),
    ),
  })
  .meta({ id: 'IdentityProviders' });
