import type { Schemas } from '../../../api/client';
import { Facts } from '../../../components/facts';

type Issuer = Schemas['ShownIssuer'];
type Rule = Issuer['roles'][number];

/** What is no secret of those who say who people are: where they are, and whom they give which role. */
export function Issuers({ issuers }: { issuers: readonly Issuer[] }) {
  if (issuers.length === 0) return null;
  return (
    <ul aria-label="Issuers" className="flex flex-col gap-2 pt-1">
      {issuers.map((issuer) => (
        <li key={issuer.id}>
          <details className="rounded-md border border-line px-3 py-2">
            <summary className="break-words">
              <span className="font-medium" dir="auto">
                {issuer.name}
              </span>{' '}
              <span className="mono text-sm break-all text-muted">{issuer.issuer}</span>
            </summary>
            <div className="flex flex-col gap-3 pt-3">
              <Facts
                facts={[
                  ['Id', <Code key="id">{issuer.id}</Code>],
                  ['Client id', <Code key="client">{issuer.client_id}</Code>],
                  ['Client secret', issuer.has_client_secret ? 'set, not shown' : 'none: a public client'],
                  ['Scopes', <Code key="scopes">{issuer.scopes.join(' ')}</Code>],
                  [
                    'Groups',
                    issuer.groups_claim === null ? 'not read' : <Code key="claim">{issuer.groups_claim}</Code>,
                  ],
                ]}
              />
              <ol aria-label={`Roles by ${issuer.name}`} className="list-inside list-decimal text-sm">
                {issuer.roles.map((rule, index) => (
                  <li key={index} className="break-words">
                    {whom(rule)}: <span className="font-medium">{rule.role.replaceAll('_', ' ')}</span>
                    {rule.teams.length > 0 && <span dir="auto"> of {rule.teams.join(', ')}</span>}
                  </li>
                ))}
              </ol>
            </div>
          </details>
        </li>
      ))}
    </ul>
  );
}

function Code({ children }: { children: string }) {
  return <span className="mono break-all">{children}</span>;
}

/** Whom a rule is for. */
function whom({ group, email, email_domain }: Rule): string {
  if (group !== undefined) return `group ${group}`;
  if (email !== undefined) return email;
  return email_domain === undefined ? 'everybody' : `anybody at ${email_domain}`;
}
