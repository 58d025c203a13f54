import { useFormContext } from 'react-hook-form';
import { Checkbox, SelectField, TextArea, TextField } from '../field';
import { FormSection } from '../forms/form-section';
import { ENDPOINTS, LIMIT_NAMES, LIMITS, REDACTION_KINDS, type AccessValues } from './access-values';
import { BudgetFields } from './budget-fields';
import { ModelsField } from './models-field';
import { PatternFields } from './pattern-fields';

/** The fields that keys and teams have alike, below their names. */
export function AccessFields() {
  const {
    register,
    formState: { errors },
  } = useFormContext<AccessValues>();
  return (
    <>
      <FormSection title="What may be used">
        <ModelsField />
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-sm font-medium">Endpoints</legend>
          <div className="grid grid-cols-2 gap-x-3 gap-y-2 sm:grid-cols-3">
            {ENDPOINTS.map((endpoint) => (
              <Checkbox key={endpoint} label={endpoint} value={endpoint} {...register('endpoints')} />
            ))}
          </div>
          <p className="text-sm text-muted">None chosen: all of them.</p>
        </fieldset>
        <TextArea
          label="Addresses"
          rows={2}
          hint="IP addresses and ranges such as 10.0.0.0/8, one a line. Empty: from anywhere."
          error={errors.allowed_addresses?.message}
          {...register('allowed_addresses')}
        />
      </FormSection>
      <BoundFields />
      <FormSection title="Tags">
        <TextField
          label="Tags"
          hideLabel
          hint="With commas between them, such as production, blue."
          error={errors.tags?.message}
          {...register('tags')}
        />
      </FormSection>
      <PrivacyFields hint="The gateway's own rules hold beside these: the stricter one wins." />
    </>
  );
}

/** What requests may come to, and how fast. */
export function BoundFields() {
  const {
    register,
    formState: { errors },
  } = useFormContext<AccessValues>();
  return (
    <>
      <FormSection
        title="Budgets"
        hint="What requests may come to in a period. A request that finds no room is refused."
      >
        <BudgetFields />
      </FormSection>
      <FormSection title="Limits" hint="Windows are minutes, hours and days of the clock, in UTC. Empty: no limit.">
        <div className="grid gap-3 sm:grid-cols-2">
          {LIMIT_NAMES.map((name) => (
            <TextField
              key={name}
              label={LIMITS[name]}
              type="number"
              min={0}
              step="any"
              error={errors.limits?.[name]?.message}
              {...register(`limits.${name}`)}
            />
          ))}
        </div>
      </FormSection>
    </>
  );
}

/** What is masked and what is kept. */
export function PrivacyFields({ hint }: { hint: string }) {
  const {
    register,
    formState: { errors },
  } = useFormContext<AccessValues>();
  return (
    <FormSection title="Redaction and privacy" hint={hint}>
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 text-sm font-medium">Mask in transcripts</legend>
        <div className="grid grid-cols-1 gap-x-3 gap-y-2 sm:grid-cols-2">
          {Object.entries(REDACTION_KINDS).map(([kind, title]) => (
            <Checkbox key={kind} label={title} value={kind} {...register('redaction.kinds')} />
          ))}
        </div>
      </fieldset>
      <PatternFields />
      <SelectField label="Where" error={errors.redaction?.in?.message} {...register('redaction.in')}>
        <option value="transcript">In what is stored</option>
        <option value="answer">In what is stored and in answers</option>
      </SelectField>
      <Checkbox label="Keep transcripts" {...register('privacy.keep_transcripts')} />
      <Checkbox
        label="Zero retention"
        hint="Nothing is kept, and requests go only to deployments that promise the same."
        {...register('privacy.zero_retention')}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label="Days transcripts are kept"
          type="number"
          min={1}
          error={errors.privacy?.transcript_retention_days?.message}
          {...register('privacy.transcript_retention_days')}
        />
        <TextField
          label="Days logs are kept"
          type="number"
          min={1}
          error={errors.privacy?.log_retention_days?.message}
          {...register('privacy.log_retention_days')}
        />
      </div>
    </FormSection>
  );
}
