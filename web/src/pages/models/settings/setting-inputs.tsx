import type { ComponentProps } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { Checkbox, SelectField, TextArea, TextField } from '../../../components/field';
import { FormSection } from '../../../components/forms/form-section';
import type { SettingField } from './setting-fields';
import { faultOf, THESE, type SettingValues } from './setting-values';

/** The fields of what a provider lets one decide for a deployment, made of its own description. */
export function SettingInputs({ title, fields }: { title: string; fields: readonly SettingField[] }) {
  if (fields.length === 0) return null;
  return (
    <FormSection title={`Settings of ${title}`} hint="What is left as it is, is as the provider has it.">
      {fields.map((field) => (
        <SettingInput key={field.name} field={field} />
      ))}
    </FormSection>
  );
}

function SettingInput({ field }: { field: SettingField }) {
  const { register, getFieldState, formState } = useFormContext<SettingValues>();
  const name = `settings.${field.name}` as const;
  const common = {
    label: labelOf(field.name),
    hint: field.description?.replaceAll('`', ''),
    error: getFieldState(name, formState).error?.message,
    ...register(name, { validate: (entered) => faultOf(field, entered) ?? true }),
  };
  const usual = field.usual === undefined ? 'as usual' : `as usual: ${field.usual}`;
  switch (field.kind) {
    case 'choice':
      return <Choice {...common} usual={usual} options={field.options.map((option) => [option, option])} />;
    case 'flag':
      return <Choice {...common} usual={usual} options={FLAGS} />;
    case 'number':
      return <TextField {...common} type="number" step="any" placeholder={usual} />;
    case 'text':
      return <TextField {...common} autoComplete="off" placeholder={usual} />;
    case 'map':
      return <TextArea {...common} rows={2} placeholder={'name = value'} spellCheck={false} />;
    case 'json':
      return <TextArea {...common} className="[&_textarea]:font-mono" placeholder="JSON" spellCheck={false} />;
    default:
      return <ListInput field={field} usual={usual} error={common.error} />;
  }
}

const FLAGS = [
  ['true', 'yes'],
  ['false', 'no'],
] as const;

/** One of several values, each with its words. */
function Choice({
  usual,
  options,
  ...select
}: Omit<ComponentProps<typeof SelectField>, 'children'> & {
  usual: string;
  options: readonly (readonly [string, string])[];
}) {
  return (
    <SelectField {...select}>
      <option value="">{usual}</option>
      {options.map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </SelectField>
  );
}

/** A list, which may be empty, or left as it is. */
function ListInput({
  field,
  usual,
  error,
}: {
  field: Extract<SettingField, { kind: 'choices' | 'list' }>;
  usual: string;
  error: string | undefined;
}) {
  const { register, control } = useFormContext<SettingValues>();
  const how = useWatch({ control, name: `instead.${field.name}` });
  const label = labelOf(field.name);
  const isOpen = how === THESE;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="sr-only">{label}</legend>
      <SelectField
        label={label}
        hint={field.description?.replaceAll('`', '')}
        error={error}
        {...register(`instead.${field.name}`)}
      >
        <option value="">{usual}</option>
        {field.words.map((word) => (
          <option key={word} value={word}>
            {word}
          </option>
        ))}
        <option value={THESE}>only these</option>
      </SelectField>
      {isOpen && field.kind === 'list' && (
        <TextArea
          label={`${label}: only these`}
          hideLabel
          hint="One a line. Empty: none."
          rows={2}
          {...register(`settings.${field.name}`)}
        />
      )}
      {isOpen && field.kind === 'choices' && (
        <div className="grid max-h-48 grid-cols-2 gap-x-3 gap-y-2 overflow-y-auto rounded-md border border-line p-3 sm:grid-cols-3">
          {field.options.map((option) => (
            <Checkbox key={option} label={option} value={option} {...register(`settings.${field.name}`)} />
          ))}
        </div>
      )}
    </fieldset>
  );
}

/** `max_bytes` as people read it. */
function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
